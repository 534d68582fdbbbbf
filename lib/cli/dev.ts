/** `dev`: gets a development machine ready, says where everything is, and starts Next. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { settings } from '../settings.ts'
import { prepareDatabase } from './prepare-database.ts'

/** @param args passed on to `next dev` @returns its exit code */
export async function runDevelopmentServer(args: string[], madeSecret: boolean): Promise<number> {
  // Links carry the port that Next will listen on.
  const port = /(?:^| )(?:-p|--port)[ =](\d+)/.exec(args.join(' '))?.[1]
  if (port) process.env.PORT = port
  const applied = await prepareDatabase()
  process.stdout.write(`${welcome(madeSecret, applied.length)}\n`)
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'dev', ...args], { stdio: 'inherit', env: { NEXT_TELEMETRY_DISABLED: '1', ...process.env } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? (signal ? 130 : 0))))
}

function welcome(madeSecret: boolean, migrations: number): string {
  const { APP_NAME, APP_URL, DATABASE_URL, SMTP_URL } = settings()
  const database = DATABASE_URL.startsWith('file:') ? DATABASE_URL.slice('file:'.length) : 'PostgreSQL'
  const lines = [
    `${APP_NAME} in development`,
    '',
    `Site        ${APP_URL.origin}`,
    `API         ${APP_URL.origin}/api/accounts/`,
    `Database    ${database}${migrations > 0 ? ` (${migrations} migrations applied)` : ''}`,
    `Outbox      ${APP_URL.origin}/dev/outbox${SMTP_URL ? '' : ' (mail is kept there)'}`,
    ...(madeSecret ? ['Secret      made for this machine, in .env.local'] : []),
    '',
    'Make yourself an administrator:  npm run manage -- createsuperuser',
  ]
  const width = Math.max(...lines.map((line) => line.length))
  const rule = '─'.repeat(width + 2)
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${rule}┘`].join('\n')
}
