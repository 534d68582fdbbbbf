import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Settings, settings } from '../settings.ts'
import {
  type KeyLifetime,
  type Keyring,
  KeySource,
  keyringOf,
  RECHECK,
  RECHECK_FOR_UNKNOWN,
  signingKey,
  tokenKey,
  verifyingKeys,
} from './keyring.ts'

const NOW = 1_800_000_000
const secret = (letter: string) => createSecretKey(letter.repeat(32), 'utf8')
const hmac = (kid: string, life: KeyLifetime = {}) => tokenKey(secret('k'), 'HS256', life, kid)

describe('the key that signs', () => {
  let ring: Keyring
  beforeEach(async () => {
    ring = keyringOf([
      await hmac('old', { activeFrom: 0, retiredFrom: NOW + 100 }),
      await hmac('verifies only', { activeFrom: NOW - 1, verifiesOnly: true }),
      await hmac('now', { activeFrom: NOW - 1000 }),
      await hmac('next', { activeFrom: NOW + 10 }),
    ])
  })
  const kidAt = (issued: number, now = issued) => signingKey(ring, issued, now).kid

  it('is the newest whose time has come', () => {
    expect([kidAt(NOW), kidAt(NOW + 9), kidAt(NOW + 10), kidAt(NOW + 10_000)]).toEqual(['now', 'now', 'next', 'next'])
  })

  it('is the one added last of those whose time comes in one second', async () => {
    const twice = keyringOf([await hmac('first', { activeFrom: NOW }), await hmac('second', { activeFrom: NOW })])
    expect(signingKey(twice, NOW, NOW).kid).toBe('second')
  })

  it('is the one that was current when the token was issued, so that it is written again as it was', () => {
    expect(kidAt(NOW, NOW + 20)).toBe('now')
    expect(kidAt(NOW - 1001, NOW)).toBe('old')
  })

  it('unless that one has retired: what it signs would not count', () => {
    expect(kidAt(NOW - 1001, NOW + 100)).toBe('next')
  })

  it('is never a future key, regardless of the time a token claims', () => {
    expect(kidAt(NOW + 10_000, NOW)).toBe('now')
  })

  it('nothing is signed without a key', () => {
    expect(() => signingKey(keyringOf([]), NOW, NOW)).toThrow('No key signs tokens.')
  })
})

describe('the keys that verify', () => {
  it('are the one that is named, before and after it signs, until it retires', async () => {
    const ring = keyringOf([await hmac('waiting', { activeFrom: NOW + 600 }), await hmac('retiring', { retiredFrom: NOW + 1 })])
    const named = (kid: unknown, now = NOW) => verifyingKeys(ring, { kid }, 'HS256', now).map((key) => key.kid)
    expect([named('waiting'), named('retiring'), named('retiring', NOW + 1), named('gone')]).toEqual([['waiting'], ['retiring'], [], []])
  })

  it('J6: a `kid` of another type or form matches no key', async () => {
    const ring = keyringOf([await hmac('a')])
    const names = [
      7,
      ['a'],
      { a: 1 },
      null,
      true,
      '',
      'A',
      'a\0',
      'a ',
      '__proto__',
      'constructor',
      '../../dev/null',
      "' OR 1--",
      'x'.repeat(8192),
    ]
    for (const kid of names) expect([kid, verifyingKeys(ring, { kid }, 'HS256', NOW)]).toEqual([kid, []])
  })

  it('without a name are those of the configured algorithm that have not retired', async () => {
    const es256 = await tokenKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256', {}, 'curve')
    const ring = keyringOf([await hmac('a'), es256, await hmac('b', { retiredFrom: NOW }), await hmac('c')])
    expect(verifyingKeys(ring, { alg: 'ES256' }, 'HS256', NOW).map(({ kid }) => kid)).toEqual(['a', 'c'])
  })
})

