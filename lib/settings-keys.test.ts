import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'
import { formatProblems } from './settings-problems.ts'

const SECRET = 'kV3vY0k1Qm9sZ2xhc3MtdGVzdC1vbmx5LXNlY3JldA'
const OTHER = 'b3RoZXIta2V5LWZvci10aGUtdGVzdHMtb25seS0wMTIzNDU2'
const DEPLOYMENT = {
  SECRET_KEY: SECRET,
  APP_URL: 'https://a.example.com',
  DATABASE_URL: 'postgresql://db/a',
  SMTP_URL: 'smtp://m.example.com',
  TRUSTED_PROXY_HOPS: '1',
}

const directory = mkdtempSync(join(tmpdir(), 'latchkey-keys-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string, text: string, mode = 0o600) => {
  const path = join(directory, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const pairOf = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  signing: pkcs8(privateKey),
  verifying: spki(publicKey),
})
const p256 = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const p384 = pairOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }))
const ed25519 = pairOf(generateKeyPairSync('ed25519'))
const [rsa1024, rsa2048, rsa3072] = [1024, 2048, 3072].map((modulusLength) => pairOf(generateKeyPairSync('rsa', { modulusLength })))
const oddRsa = pairOf(generateKeyPairSync('rsa', { modulusLength: 3072, publicExponent: 3 }))

type Pair = typeof p256
const env = (ALGORITHM: string, pair: Pair | undefined, more: Record<string, string> = {}) => ({
  ALGORITHM,
  SIGNING_KEY: pair?.signing ?? '',
  VERIFYING_KEY: pair?.verifying ?? '',
  ...more,
})
const problems = (more: Record<string, string>) => readSettings({ ...DEPLOYMENT, ...more }, true).problems
const ids = (more: Record<string, string>) => problems(more).map(({ id, setting }) => `${id} ${setting}`)
const fileOf = (secret: Buffer) => JSON.stringify({ keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 'a', alg: 'HS256' }] })
const FILE = fileOf(randomBytes(64))
const ZEROS = fileOf(Buffer.alloc(64))
mkdirSync(join(directory, 'exposed'))
chmodSync(join(directory, 'exposed'), 0o777)

describe('keys that are fine', () => {
  it.each<[string, Record<string, string>]>([
    ['fallbacks, with commas and blanks between', { SECRET_KEY_FALLBACKS: ` ${OTHER} ,${SECRET},` }],
    ['a pair for ES256', env('ES256', p256)],
    ['a pair for EdDSA', env('EdDSA', ed25519)],
    ['a pair for PS512', env('PS512', rsa3072)],
    ['several public keys, one after the other', env('ES256', p256, { VERIFYING_KEYS: p256.verifying + p256.verifying })],
    ['several public keys in one line', env('ES256', p256, { VERIFYING_KEYS: (p256.verifying + p256.verifying).replaceAll('\n', '\\n') })],
    ['a former SIGNING_KEY', { SIGNING_KEY: SECRET, VERIFYING_KEYS: OTHER }],
    ['a file instead of a pair', { ALGORITHM: 'RS256', SIGNING_KEYS_FILE: file('good.json', FILE) }],
    ['a file that a group may read', { SIGNING_KEYS_FILE: file('group.json', FILE, 0o640) }],
  ])('%s', (_what, more) => {
    expect(ids(more)).toEqual([])
  })
})

