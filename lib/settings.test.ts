import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'
import { formatProblems, isPredictable } from './settings-problems.ts'

const SECRET = 'kV3vY0k1Qm9sZ2xhc3MtdGVzdC1vbmx5LXNlY3JldA'
const DEPLOYMENT = {
  SECRET_KEY: SECRET,
  APP_URL: 'https://accounts.example.com',
  DATABASE_URL: 'postgresql://db/accounts',
  SMTP_URL: 'smtp://mail.example.com',
  TRUSTED_PROXY_HOPS: '1',
}

const ids = (env: Record<string, string>, production = true) => readSettings(env, production).problems.map((problem) => problem.id)
const read = (env: Record<string, string> = {}) => readSettings({ ...DEPLOYMENT, TRUSTED_PROXY_HOPS: '', ...env }, true).settings

describe('the defaults are the tutorial’s', () => {
  it('lifetimes in seconds, flags and claims', () => {
    expect(read()).toMatchObject({
      ACCESS_TOKEN_LIFETIME: 3600,
      REFRESH_TOKEN_LIFETIME: 86_400,
      SLIDING_TOKEN_LIFETIME: 300,
      SLIDING_TOKEN_REFRESH_LIFETIME: 86_400,
      ROTATE_REFRESH_TOKENS: true,
      BLACKLIST_AFTER_ROTATION: true,
      UPDATE_LAST_LOGIN: true,
      ALGORITHM: 'HS256',
      LEEWAY: 0,
      AUTH_HEADER_TYPES: ['Bearer'],
      USER_ID_CLAIM: 'user_id',
      TOKEN_TYPE_CLAIM: 'token_type',
      TRUSTED_PROXY_HOPS: 0,
    })
  })

  it('development needs nothing but a key', () => {
    const { settings, problems } = readSettings({ SECRET_KEY: SECRET, PORT: '4000' }, false)
    expect(problems).toEqual([])
    expect([settings?.APP_URL.origin, settings?.DATABASE_URL]).toEqual(['http://localhost:4000', 'file:./data/latchkey.sqlite3'])
  })

  it('an empty value counts as absent, so that the example file starts the app', () => {
    expect(read({ LEEWAY: '', ALGORITHM: '' })?.ALGORITHM).toBe('HS256')
  })
})

describe('values are read in every usual spelling', () => {
  it.each([
    ['60m', 3600],
    ['1d', 86_400],
    ['90s', 90],
    ['1.5h', 5400],
    ['3600', 3600],
    ['2w', 1_209_600],
  ])('ACCESS_TOKEN_LIFETIME=%s is %d seconds', (text, seconds) => {
    expect(read({ ACCESS_TOKEN_LIFETIME: text })?.ACCESS_TOKEN_LIFETIME).toBe(seconds)
  })

  it.each([
    ['True', true],
    ['1', true],
    ['no', false],
    ['FALSE', false],
  ])('ROTATE_REFRESH_TOKENS=%s', (text, value) => {
    expect(read({ ROTATE_REFRESH_TOKENS: text })?.ROTATE_REFRESH_TOKENS).toBe(value)
  })

  it('AUTH_HEADER_TYPES is a list', () => {
    expect(read({ AUTH_HEADER_TYPES: 'Bearer, JWT' })?.AUTH_HEADER_TYPES).toEqual(['Bearer', 'JWT'])
  })
})

