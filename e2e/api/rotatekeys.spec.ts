/** `manage rotatekeys` at the command line: what it writes, says and refuses (the security requirements JW-5, REL-7). */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Env, newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'
import { keysFilePath, keysIn } from '../keys-file.ts'
import { manage } from '../manage.ts'
import { bareEnvironment } from '../server.ts'

const settings = (more: Env = {}): Env => ({
  ...bareEnvironment(),
  SECRET_KEY: newSecret(),
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'file:/nonexistent/never-opened.sqlite3',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
  ...more,
})

test('makes the file for its owner alone, says what happens when, and prints nothing secret', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  const { code, output } = await manage(['rotatekeys', '--algorithm', 'ES256'], env)
  expect(code, output).toBe(0)
  const [key] = keysIn(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(key).toMatchObject({ alg: 'ES256', use: 'sig', nbf: (key?.iat ?? 0) + 600 })
  for (const word of [key?.kid, 'it signs from', 'The environment’s keys verify until']) expect(output).toContain(word)
  expect(output).not.toContain(key?.d)
  expect(output).not.toContain(env.SECRET_KEY)
  expect(readdirSync(dirname(file))).toEqual(['keys.json'])
  expect((await manage(['check'], env)).output).toContain('System check identified no issues.')
})

test('RS256 and no key yet: the first one signs at once, and a server has what it needs', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath(), ALGORITHM: 'RS256' })
  expect((await manage(['check'], env)).code).toBe(1)
  expect((await manage(['rotatekeys'], env)).output).toContain('It signs from now on.')
  expect((await manage(['check'], env)).code).toBe(0)
})

test('of five at once one makes a key, and no key is lost', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  const runs = await Promise.all(Array.from({ length: 5 }, () => manage(['rotatekeys'], env)))
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1])
  for (const { output } of runs.filter(({ code }) => code === 1)) expect(output).toMatch(/already waiting|another rotatekeys is at work/)
  expect(keysIn(file)).toHaveLength(1)
  expect(readdirSync(dirname(file))).toEqual(['keys.json'])
})

test('keeps the mode of the file, and the times of the keys that were there', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  await manage(['rotatekeys', '--activate-after', '0'], env)
  chmodSync(file, 0o640)
  const { code, output } = await manage(['rotatekeys', '--activate-after', '1h', '--retire-after', '2d', '--json'], env)
  expect(code, output).toBe(0)
  const [first, second] = keysIn(file)
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect([first?.exp, second?.exp]).toEqual([(second?.nbf ?? 0) + 172_800, undefined])
  expect(JSON.parse(output)).toMatchObject({ file, kid: second?.kid, algorithm: 'HS256', activeFrom: second?.nbf, removed: [] })
})

test('leaves a file that it cannot read as it is, and says no word of it', async () => {
  const file = keysFilePath()
  writeFileSync(file, '{"keys":[{"k":"Y2FuYXJ5', { mode: 0o600 })
  const { code, output } = await manage(['rotatekeys'], settings({ SIGNING_KEYS_FILE: file }))
  expect(code).toBe(1)
  expect(output).toContain('was left as it is')
  expect(output).not.toContain('Y2FuYXJ5')
  expect(readFileSync(file, 'utf8')).toBe('{"keys":[{"k":"Y2FuYXJ5')
})

test('after a run that was killed it says which file to remove', async () => {
  const file = keysFilePath()
  writeFileSync(`${file}.lock`, '')
  const { code, output } = await manage(['rotatekeys'], settings({ SIGNING_KEYS_FILE: file }))
  expect([code, output.includes(`remove ${file}.lock`)]).toEqual([1, true])
})

test('wrong usage ends with 2; --help shows an example', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath() })
  for (const wrong of [['--algorithm', 'none'], ['--activate-after', 'soon'], ['--retire-after', '-1'], ['--nothing']])
    expect([wrong, (await manage(['rotatekeys', ...wrong], env)).code]).toEqual([wrong, 2])
  expect((await manage(['rotatekeys', '--activate-after', '1h'], settings())).code, 'without a file').toBe(2)
  const help = await manage(['rotatekeys', '--help'], env)
  expect([help.code, help.output.includes('Example:')]).toEqual([0, true])
})

test('without a file it changes nothing and prints three steps, the first two of which know both keys', async () => {
  const env = settings({ SECRET_KEY_FALLBACKS: newSecret() })
  const { code, output } = await manage(['rotatekeys', '--json'], env)
  expect(code, output).toBe(0)
  const [first, second, third] = (JSON.parse(output) as { steps: { set: Record<string, string | null> }[] }).steps.map(({ set }) => set)
  const made = second?.SECRET_KEY
  expect(made).toMatch(/^[\w-]{64}$/)
  expect(first).toEqual({ SECRET_KEY_FALLBACKS: `${made},${env.SECRET_KEY_FALLBACKS}` })
  expect(second).toEqual({ SECRET_KEY: made, SECRET_KEY_FALLBACKS: `${env.SECRET_KEY},${env.SECRET_KEY_FALLBACKS}` })
  expect(third).toEqual({ SECRET_KEY_FALLBACKS: null })
})

test('without a file, ES256: the steps lead from a pair to a pair, and check is content with each', async () => {
  const steps = async (env: Env) => {
    const { output } = await manage(['rotatekeys', '--json'], env)
    return (JSON.parse(output) as { steps: { set: Env }[] }).steps.map(({ set }) => set)
  }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const made = {
    SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    VERIFYING_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
  let env = settings({ ALGORITHM: 'ES256', ...made })
  for (const set of await steps(env)) {
    env = { ...env, ...Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value ?? ''])) }
    const { code, output } = await manage(['check'], env)
    expect([code, output.trim()]).toEqual([0, 'System check identified no issues.'])
  }
  expect(env.SIGNING_KEY).not.toBe(made.SIGNING_KEY)
})
