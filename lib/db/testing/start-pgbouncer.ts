/** For tests: Debian's PgBouncer in transaction mode, with its defaults, in front of one database. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort } from '../../testing/free-port.ts'

const POLLS = 200

export interface Pooler {
  /** The database through the pooler. */
  url: string
  stop: () => Promise<void>
}

const program = ['/usr/sbin/pgbouncer', 'pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0)

/** Whether it is installed; if not, a line says which tests did not run. */
export function hasPgbouncer(): boolean {
  if (program === undefined) process.stdout.write('PgBouncer is not installed: the tests behind it did not run.\n')
  return program !== undefined
}

/** @param databaseUrl of PostgreSQL, of a user who needs no password @throws when it does not start */
export async function startPgbouncer(databaseUrl: string): Promise<Pooler> {
  const target = new URL(databaseUrl)
  const name = target.pathname.slice(1)
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'))
  const file = join(directory, 'pgbouncer.ini')
  writeFileSync(join(directory, 'users.txt'), `"${target.username}" ""\n`)
  writeFileSync(
    file,
    `[databases]
${name} = host=${target.hostname} port=${target.port || 5432} dbname=${name} user=${target.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${directory}/users.txt
pool_mode = transaction
`,
  )
  chmodSync(directory, 0o755)
  // It refuses to run as root.
  const asUser = userInfo().uid === 0 ? ['-u', 'nobody'] : []
  const child = spawn(program ?? 'pgbouncer', ['-q', ...asUser, file], { stdio: 'ignore' })
  const stop = async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGKILL')) await ended
    rmSync(directory, { recursive: true, force: true })
  }
  target.host = `127.0.0.1:${port}`
  for (let poll = 0; poll < POLLS; poll++) {
    if (await answers(target.href)) return { url: target.href, stop }
    await setTimeout(50)
  }
  await stop()
  throw new Error('PgBouncer did not start')
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}