describe('a deployment does not start with', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no key', { SECRET_KEY: '' }, 'settings.E001'],
    ['a short key', { SECRET_KEY: 'x'.repeat(31) }, 'settings.E002'],
    ['a well-known key', { SECRET_KEY: 'a-string-secret-at-least-256-bits-long' }, 'settings.E003'],
    ['the key of a tutorial', { SECRET_KEY: 'your-256-bit-secret-your-256-bit-secret' }, 'settings.E003'],
    ['a well-known word as a key', { SECRET_KEY: 'changeme-changeme-changeme-changeme' }, 'settings.E003'],
    ['a well-known short key', { SECRET_KEY: 'changeme' }, 'settings.E003'],
    ['a key of repeated words', { SECRET_KEY: 'secretsecretsecretsecretsecretsecret' }, 'settings.E003'],
    ['a key of one character', { SECRET_KEY: 'a'.repeat(40) }, 'settings.E026'],
    ['a key of zeros', { SECRET_KEY: '0'.repeat(32) }, 'settings.E026'],
    ['a key that counts', { SECRET_KEY: '12345678901234567890123456789012' }, 'settings.E026'],
    ['a key that counts up in hex', { SECRET_KEY: '00112233445566778899aabbccddeeff' }, 'settings.E026'],
    ['the alphabet as a key', { SECRET_KEY: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ' }, 'settings.E026'],
    ['a key of one word, again and again', { SECRET_KEY: 'correct-horse-correct-horse-correct-horse' }, 'settings.E026'],
    ['a predictable fallback', { SECRET_KEY_FALLBACKS: 'xyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxy' }, 'settings.E026'],
    ['the key of a development machine', { SECRET_KEY: `development-only-${SECRET}` }, 'settings.E015'],
    ['no address', { APP_URL: '' }, 'settings.E004'],
    ['an invalid URL', { APP_URL: 'accounts.example.com' }, 'settings.E005'],
    ['an address with a path', { APP_URL: 'https://example.com/accounts' }, 'settings.E005'],
    ['plain http on a public host', { APP_URL: 'http://accounts.example.com' }, 'settings.E006'],
    ['a database of another kind', { DATABASE_URL: 'mysql://root:canary-Pa55word@db/accounts' }, 'settings.E007'],
    ['a lifetime of nothing', { ACCESS_TOKEN_LIFETIME: '0' }, 'settings.E008'],
    ['a lifetime in words', { REFRESH_TOKEN_LIFETIME: 'a day' }, 'settings.E008'],
    ['a port out of range', { PORT: '70000' }, 'settings.E009'],
    ['a cheap hash', { PASSWORD_BCRYPT_COST: '4' }, 'settings.E009'],
    ['a way to sign in by email that there is not', { EMAIL_LOGIN: 'both' }, 'settings.E034'],
    ['neither true nor false', { ROTATE_REFRESH_TOKENS: 'maybe' }, 'settings.E010'],
    ['an algorithm that Simple JWT has not', { ALGORITHM: 'none' }, 'settings.E012'],
    ['a claim with a blank in its name', { USER_ID_CLAIM: 'user id' }, 'settings.E011'],
    ['a minimum length above the maximum', { PASSWORD_MIN_LENGTH: '128', PASSWORD_MAX_LENGTH: '64' }, 'settings.E014'],
    ['an asymmetric algorithm without its keys', { ALGORITHM: 'RS256' }, 'settings.E013'],
  ])('%s', (_title, env, id) => {
    expect(ids({ ...DEPLOYMENT, ...env })).toEqual([id])
    const { settings, problems } = readSettings({ ...DEPLOYMENT, ...env }, true)
    expect(settings).toBeNull()
    const text = formatProblems(problems)
    expect(text).toMatch(/HINT: /)
    for (const value of [env.SECRET_KEY, 'canary']) if (value) expect(text).not.toContain(value)
  })

  it('a key with a sequence in it is kept: it may sign the tokens of a Django that moves over', () => {
    expect(isPredictable('bar-secret-0123456789-abcdefghijklmnopqrstuvwxyz')).toBe(false)
  })

  it('random keys are never taken for predictable ones, however they are written', () => {
    for (let run = 0; run < 2000; run++) {
      const decimal = Array.from(randomBytes(39), (byte) => byte % 10).join('')
      const keys = [randomBytes(16).toString('hex'), randomBytes(64).toString('hex'), randomBytes(32).toString('base64url'), decimal]
      expect([...keys, randomBytes(32)].filter(isPredictable)).toEqual([])
    }
  })

  it.each([
    ['SESSION_ABSOLUTE_LIFETIME', { SESSION_ABSOLUTE_LIFETIME: '10s' }],
    ['SESSION_LIMIT', { SESSION_LIMIT: '-1' }],
    ['REAUTHENTICATION_TIMEOUT', { REAUTHENTICATION_TIMEOUT: '5s' }],
    ['SESSION_IDLE_TIMEOUT', { SESSION_IDLE_TIMEOUT: 'never' }],
  ])('%s is checked', (setting, env) => {
    const { problems } = readSettings({ ...DEPLOYMENT, ...env }, true)
    expect(problems.map((problem) => problem.setting)).toContain(setting)
  })

  it('a token that is to live longer than its session is told, and no error', () => {
    const { settings, problems } = readSettings({ ...DEPLOYMENT, REFRESH_TOKEN_LIFETIME: '90d' }, true)
    expect(problems.filter(({ id }) => id === 'settings.W030').map(({ setting, level }) => [setting, level])).toEqual([
      ['REFRESH_TOKEN_LIFETIME', 'warning'],
    ])
    expect(settings).not.toBeNull()
    const raised = { REFRESH_TOKEN_LIFETIME: '90d', SESSION_ABSOLUTE_LIFETIME: '90d', SESSION_IDLE_TIMEOUT: '0' }
    expect(ids({ ...DEPLOYMENT, ...raised })).not.toContain('settings.W030')
  })

  it('an audit log that forgets sign-ups before their address can be called unverified is told, where it must be verified', () => {
    const short = { ...DEPLOYMENT, AUDIT_RETENTION: '3d', EMAIL_VERIFICATION_TIMEOUT: '1d' }
    expect(ids({ ...short, EMAIL_VERIFICATION: 'mandatory' })).toEqual(['settings.W031'])
    expect(ids({ ...short, EMAIL_VERIFICATION: 'mandatory', AUDIT_RETENTION: '7d' }), 'no job runs on time').toEqual(['settings.W031'])
    expect(ids({ ...short, EMAIL_VERIFICATION: 'mandatory', AUDIT_RETENTION: '8d' })).toEqual([])
    expect(ids({ ...short, EMAIL_VERIFICATION: 'optional' })).toEqual([])
  })

  it('https without a trusted proxy is told, and no error; plain http is not', () => {
    expect(ids({ ...DEPLOYMENT, TRUSTED_PROXY_HOPS: '0' })).toEqual(['settings.W043'])
    expect(readSettings({ ...DEPLOYMENT, TRUSTED_PROXY_HOPS: '' }, true).settings).not.toBeNull()
    expect(ids({ ...DEPLOYMENT, TRUSTED_PROXY_HOPS: '0', APP_URL: 'http://localhost:3000' })).toEqual([])
    expect(ids({ ...DEPLOYMENT, TRUSTED_PROXY_HOPS: '0' }, false)).toEqual([])
  })

  it('http on this machine is fine', () => {
    for (const host of ['localhost:3000', '127.0.0.1:8000', '[::1]:3000'])
      expect(ids({ ...DEPLOYMENT, APP_URL: `http://${host}` })).toEqual([])
  })

  it('all problems are reported together, without any value', () => {
    const { problems } = readSettings({ SECRET_KEY: 'short-key-value', APP_URL: 'http://evil.example', LEEWAY: 'later' }, true)
    const text = formatProblems(problems)
    for (const id of ['settings.E002', 'settings.E006', 'settings.E008', 'settings.W002']) expect(text).toContain(id)
    expect(text).not.toMatch(/short-key-value|evil\.example|later/)
  })
})

