import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jwtVerify, SignJWT } from 'jose'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { TokenError } from '../errors.ts'
import { settings } from '../settings.ts'
import { newState, withState } from '../testing/process-states.ts'
import { keyring } from './keyring.ts'
import { extendSlidingToken, signToken, verifySlidingToken, verifyToken } from './tokens.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const SECONDS = NOW.getTime() / 1000
const CLAIMS = { jti: 'a'.repeat(32), iat: SECONDS, exp: SECONDS + 60, refreshExp: null, userId: 7, sid: 'b'.repeat(32), extra: {} }
const SIMPLE_JWT = { token_type: 'access', exp: SECONDS + 60, iat: SECONDS, jti: 'a'.repeat(32), user_id: 7 }

/** A token as any other library makes it. */
function forge(
  payload: unknown,
  header: unknown = { alg: 'HS256', typ: 'JWT' },
  hash = 'sha256',
  key: string | Buffer = settings().SECRET_KEY,
): string {
  const encode = (part: unknown) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`
}

const reason = async (token: string, type: 'access' | 'refresh' | null = 'access', now = NOW) => {
  try {
    await verifyToken(token, type, now)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    return error.message
  }
}

describe('tokens are Simple JWT’s', () => {
  it('carry its header and claims, with sid beside them', async () => {
    const [header, payload] = (await signToken('access', CLAIMS)).split('.').map((part) => Buffer.from(part, 'base64url').toString())
    expect(JSON.parse(header as string)).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.stringMatching(/^[\w-]{22}$/) })
    expect(JSON.parse(payload as string)).toEqual({ ...SIMPLE_JWT, sid: CLAIMS.sid })
  })

  it('another library’s token is accepted, with the id as a number or as text', async () => {
    for (const user_id of [7, '7']) {
      expect(await verifyToken(forge({ ...SIMPLE_JWT, user_id }), 'access', NOW)).toMatchObject({ userId: 7, sid: null })
    }
  })

  it('write the id as a number, but a `sub` as text: PyJWT takes no other', async () => {
    const former = settings().USER_ID_CLAIM
    Object.assign(settings(), { USER_ID_CLAIM: 'sub' })
    try {
      const token = await signToken('access', CLAIMS)
      expect(JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).sub).toBe('7')
      for (const sub of [7, '7']) expect(await verifyToken(forge({ ...SIMPLE_JWT, sub }), 'access', NOW)).toMatchObject({ userId: 7 })
    } finally {
      Object.assign(settings(), { USER_ID_CLAIM: former })
    }
  })

  it('equal claims make an equal token', async () => {
    expect(await signToken('refresh', CLAIMS)).toBe(await signToken('refresh', CLAIMS))
  })

  it('claims of no name of ours are kept, and never as a prototype', async () => {
    const { extra } = await verifyToken(forge({ ...SIMPLE_JWT, tenant: 'x' }), 'access', NOW)
    expect(extra).toEqual({ tenant: 'x' })
  })
})

describe('the refusals and words of Simple JWT', () => {
  const without = (claim: string) => Object.fromEntries(Object.entries(SIMPLE_JWT).filter(([name]) => name !== claim))

  it.each([
    ['no exp', without('exp'), "Token has no 'exp' claim"],
    ['no jti', without('jti'), 'Token has no id'],
    ['no type', without('token_type'), 'Token has no type'],
    ['another type', { ...SIMPLE_JWT, token_type: 'refresh' }, 'Token has wrong type'],
    ['exp now', { ...SIMPLE_JWT, exp: SECONDS }, 'Token is invalid or expired'],
    ['exp past', { ...SIMPLE_JWT, exp: SECONDS - 1 }, 'Token is invalid or expired'],
    ['exp as text', { ...SIMPLE_JWT, exp: String(SECONDS + 60) }, 'Token is invalid or expired'],
    ['exp with a fraction', { ...SIMPLE_JWT, exp: SECONDS + 60.5 }, 'Token is invalid or expired'],
    ['exp beyond all dates', { ...SIMPLE_JWT, exp: 1e300 }, 'Token is invalid or expired'],
    ['iat an hour ahead', { ...SIMPLE_JWT, iat: SECONDS + 3600 }, 'Token is invalid or expired'],
    ['nbf an hour ahead', { ...SIMPLE_JWT, nbf: SECONDS + 3600 }, 'Token is invalid or expired'],
    ['jti null', { ...SIMPLE_JWT, jti: null }, 'Token is invalid or expired'],
    ['jti an object', { ...SIMPLE_JWT, jti: {} }, 'Token is invalid or expired'],
    ['jti with a NUL', { ...SIMPLE_JWT, jti: 'a\0b' }, 'Token is invalid or expired'],
    ['jti longer than its column', { ...SIMPLE_JWT, jti: 'x'.repeat(256) }, 'Token is invalid or expired'],
    ['sid with a NUL', { ...SIMPLE_JWT, sid: 'a\0b' }, 'Token is invalid or expired'],
    ['sid a number', { ...SIMPLE_JWT, sid: 5 }, 'Token is invalid or expired'],
    ['a list for a payload', [], 'Token is invalid or expired'],
    ['null for a payload', null, 'Token is invalid or expired'],
    ['text for a payload', '"x"', 'Token is invalid or expired'],
    ['no JSON for a payload', 'x', 'Token is invalid or expired'],
  ])('%s', async (_title, payload, message) => {
    expect(await reason(forge(payload))).toBe(message)
  })

  it('any type will do where none is asked for', async () => {
    expect(await reason(forge({ ...SIMPLE_JWT, token_type: 'refresh' }), null)).toBe('accepted')
    expect(await reason(forge(without('token_type')), null)).toBe('accepted')
  })
})

describe('forgeries (J1-J20)', () => {
  const good = forge(SIMPLE_JWT)
  const [header, payload, signature] = good.split('.') as [string, string, string]
  const flipped = () => {
    const bytes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = bytes.indexOf(signature.at(-1) as string)
    return `${signature.slice(0, -1)}${bytes[last ^ 1]}`
  }

  it('the token that they are made from is good', async () => {
    expect(await reason(good)).toBe('accepted')
  })

  it.each([
    ['alg none', forge(SIMPLE_JWT, { alg: 'none', typ: 'JWT' })],
    ['alg nOnE', forge(SIMPLE_JWT, { alg: 'nOnE', typ: 'JWT' })],
    ['empty signature', `${header}.${payload}.`],
    ['two parts', `${header}.${payload}`],
    ['five parts', `${good}.a.b`],
    ['another key', forge(SIMPLE_JWT, undefined, 'sha256', 'another key of at least 32 bytes in length')],
    ['HS512 where HS256 is set', forge(SIMPLE_JWT, { alg: 'HS512', typ: 'JWT' }, 'sha512')],
    ['HS512 label on an HS256 code', forge(SIMPLE_JWT, { alg: 'HS512', typ: 'JWT' })],
    ['RS256 label', forge(SIMPLE_JWT, { alg: 'RS256', typ: 'JWT' })],
    ['no alg', forge(SIMPLE_JWT, { typ: 'JWT' })],
    ['crit', forge(SIMPLE_JWT, { alg: 'HS256', crit: ['x'], x: 1 })],
    ['b64 false', forge(SIMPLE_JWT, { alg: 'HS256', b64: false, crit: ['b64'] })],
    ['padding', `${good}=`],
    ['trailing line break', `${good}\n`],
    ['leading blank', ` ${good}`],
    ['inner blank', `${header}. ${payload}.${signature}`],
    ['trailing dot', `${good}.`],
    ['unused signature bits', `${header}.${payload}.${flipped()}`],
    ['base64 with +/', good.replaceAll('-', '+').replaceAll('_', '/').concat('+')],
    ['longer than any of ours', forge({ ...SIMPLE_JWT, pad: 'x'.repeat(5000) })],
    ['empty', ''],
    ['words', 'abc'],
  ])('%s', async (_title, token) => {
    expect(await reason(token)).toBe('Token is invalid or expired')
  })

  it.each([[{ jku: 'http://127.0.0.1:9/' }], [{ jwk: { kty: 'oct', k: 'AA' } }]])(
    'a header’s %j changes nothing: only the configured key counts',
    async (more) => {
      expect(await reason(forge(SIMPLE_JWT, { alg: 'HS256', typ: 'JWT', ...more }))).toBe('accepted')
      expect(await reason(forge(SIMPLE_JWT, { alg: 'HS256', typ: 'JWT', ...more }, 'sha256', 'x'.repeat(32)))).not.toBe('accepted')
    },
  )
})

describe('several keys', () => {
  const FORMER = 'Zm9ybWVyLWtleS1mb3ItdGhlLXVuaXQtdGVzdHMtb25seS0wMQ'
  const present = settings().SECRET_KEY
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** A process that was started with these keys. */
  function processWith(key: string, fallbacks: string) {
    vi.stubEnv('SECRET_KEY', key)
    vi.stubEnv('SECRET_KEY_FALLBACKS', fallbacks)
    const state = newState()
    withState(state, settings)
    const reason = (token: string) =>
      withState(state, () => verifyToken(token, 'access', NOW)).then(
        () => 'accepted',
        (error: Error) => `${error.name}: ${error.message}`,
      )
    return { sign: () => withState(state, () => signToken('access', CLAIMS)), reason }
  }
  const REFUSED = 'TokenError: Token is invalid or expired'
  const kidIn = (token: string) => (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid

  it('a fallback verifies what it signed, by name and without one, and signs nothing more', async () => {
    const former = await processWith(FORMER, '').sign()
    const nameless = forge(SIMPLE_JWT, { alg: 'HS256', typ: 'JWT' }, 'sha256', FORMER)
    const during = processWith(present, FORMER)
    const own = await during.sign()
    expect(kidIn(own)).not.toBe(kidIn(former))
    expect(await Promise.all([former, nameless, own].map(during.reason))).toEqual(['accepted', 'accepted', 'accepted'])
    const after = processWith(present, '')
    expect(await Promise.all([former, nameless, own].map(after.reason))).toEqual([REFUSED, REFUSED, 'accepted'])
  })

  it('J6: a name that is not known, or none of ours, opens nothing, with whichever key it was signed', async () => {
    const { reason } = processWith(present, FORMER)
    for (const kid of [
      'unknown',
      '',
      '../../dev/null',
      "' OR 1--",
      '__proto__',
      'constructor',
      7,
      ['a'],
      {},
      null,
      true,
      'x'.repeat(2048),
    ]) {
      for (const key of [present, FORMER, 'x'.repeat(32)])
        expect([kid, await reason(forge(SIMPLE_JWT, { alg: 'HS256', typ: 'JWT', kid }, 'sha256', key))]).toEqual([kid, REFUSED])
    }
  })

  it('a token that names one key is verified with no other', async () => {
    const { sign, reason } = processWith(present, FORMER)
    const header = { alg: 'HS256', typ: 'JWT', kid: kidIn(await sign()) }
    expect(await reason(forge(SIMPLE_JWT, header, 'sha256', present))).toBe('accepted')
    expect(await reason(forge(SIMPLE_JWT, header, 'sha256', FORMER))).toBe(REFUSED)
  })

  it('the original’s RSA key of 2048 bits verifies its tokens and signs none', async () => {
    const pair = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })
    const [old, own] = [pair(2048), pair(3072)]
    const pem = (key: KeyObject) => key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString()
    vi.stubEnv('ALGORITHM', 'RS256')
    vi.stubEnv('SIGNING_KEY', pem(own.privateKey))
    vi.stubEnv('VERIFYING_KEY', pem(own.publicKey))
    vi.stubEnv('VERIFYING_KEYS', pem(old.publicKey))
    const { sign, reason } = processWith(present, '')
    const signedBy = ({ privateKey }: typeof old) =>
      new SignJWT(SIMPLE_JWT).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(privateKey)
    const signed = await Promise.all([signedBy(old), signedBy(own), sign(), signedBy(pair(2048))])
    expect(await Promise.all(signed.map(reason))).toEqual(['accepted', 'accepted', 'accepted', REFUSED])
    expect(await jwtVerify(await sign(), own.publicKey, { currentDate: NOW })).toBeTruthy()
  })

  it('a key is used with its own algorithm only, regardless of the header', async () => {
    const { sign, reason } = processWith(present, FORMER)
    const kid = kidIn(await sign())
    for (const [alg, hash] of [
      ['HS512', 'sha512'],
      ['HS384', 'sha384'],
      ['RS256', 'sha256'],
      ['none', 'sha256'],
    ] as const)
      expect([alg, await reason(forge(SIMPLE_JWT, { alg, typ: 'JWT', kid }, hash, present))]).toEqual([alg, REFUSED])
  })
})

describe('sliding tokens', () => {
  const sliding = { ...CLAIMS, refreshExp: SECONDS + 3600 }
  const at = (seconds: number) => new Date((SECONDS + seconds) * 1000)

  it('serve past exp until refresh_exp, and are due to be extended then', async () => {
    const token = await signToken('sliding', sliding)
    expect((await verifySlidingToken(token, at(59))).due).toBe(false)
    expect((await verifySlidingToken(token, at(60))).due).toBe(true)
    expect((await verifySlidingToken(token, at(3599))).due).toBe(true)
    await expect(verifySlidingToken(token, at(3600))).rejects.toThrow("Token 'refresh_exp' claim has expired")
  })

  it('extension keeps jti, session and refresh_exp, and never outlives refresh_exp', async () => {
    const { claims } = await verifySlidingToken(await signToken('sliding', sliding), at(3500))
    const extended = await verifySlidingToken(await extendSlidingToken(claims, at(3500)), at(3500))
    expect(extended).toMatchObject({ due: false, claims: { jti: sliding.jti, sid: sliding.sid, refreshExp: sliding.refreshExp } })
    expect(extended.claims.exp).toBe(sliding.refreshExp)
  })

  it('no other type passes for one, and it passes for no other', async () => {
    await expect(verifySlidingToken(await signToken('refresh', sliding), NOW)).rejects.toThrow(TokenError)
    expect(await reason(await signToken('sliding', sliding))).toBe('Token has wrong type')
  })
})

describe('a token that was verified before', () => {
  const REFUSED = 'Token is invalid or expired'
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-tokens-'))
  const path = join(directory, 'keys.json')
  afterAll(() => rmSync(directory, { recursive: true }))
  const key = (kid: string, more: object = {}) => ({ kty: 'oct', k: kid.repeat(43), kid, alg: 'HS256', nbf: 0, ...more })
  const keep = (...keys: object[]) => writeFileSync(path, JSON.stringify({ keys }))

  /** An application whose keys are the file's. @returns how often it checked a signature, besides what tests need */
  function application() {
    vi.stubEnv('SIGNING_KEYS_FILE', path)
    const state = newState()
    const checked = vi.spyOn(crypto.subtle, 'verify')
    return {
      sign: (claims: object = {}) => withState(state, () => signToken('access', { ...CLAIMS, ...claims })),
      reason: (token: string, now = NOW) => withState(state, () => reason(token, 'access', now)),
      look: () => withState(state, () => keyring(0)),
      checks: () => checked.mock.calls.length,
    }
  }
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })

  it('costs no signature again, and its dates are looked at each time', async () => {
    keep(key('a'))
    const { sign, reason, checks } = application()
    const token = await sign()
    for (let times = 0; times < 5; times++) expect(await reason(token)).toBe('accepted')
    expect(checks()).toBe(1)
    expect(await reason(token, new Date(NOW.getTime() + 60_000))).toBe(REFUSED)
    expect(await reason(token, new Date(NOW.getTime() - 120_000)), 'of the future').toBe(REFUSED)
    expect(checks()).toBe(1)
  })

  it('is refused from the moment on at which its key retires', async () => {
    keep(key('a', { exp: SECONDS + 30 }), key('b', { nbf: SECONDS + 30 }))
    const { sign, reason } = application()
    const token = await sign()
    expect(await reason(token, new Date(NOW.getTime() + 29_000))).toBe('accepted')
    expect(await reason(token, new Date(NOW.getTime() + 30_000))).toBe(REFUSED)
  })

  it('is refused as soon as its key has been taken away, also where that was while it was verified', async () => {
    keep(key('a'))
    const { sign, reason, look } = application()
    const [token, other] = [await sign(), await sign({ jti: 'c'.repeat(32) })]
    expect(await reason(token)).toBe('accepted')
    const inBetween = reason(other)
    keep(key('b'))
    await look()
    await inBetween
    expect([await reason(token), await reason(other)]).toEqual([REFUSED, REFUSED])
  })

  it('with nbf is verified each time', async () => {
    keep(key('a'))
    const { reason, checks } = application()
    const payload = { ...SIMPLE_JWT, nbf: SECONDS }
    const token = forge(payload, { alg: 'HS256', typ: 'JWT', kid: 'a' }, 'sha256', Buffer.from('a'.repeat(43), 'base64url'))
    expect([await reason(token), await reason(token, new Date(NOW.getTime() - 1000))]).toEqual(['accepted', REFUSED])
    expect(checks()).toBe(2)
  })

  it('is one of ten thousand at most', async () => {
    keep(key('a'))
    const { sign, reason, look } = application()
    const tokens = await Promise.all(Array.from({ length: 10_050 }, (_, index) => sign({ jti: String(index) })))
    for (const token of tokens) expect(await reason(token)).toBe('accepted')
    const { verified } = await look()
    expect([verified.size, verified.has(tokens[0] as string), verified.has(tokens.at(-1) as string)]).toEqual([10_000, false, true])
  })
})
