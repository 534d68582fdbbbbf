/** A server with bad settings does not start and says everything that is wrong, values never (the security requirements CF-1, JW-5, REL-19). */
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newPerson, readLogin, signupFields } from '../../lib/http/testing/accounts.ts'
import { send } from '../../lib/http/testing/send.ts'
import { type Env, newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'
import { manage } from '../manage.ts'
import { projectDirectory } from '../places.ts'
import { bareEnvironment, spawnNextStart } from '../server.ts'

const good = (): Env => ({
  ...bareEnvironment(),
  PORT: '0',
  SECRET_KEY: newSecret(),
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'file:/nonexistent/never-opened.sqlite3',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
})

/** lib/settings.test.ts has each problem. */
const bad: Env = {
  SECRET_KEY: 'Zq8-short-canary',
  APP_URL: 'http://accounts.example.com',
  LEEWAY: 'x',
  DATABASE_URL: 'mysql://a:canary-Pa55word@b/c',
}
const ids = ['E002', 'E006', 'E007', 'E008']

test('REL-19: next start ends at once with several problems', async () => {
  const { child, exit, output } = spawnNextStart({ ...good(), ...bad })
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
  const code = await exit
  clearTimeout(late)
  expect(code, output()).not.toBe(0)
  expect(code, 'it ended by itself').not.toBeNull()
  for (const id of ids) expect(output()).toContain(`settings.${id}`)
  expect(output()).not.toContain('canary')
})

test('check --deploy applies a deployment’s rules during development, too', async () => {
  const env = { ...good(), APP_URL: 'http://accounts.example.com' }
  const { code, output } = await manage(['check', '--deploy'], env)
  expect(code).toBe(1)
  expect(output).toContain('settings.E006')
})

test('next start keeps a variable of its environment that .env names, and says which values of .env it did not get', async ({
  startServer,
}) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-env-'))
  try {
    for (const name of ['.next', 'node_modules', 'prisma', 'lib', 'next.config.ts', 'package.json', 'tsconfig.json'])
      symlinkSync(join(projectDirectory, name), join(directory, name))
    writeFileSync(join(directory, '.env'), `SECRET_KEY=another\nAPP_NAME='Canary$name'\n`)
    const SECRET_KEY = 'a$b1(c#d$PATH&=@v$abc%q_7z&t(1y*e5+u0'
    const server = await startServer({ directory, env: { SECRET_KEY } })
    expect(server.output()).toMatch(/^APP_NAME: \(settings\.W060\) Its value in \.env was expanded at a \$\./m)
    expect(server.output()).not.toMatch(/canary|SECRET_KEY/i)
    const answer = await send(server.url, '/api/accounts/signup/', { json: signupFields(newPerson()) })
    const [header, payload, signature] = readLogin(answer).access.split('.')
    expect(signature).toBe(createHmac('sha256', SECRET_KEY).update(`${header}.${payload}`).digest('base64url'))
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('CF-1: nothing of the environment is in what browsers load', () => {
  const found = spawnSync('grep', ['-rlE', 'SECRET_KEY|DATABASE_URL|bcrypt_sha256', '.next/static'], { encoding: 'utf8' })
  expect(found.stdout).toBe('')
})