describe('the documentation', () => {
  it('names every setting', () => {
    const documented = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
    const names = Object.keys(read() ?? {}).filter((name) => name !== 'production')
    expect(names.filter((name) => !documented.includes(`\`${name}\``))).toEqual([])
  })
})

describe('identity providers', () => {
  const WORK = {
    OIDC_PROVIDERS: 'work',
    OIDC_WORK_ISSUER: 'https://login.example.com/work',
    OIDC_WORK_CLIENT_ID: 'latchkey',
    OIDC_WORK_CLIENT_SECRET: 'from-the-provider',
  }
  const client = (env: Record<string, string>) => read(env)?.OIDC_PROVIDERS[0]?.client

  it('the ids that apps are known by are separated by commas', () => {
    expect(client({ ...WORK, OIDC_WORK_NATIVE_CLIENT_IDS: 'com.example.ios, com.example.android' })?.nativeClientIds).toEqual([
      'com.example.ios',
      'com.example.android',
    ])
  })

  it('a provider has its settings by its id; those that are known need only a client', () => {
    expect(read(WORK)?.OIDC_PROVIDERS).toEqual([
      {
        id: 'work',
        name: 'Work',
        client: {
          kind: 'oidc',
          issuer: 'https://login.example.com/work',
          clientId: 'latchkey',
          clientSecret: 'from-the-provider',
          nativeClientIds: [],
          scope: 'openid email profile',
          linksVerifiedEmail: false,
        },
      },
    ])
    const google = { OIDC_PROVIDERS: 'google', OIDC_GOOGLE_CLIENT_ID: 'latchkey', OIDC_GOOGLE_CLIENT_SECRET: 'from-google' }
    expect(client(google)?.issuer).toBe('https://accounts.google.com')
    const github = { OIDC_PROVIDERS: 'github', OIDC_GITHUB_CLIENT_ID: 'latchkey', OIDC_GITHUB_CLIENT_SECRET: 'from-github' }
    expect(client(github)).toMatchObject({ kind: 'github', issuer: 'https://github.com', scope: 'read:user user:email' })
    const facebook = { OIDC_PROVIDERS: 'facebook', OIDC_FACEBOOK_CLIENT_ID: 'latchkey', OIDC_FACEBOOK_CLIENT_SECRET: 'from-facebook' }
    expect(client(facebook)).toMatchObject({ kind: 'facebook', issuer: 'https://www.facebook.com', scope: 'public_profile email' })
    const hyphenated = { OIDC_PROVIDERS: 'my-work', OIDC_MY_WORK_NAME: 'The Office' }
    expect(read(hyphenated)?.OIDC_PROVIDERS[0]).toEqual({ id: 'my-work', name: 'The Office', client: null })
  })

  it.each([
    ['OIDC_WORK_ISSUER', '', 'W070'],
    ['OIDC_WORK_CLIENT_ID', '', 'W070'],
    ['OIDC_WORK_CLIENT_SECRET', '', 'W070'],
    ['OIDC_WORK_CLIENT_SECRET', '  ', 'W070'],
    ['OIDC_WORK_ISSUER', 'http://login.example.com', 'W071'],
    ['OIDC_WORK_ISSUER', 'https://login.example.com/?tenant=1', 'W071'],
    ['OIDC_WORK_ISSUER', 'https://user:word@login.example.com', 'W071'],
    ['OIDC_WORK_ISSUER', 'login.example.com', 'W071'],
    ['OIDC_WORK_SCOPE', 'email profile', 'W072'],
    ['OIDC_WORK_NAME', 'two\nlines', 'W073'],
    ['OIDC_WORK_LINK_VERIFIED_EMAIL', 'sometimes', 'W074'],
  ])('OI-7: with %s=%j a provider is off, and the server starts', (name, value, problem) => {
    const env = { ...DEPLOYMENT, ...WORK, [name]: value }
    const { settings, problems } = readSettings(env, true)
    expect(problems.map(({ id, level }) => [id, level])).toEqual([[`settings.${problem}`, 'warning']])
    expect(settings?.OIDC_PROVIDERS).toMatchObject([{ id: 'work', client: null }])
    expect(formatProblems(problems)).not.toContain('from-the-provider')
  })

  const privateKey = (namedCurve: string) =>
    generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const APPLE = {
    OIDC_PROVIDERS: 'apple',
    OIDC_APPLE_CLIENT_ID: 'com.example.accounts',
    OIDC_APPLE_TEAM_ID: 'TEAM123456',
    OIDC_APPLE_KEY_ID: 'KEY1234567',
    OIDC_APPLE_PRIVATE_KEY: privateKey('P-256'),
  }

  it('Apple has a key in place of a client secret, whose line breaks may be written as \\n', () => {
    const onOneLine = APPLE.OIDC_APPLE_PRIVATE_KEY.replaceAll('\n', '\\n')
    for (const OIDC_APPLE_PRIVATE_KEY of [APPLE.OIDC_APPLE_PRIVATE_KEY, onOneLine]) {
      const known = client({ ...APPLE, OIDC_APPLE_PRIVATE_KEY })
      expect(known).toMatchObject({ kind: 'apple', issuer: 'https://appleid.apple.com', scope: 'name email', key: { id: 'KEY1234567' } })
    }
  })

  it.each([
    ['no team', 'OIDC_APPLE_TEAM_ID', '', 'W070'],
    ['a blank for a key id', 'OIDC_APPLE_KEY_ID', ' ', 'W070'],
    ['no key', 'OIDC_APPLE_PRIVATE_KEY', '', 'W070'],
    ['a file’s name for a key', 'OIDC_APPLE_PRIVATE_KEY', 'AuthKey_KEY1234567.p8', 'W075'],
    ['a key of another curve', 'OIDC_APPLE_PRIVATE_KEY', privateKey('P-384'), 'W075'],
    ['half a key', 'OIDC_APPLE_PRIVATE_KEY', APPLE.OIDC_APPLE_PRIVATE_KEY.slice(0, 60), 'W075'],
  ])('OI-7: with %s Apple is off, which the check explains without the key', (_, name, value, problem) => {
    const { settings, problems } = readSettings({ ...DEPLOYMENT, ...APPLE, [name]: value }, true)
    expect(problems).toMatchObject([{ id: `settings.${problem}`, level: 'warning', setting: name, hint: expect.stringMatching(/./) }])
    expect(settings?.OIDC_PROVIDERS).toMatchObject([{ id: 'apple', name: 'Apple', client: null }])
    for (const line of value.split('\n').filter((text) => text.trim() !== '')) expect(formatProblems(problems)).not.toContain(line)
  })

  it('plain http is accepted for a provider on this machine', () => {
    expect(client({ ...WORK, OIDC_WORK_ISSUER: 'http://127.0.0.1:9000' })?.issuer).toBe('http://127.0.0.1:9000')
  })

  it.each(['Work', 'a b', 'work,work', '-work', 'work-', '../work'])('E070: OIDC_PROVIDERS=%s is an error', (value) => {
    expect(ids({ ...DEPLOYMENT, OIDC_PROVIDERS: value })).toEqual(['settings.E070'])
  })
})
