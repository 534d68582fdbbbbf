import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { KeysFileError, parseKeysFile } from './keys.ts'

const CANARY = 'Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeS1jYW5hcnk'
const secret = { kty: 'oct', k: CANARY, kid: 'a', alg: 'HS256' }
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ format: 'jwk' })
const publicOf = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' })
const of = (...keys: unknown[]) => JSON.stringify({ keys })

it('a JWK set with one secret, or with none, is read', () => {
  expect(parseKeysFile(of(secret)).keys).toEqual([secret])
  expect(parseKeysFile(of()).keys).toEqual([])
})

describe('a file does not serve, and what is said quotes nothing of it, with', () => {
  it.each([
    ['no JSON', `{"keys":[{"k":"${CANARY}"`],
    ['another shape', `["${CANARY}"]`],
    ['no kid', of({ ...secret, kid: undefined })],
    ['a kid that is a number', of({ ...secret, kid: 5 })],
    ['an algorithm of its own', of({ ...secret, alg: 'none' })],
    ['no algorithm', of({ ...secret, alg: undefined })],
    ['a key for encryption', of({ ...secret, use: 'enc' })],
    ['a time as text', of({ ...secret, exp: CANARY })],
    ['two keys of one kid', of(secret, secret)],
    ['a secret that is too short', of({ ...secret, k: CANARY.slice(0, 40) })],
    ['a secret that is no text', of({ ...secret, k: [CANARY] })],
    ['a secret for RS256', of({ ...secret, alg: 'RS256' })],
    ['a private key for HS256', of({ ...rsa(2048), kid: 'a', alg: 'HS256' })],
    ['a public key alone', of({ ...publicOf, kid: 'a', alg: 'EdDSA' })],
    ['an RSA key of 2048 bits', of({ ...rsa(2048), kid: 'a', alg: 'RS256' })],
    ['a curve of another algorithm', of({ ...curve('P-384'), kid: 'a', alg: 'ES256' })],
    ['a private key that is cut', of({ ...curve('P-256'), d: 'AA', y: 'AA', kid: 'a', alg: 'ES256' })],
    ['too many keys', of(...Array.from({ length: 33 }, (_, n) => ({ ...secret, kid: String(n) })))],
  ])('%s', (_what, text) => {
    let said: unknown
    try {
      parseKeysFile(text)
    } catch (error) {
      said = error
    }
    expect(said).toBeInstanceOf(KeysFileError)
    expect((said as Error).message).not.toContain(CANARY.slice(0, 10))
  })
})
