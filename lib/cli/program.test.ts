/** What the program says of itself, of wrong usage and of bad settings (the security requirement CF-1). */
import { expect, test } from 'vitest'
import { type Env, newSecret } from '../http/testing/test-server.ts'
import { manageApart as manage } from './testing/manage.ts'

const COMMANDS = ['check', 'migrate', 'createsuperuser', 'changepassword', 'flushexpiredtokens', 'run-jobs', 'passwords', 'outbox', 'dev']

const good = (): Env => ({
  NODE_ENV: 'production',
  PORT: '0',
  SECRET_KEY: newSecret(),
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'file:/nonexistent/never-opened.sqlite3',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
})

/** settings.test.ts has each problem. */
const bad: Env = {
  SECRET_KEY: 'Zq8-short-canary',
  APP_URL: 'http://accounts.example.com',
  LEEWAY: 'x',
  DATABASE_URL: 'mysql://a:canary-Pa55word@b/c',
}
const ids = ['E002', 'E006', 'E007', 'E008']

test('every command has help with an example; what is not a command is 2', async () => {
  const general = await manage(['--help'], good())
  expect(general.code).toBe(0)
  for (const command of COMMANDS) {
    expect.soft(general.output).toContain(command)
    const { code, output } = await manage([command, '--help'], good())
    expect.soft(code, command).toBe(0)
    expect.soft(output, command).toMatch(/Usage: /)
    expect.soft(output, command).toMatch(/Example:/)
  }
  expect((await manage(['nonsense'], good())).code).toBe(2)
  expect((await manage(['changepassword'], good())).code, 'no email').toBe(2)
  expect((await manage(['migrate', '--nonsense'], good())).code).toBe(2)
  expect((await manage([], good())).output).toMatch(/Usage: /)
})

test('CF-1: check refuses several problems at once and names E002, E006, E007, E008', async () => {
  const { code, output } = await manage(['check'], { ...good(), ...bad })
  expect(code).toBe(1)
  const named = [...output.matchAll(/\(settings\.(E\d{3})\)/g)].map((match) => match[1])
  expect(named.sort()).toEqual(ids)
  expect(output).toMatch(/HINT: /)
  expect(output).not.toContain('canary')
})

test('check is content with good settings', async () => {
  const { code, output } = await manage(['check'], good())
  expect(output).toContain('System check identified no issues.')
  expect(code).toBe(0)
})
