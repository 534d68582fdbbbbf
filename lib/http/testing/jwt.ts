/** Another implementation of JWT, on node:crypto alone: what it signs stands for the tokens of Simple JWT and of attackers. */
import { createHmac, createSign, type KeyObject, randomBytes } from 'node:crypto'

export type Claims = Record<string, unknown>

const encode = (part: unknown) =>
  (Buffer.isBuffer(part) ? part : Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))).toString('base64url')

const HMACS: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/**
 * Signs with HMAC.
 * @param payload claims, or the payload's text or bytes as they stand
 * @param header replaces Simple JWT's; its `alg` says which hash is used, HS256 where it names none of ours
 */
export function mint(
  payload: Claims | string | Buffer,
  secret: string | Buffer,
  header: Claims | string = { alg: 'HS256', typ: 'JWT' },
): string {
  const signed = `${encode(header)}.${encode(payload)}`
  const algorithm = typeof header === 'string' ? 'HS256' : String(header.alg)
  const signature = createHmac(HMACS[algorithm] ?? 'sha256', secret)
    .update(signed)
    .digest('base64url')
  return `${signed}.${signature}`
}

/** Signs with a private key: RS256, or ES256 where the key is an elliptic one. */
export function mintAsymmetric(payload: Claims, key: KeyObject): string {
  const elliptic = key.asymmetricKeyType === 'ec'
  const signed = `${encode({ alg: elliptic ? 'ES256' : 'RS256', typ: 'JWT' })}.${encode(payload)}`
  const signer = createSign('sha256').update(signed)
  const signature = elliptic ? signer.sign({ key, dsaEncoding: 'ieee-p1363' }) : signer.sign(key)
  return `${signed}.${signature.toString('base64url')}`
}

/** Replaces parts of a token: [header, payload, signature]. */
export function withPart(token: string, part: 0 | 1 | 2, text: string): string {
  return token
    .split('.')
    .map((old, index) => (index === part ? text : old))
    .join('.')
}

export const base64url = encode

/** The claims of a token, not verified. */
export const claimsOf = (token: string): Claims => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const now = () => Math.floor(Date.now() / 1000)

/** What Simple JWT writes into an access token: no `sid`. */
export const accessClaims = (userId: unknown, more: Claims = {}): Claims => ({
  token_type: 'access',
  exp: now() + 3600,
  iat: now(),
  jti: randomBytes(16).toString('hex'),
  user_id: userId,
  ...more,
})

/** What Simple JWT writes into a refresh token. */
export const refreshClaims = (userId: unknown, more: Claims = {}): Claims =>
  accessClaims(userId, { token_type: 'refresh', exp: now() + 86_400, ...more })

/** The claims without those named. */
export const without = (claims: Claims, ...names: string[]): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)))
