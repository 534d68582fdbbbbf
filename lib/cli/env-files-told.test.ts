import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const MANAGE = join(import.meta.dirname, 'manage.ts')
const TSX = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'tsx')
const TIMEOUT = 60_000

let directory: string
const taken = createServer()
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-env-'))
  writeFileSync(join(directory, '.env'), `APP_NAME='Canary$name'\n`)
  await new Promise<void>((resolve) => taken.listen(0, resolve))
})
afterAll(() => {
  taken.close()
  rmSync(directory, { recursive: true })
})

/** Runs a command beside that file. @returns all that it says */
function manage(...args: string[]): string {
  const { PATH, HOME } = process.env
  const { stdout, stderr } = spawnSync(TSX, [MANAGE, ...args], {
    cwd: directory,
    env: { PATH, HOME, NODE_ENV: 'development' },
    encoding: 'utf8',
  })
  return stdout + stderr
}

const TOLD = /^APP_NAME: \(settings\.W060\) Its value in \.env was expanded at a \$\.$/gm

it(
  'npm run dev tells which values of .env it did not get as they are written',
  () => {
    const { port } = taken.address() as { port: number }
    // Its port is in use, so that it ends by itself.
    const output = manage('dev', '--port', String(port))
    expect(output).toContain(`Port ${port} is in use.`)
    expect(output.match(TOLD)).toHaveLength(1)
  },
  TIMEOUT,
)

it(
  'so does any other command, and check tells it once',
  () => {
    expect(manage('run-jobs', 'none').match(TOLD)).toHaveLength(1)
    expect(manage('check').match(TOLD)).toHaveLength(1)
  },
  TIMEOUT,
)