describe('keys that stop the start, or are warned of, and are never printed', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a short fallback', { SECRET_KEY_FALLBACKS: `${OTHER},too-short` }, 'settings.E002 SECRET_KEY_FALLBACKS'],
    ['a well-known fallback', { SECRET_KEY_FALLBACKS: 'changeme-changeme-changeme-changeme' }, 'settings.E003 SECRET_KEY_FALLBACKS'],
    ['a fallback of a development machine', { SECRET_KEY_FALLBACKS: `development-only-${OTHER}` }, 'settings.E015 SECRET_KEY_FALLBACKS'],
    ['a public key for a secret', { SIGNING_KEY: p256.verifying }, 'settings.E041 SIGNING_KEY'],
    ['a public key among secrets', { SIGNING_KEY: SECRET, VERIFYING_KEYS: p256.verifying }, 'settings.E041 VERIFYING_KEYS'],
    ['a private key to verify with', env('ES256', p256, { VERIFYING_KEYS: p256.signing }), 'settings.E040 VERIFYING_KEYS'],
    ['a secret to verify with', env('ES256', p256, { VERIFYING_KEYS: OTHER }), 'settings.E041 VERIFYING_KEYS'],
    ['something between the keys', env('ES256', p256, { VERIFYING_KEYS: p256.verifying + OTHER }), 'settings.E041 VERIFYING_KEYS'],
    ['a curve of another algorithm', env('ES256', p384), 'settings.E041 SIGNING_KEY'],
    ['a curve of another algorithm to verify with', env('ES256', p256, { VERIFYING_KEYS: p384.verifying }), 'settings.E041 VERIFYING_KEYS'],
    ['a key of another kind', env('RS256', ed25519), 'settings.E041 SIGNING_KEY'],
    ['an RSA key of 1024 bits', env('RS256', rsa1024), 'settings.E042 SIGNING_KEY'],
    ['an RSA key of 2048 bits to sign with', env('RS256', rsa2048), 'settings.E042 SIGNING_KEY'],
    ['an RSA key with the exponent 3', env('RS256', oddRsa), 'settings.E042 SIGNING_KEY'],
    [
      'one of 1024 bits to verify with',
      env('RS256', rsa3072, { VERIFYING_KEYS: rsa1024?.verifying ?? '' }),
      'settings.E042 VERIFYING_KEYS',
    ],
    [
      'one of 2048 bits to verify with',
      env('RS256', rsa3072, { VERIFYING_KEYS: rsa2048?.verifying ?? '' }),
      'settings.W042 VERIFYING_KEYS',
    ],
    [
      'two halves of different pairs',
      env('ES256', { ...p256, verifying: pairOf(generateKeyPairSync('ec', { namedCurve: 'P-256' })).verifying }),
      'settings.E043 VERIFYING_KEY',
    ],
    [
      'no pair and an empty file',
      { ALGORITHM: 'ES256', SIGNING_KEYS_FILE: file('empty.json', '{"keys":[]}') },
      'settings.E013 SIGNING_KEY',
    ],
    ['a broken file', { SIGNING_KEYS_FILE: file('broken.json', `{"keys":[{"k":"${OTHER}`) }, 'settings.E044 SIGNING_KEYS_FILE'],
    ['a directory', { SIGNING_KEYS_FILE: directory }, 'settings.E044 SIGNING_KEYS_FILE'],
    ['no file', { SIGNING_KEYS_FILE: join(directory, 'none.json') }, 'settings.W040 SIGNING_KEYS_FILE'],
    ['a file that a group may change', { SIGNING_KEYS_FILE: file('writable.json', FILE, 0o660) }, 'settings.E045 SIGNING_KEYS_FILE'],
    ['a file that others may change', { SIGNING_KEYS_FILE: file('open-to-all.json', FILE, 0o666) }, 'settings.E045 SIGNING_KEYS_FILE'],
    [
      'a file in a directory that others may change',
      { SIGNING_KEYS_FILE: file('exposed/keys.json', FILE) },
      'settings.E045 SIGNING_KEYS_FILE',
    ],
    ['a file with a predictable secret', { SIGNING_KEYS_FILE: file('zeros.json', ZEROS) }, 'settings.E026 SIGNING_KEYS_FILE'],
    ['a file that others may read', { SIGNING_KEYS_FILE: file('open.json', FILE, 0o644) }, 'settings.W041 SIGNING_KEYS_FILE'],
  ])('%s', (_what, more, id) => {
    expect(ids(more)).toEqual([id])
    const text = formatProblems(problems(more))
    expect(text).toMatch(/HINT: \S/)
    for (const value of [OTHER, SECRET, 'too-short', 'changeme-', p256.signing.slice(60, 90), p256.verifying.slice(60, 90)])
      expect(text).not.toContain(value)
  })
})