describe('the name of a key', () => {
  it('is the thumbprint of RFC 7638, of the private and of the public half', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const thumbprint = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as JWK)
    for (const half of [publicKey, privateKey]) expect((await tokenKey(half, 'EdDSA')).kid).toBe(thumbprint)
  })

  it('of a secret is the same in every process, another for another secret or algorithm, and no digest of the secret', async () => {
    const kids = await Promise.all([
      tokenKey(secret('a'), 'HS256'),
      tokenKey(secret('a'), 'HS256'),
      tokenKey(secret('b'), 'HS256'),
      tokenKey(secret('a'), 'HS512'),
    ])
    expect(new Set(kids.map(({ kid }) => kid)).size).toBe(3)
    expect(kids[0]?.kid).not.toBe(await calculateJwkThumbprint(secret('a').export({ format: 'jwk' }) as JWK))
  })

  it('what is published of a key has no private member, and of a secret nothing is', async () => {
    const rsa = await tokenKey(generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey, 'RS256')
    expect(Object.keys(rsa.publicJwk ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    expect((await hmac('a')).publicJwk).toBeNull()
  })
})

describe('the keys of a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-keyring-'))
  const path = join(directory, 'keys.json')
  afterAll(() => rmSync(directory, { recursive: true }))

  let clock = 0
  let source: KeySource
  const kids = async (maxAge?: number) => (await source.ring(maxAge)).keys.map(({ kid }) => kid)
  const entry = (kid: string, more: object = {}) => ({ kty: 'oct', k: 'A'.repeat(86), kid, alg: 'HS256', ...more })
  const write = (text: string) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  const keep = (kid: string, more: object = {}) => write(JSON.stringify({ keys: [entry(kid)], ...more }))
  const reported = () => vi.mocked(process.stderr.write).mock.calls.map(([line]) => String(line))

  beforeEach(() => {
    rmSync(path, { force: true })
    clock = 0
    source = new KeySource({ ...settings(), SIGNING_KEYS_FILE: path } as Settings, () => clock)
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    return () => vi.restoreAllMocks()
  })

  it('are read again after a change, checked at most once a second', async () => {
    keep('a')
    expect(await kids()).toContain('a')
    keep('b')
    clock += RECHECK - 1
    expect(await kids()).toContain('a')
    clock += 1
    expect(await kids()).toContain('b')
    expect(await kids()).not.toContain('a')
  })

  it('are re-read immediately for an unknown `kid`, at most ten times a second', async () => {
    keep('a')
    await kids()
    keep('b')
    clock += RECHECK_FOR_UNKNOWN - 1
    expect(await kids(RECHECK_FOR_UNKNOWN)).toContain('a')
    clock += 1
    expect(await kids(RECHECK_FOR_UNKNOWN)).toContain('b')
  })

  it.each([
    ['broken', () => write('{"keys":[{"k":"Y2FuYXJ5"')],
    ['cut', () => write('')],
    ['gone', () => rmSync(path)],
  ])('stay the last good ones when it is %s, which is told once and without a word of it, until it is mended', async (_what, spoil) => {
    keep('a')
    await kids()
    spoil()
    for (const _round of [1, 2, 3]) {
      clock += RECHECK
      expect(await kids()).toContain('a')
    }
    expect(reported().map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['signing_keys_file_failed'])
    expect(reported().join()).not.toContain('Y2FuYXJ5')
    keep('b')
    clock += RECHECK
    expect(await kids()).toContain('b')
  })

  it('an invalid file yields no keys, and is read again', async () => {
    write('{')
    await expect(source.ring()).rejects.toThrow('It is not JSON.')
    keep('a')
    clock += RECHECK
    expect(await kids()).toContain('a')
  })

  it('leave the environment’s to sign where there is no file yet, and to verify as long as it says', async () => {
    const [ofEnvironment] = (await source.ring()).keys
    expect([ofEnvironment?.activeFrom, ofEnvironment?.retiredFrom, ofEnvironment?.signing !== null]).toEqual([
      0,
      Number.POSITIVE_INFINITY,
      true,
    ])
    keep('a', { environment: { exp: NOW } })
    clock += RECHECK
    expect((await source.ring()).byKid.get(ofEnvironment?.kid ?? '')?.retiredFrom).toBe(NOW)
    keep('a')
    clock += RECHECK
    expect((await source.ring()).byKid.get(ofEnvironment?.kid ?? '')?.retiredFrom).toBe(0)
  })
})
