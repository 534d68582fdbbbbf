/** `dev`: gets a development machine ready, says where everything is, and starts Next. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { database } from '../db/client.ts'
import { settings } from '../settings.ts'
import { givenEnvironment } from './env-files.ts'
import { listenAddress } from './listen-address.ts'
import { prepareDatabase } from './prepare-database.ts'
import { CommandError, say, type Terminal } from './terminal.ts'

/**
 * @param args passed on to `next dev`
 * @returns its exit code
 * @throws CommandError when the port is in use: Next would take the next one, and links in emails would lead elsewhere
 */
export async function runDevelopmentServer(args: string[], madeSecret: boolean, terminal: Terminal): Promise<number> {
  const { args: nextArgs, host, port, origin } = listenAddress(args, process.env)
  // Links carry the address and the port that Next listens on.
  if (port) process.env.PORT = port
  if (origin) process.env.APP_URL ||= origin
  const address = { ...(port && { PORT: port }), ...(origin && { APP_URL: process.env.APP_URL }) }
  const { PORT } = settings()
  if (await isInUse(PORT, host)) throw new CommandError(`Port ${PORT} is in use. Choose another one: npm run dev -- --port ${PORT + 1}`)
  const applied = await prepareDatabase()
  const hasSuperuser = (await database().user.findFirst({ where: { isSuperuser: true, isActive: true }, select: { id: true } })) !== null
  say(terminal, welcome(madeSecret, applied.length, hasSuperuser))
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'dev', ...nextArgs], {
    stdio: 'inherit',
    env: { NEXT_TELEMETRY_DISABLED: '1', ...givenEnvironment(), ...address },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? (signal ? 130 : 0))))
}

/** Whether another program listens there; whatever else is wrong with the address, Next says itself. */
function isInUse(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    probe.listen(port, host, () => probe.close(() => resolve(false)))
  })
}

function welcome(madeSecret: boolean, migrations: number, hasSuperuser: boolean): string {
  const { APP_NAME, APP_URL, DATABASE_URL, SMTP_URL } = settings()
  const database = DATABASE_URL.startsWith('file:') ? DATABASE_URL.slice('file:'.length) : 'PostgreSQL'
  const applied = migrations > 0 ? ` (${migrations} ${migrations === 1 ? 'migration' : 'migrations'} applied)` : ''
  const lines = [
    `${APP_NAME} in development`,
    '',
    `Site        ${APP_URL.origin}`,
    `API         ${APP_URL.origin}/api/docs/`,
    `Admin area  ${APP_URL.origin}/admin/`,
    `Outbox      ${APP_URL.origin}/dev/outbox${SMTP_URL ? '' : ' (all email is kept there)'}`,
    `Database    ${database}${applied}`,
    ...(madeSecret ? ['Secret      made for this machine, in .env.local'] : []),
    ...(hasSuperuser ? [] : ['', 'Make yourself an administrator, in a second terminal:', '  npm run manage -- createsuperuser']),
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const rule = '─'.repeat(width + 2)
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`].join('\n')
}
