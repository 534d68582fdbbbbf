/** `rotatekeys`: what it writes, prints and refuses (the security requirements JW-5, REL-7). */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Env, newSecret } from '../http/testing/test-server.ts'
import { keysIn } from '../jwt/testing/keys-file.ts'
import { readSettings } from '../settings.ts'
import { type RotateKeysOptions, rotateKeys } from './rotatekeys.ts'
import type { CommandError } from './terminal.ts'
import { manage } from './testing/manage.ts'

let folder = ''
let printed = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'))
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** Where the running test may have its file; it does not exist yet. */
const keysFilePath = () => join(folder, 'keys.json')
const problemsOf = (env: Env) => readSettings(env, true).problems.map(({ id }) => id)

/** @returns what the command prints */
async function run(options: RotateKeysOptions, env: Env): Promise<string> {
  printed = ''
  await rotateKeys(options, env, true)
  return printed
}

const settings = (more: Env = {}): Env => ({
  NODE_ENV: 'production',
  SECRET_KEY: newSecret(),
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'file:/nonexistent/never-opened.sqlite3',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
  ...more,
})

it('makes the file for its owner alone, says what happens when, and prints nothing secret', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  const output = await run({ algorithm: 'ES256' }, env)
  const [key] = keysIn(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(key).toMatchObject({ alg: 'ES256', use: 'sig', nbf: (key?.iat ?? 0) + 600 })
  for (const word of [key?.kid, 'it signs from', 'The environment’s keys verify until']) expect(output).toContain(word)
  expect(output).not.toContain(key?.d)
  expect(output).not.toContain(env.SECRET_KEY)
  expect(readdirSync(dirname(file))).toEqual(['keys.json'])
  expect(problemsOf(env)).toEqual([])
})

it('RS256 and no key yet: the first one signs at once, and a server has what it needs', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath(), ALGORITHM: 'RS256' })
  expect(problemsOf(env)).toContain('settings.E013')
  expect(await run({}, env)).toContain('It signs from now on.')
  expect(problemsOf(env)).toEqual([])
})

it('keeps the mode of the file, and the times of the keys that were there', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  await run({ activateAfter: '0' }, env)
  chmodSync(file, 0o640)
  const output = await run({ activateAfter: '1h', retireAfter: '2d', json: true }, env)
  const [first, second] = keysIn(file)
  expect(statSync(file).mode & 0o777).toBe(0o640)
  expect([first?.exp, second?.exp]).toEqual([(second?.nbf ?? 0) + 172_800, undefined])
  expect(JSON.parse(output)).toMatchObject({ file, kid: second?.kid, algorithm: 'HS256', activeFrom: second?.nbf, removed: [] })
})

it('leaves a file that it cannot read as it is, and prints nothing of it', async () => {
  const file = keysFilePath()
  writeFileSync(file, '{"keys":[{"k":"Y2FuYXJ5', { mode: 0o600 })
  const failure = (await run({}, settings({ SIGNING_KEYS_FILE: file })).catch((error: unknown) => error)) as CommandError
  expect([failure.exitCode, failure.message]).toEqual([1, expect.stringContaining('was left as it is')])
  expect(failure.message).not.toContain('Y2FuYXJ5')
  expect(readFileSync(file, 'utf8')).toBe('{"keys":[{"k":"Y2FuYXJ5')
})

it('after a run that was killed it says which file to remove', async () => {
  const file = keysFilePath()
  writeFileSync(`${file}.lock`, '')
  await expect(run({}, settings({ SIGNING_KEYS_FILE: file }))).rejects.toMatchObject({
    message: expect.stringContaining(`remove ${file}.lock`),
    exitCode: 1,
  })
})

it('wrong usage ends with 2', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath() })
  for (const wrong of [{ algorithm: 'none' }, { activateAfter: 'soon' }, { retireAfter: '-1' }])
    await expect(run(wrong, env)).rejects.toMatchObject({ exitCode: 2 })
  await expect(run({ activateAfter: '1h' }, settings()), 'without a file').rejects.toMatchObject({ exitCode: 2 })
})

it('without a file it changes nothing and prints three steps, the first two of which know both keys', async () => {
  const env = settings({ SECRET_KEY_FALLBACKS: newSecret() })
  const output = await run({ json: true }, env)
  const [first, second, third] = (JSON.parse(output) as { steps: { set: Record<string, string | null> }[] }).steps.map(({ set }) => set)
  const made = second?.SECRET_KEY
  expect(made).toMatch(/^[\w-]{64}$/)
  expect(first).toEqual({ SECRET_KEY_FALLBACKS: `${made},${env.SECRET_KEY_FALLBACKS}` })
  expect(second).toEqual({ SECRET_KEY: made, SECRET_KEY_FALLBACKS: `${env.SECRET_KEY},${env.SECRET_KEY_FALLBACKS}` })
  expect(third).toEqual({ SECRET_KEY_FALLBACKS: null })
})

it('without a file, ES256: the steps lead from a pair to a pair, and check is content with each', async () => {
  const steps = async (env: Env) => {
    const output = await run({ json: true }, env)
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
    expect(problemsOf(env)).toEqual([])
  }
  expect(env.SIGNING_KEY).not.toBe(made.SIGNING_KEY)
})

it('of five at once one makes a key, and no key is lost', async () => {
  const file = keysFilePath()
  const env = settings({ SIGNING_KEYS_FILE: file })
  const runs = await Promise.all(Array.from({ length: 5 }, () => manage(['rotatekeys'], env)))
  expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1])
  for (const { output } of runs.filter(({ code }) => code === 1)) expect(output).toMatch(/already waiting|another rotatekeys is at work/)
  expect(keysIn(file)).toHaveLength(1)
  expect(readdirSync(dirname(file))).toEqual(['keys.json'])
})

it('an unknown option ends with 2; --help shows an example', async () => {
  const env = settings({ SIGNING_KEYS_FILE: keysFilePath() })
  expect((await manage(['rotatekeys', '--nothing'], env)).code).toBe(2)
  const help = await manage(['rotatekeys', '--help'], env)
  expect([help.code, help.output.includes('Example:')]).toEqual([0, true])
})
