/** Forged tokens, for each place where a token is taken. */
import { deflateRawSync } from 'node:zlib'
import type { Account } from './accounts.ts'
import { accessClaims, base64url, type Claims, claimsOf, mint, refreshClaims, without, withPart } from './jwt.ts'
import { newSecret } from './test-server.ts'

/** One forgery as each of the three types. */
export interface ForgedTokens {
  access: string
  sliding: string
  refresh: string
}

export const INVALID = 'Token is invalid or expired'

/** Simple JWT's body where the Authorization header carries the token. */
export const notValid = (message: string) => ({
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
})

/** What a browser's cookie of the account's session says. */
export const slidingClaims = (userId: unknown, more: Claims = {}): Claims =>
  accessClaims(userId, { token_type: 'sliding', refresh_exp: Math.floor(Date.now() / 1000) + 86_400, ...more })

/** Forges each type from the claims of a live session, so that nothing but the forgery itself is wrong. */
export function forgeAll({ id, access }: Pick<Account, 'id' | 'access'>, forge: (claims: Claims) => string): ForgedTokens {
  const { sid } = claimsOf(access)
  return {
    access: forge(accessClaims(id, { sid })),
    sliding: forge(slidingClaims(id, { sid })),
    refresh: forge(refreshClaims(id)),
  }
}

/** A cookie can hold no blank, line break or semicolon; what is left of such a token is tried all the same. */
export const cookieWith = (token: string) => `latchkey=${token.replace(/[\s;]/g, '')}`

/** The endpoints that take a token in their body, with the field that it goes into. */
export const TOKEN_ENDPOINTS = [
  ['/api/accounts/token/refresh/', 'refresh'],
  ['/api/accounts/token/blacklist/', 'refresh'],
  ['/api/accounts/logout/', 'refresh'],
  ['/api/accounts/token/verify/', 'token'],
] as const

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** An HMAC of 32 bytes takes 43 characters, whose last two bits mean nothing: one of them is turned. */
function flipUnusedBit(token: string): string {
  return token.slice(0, -1) + ALPHABET[ALPHABET.indexOf(token.slice(-1)) ^ 1]
}

/** Other spellings of a token, most of which a lax decoder takes for the token itself. */
export const otherSpellings = (token: string): string[] => [
  `${token}=`,
  `${token}==`,
  `${token}.`,
  `"${token}"`,
  flipUnusedBit(token),
  token.replace('.', '.='),
  token.replace('.', '=.'),
  token.replaceAll('.', '%2E'),
  token.toLowerCase(),
]

/** Spellings with blanks and line breaks, which only a body can carry. */
export const spacedSpellings = (token: string): string[] => [
  `${token}\n`,
  `${token}\r\n`,
  `\t${token}`,
  token.replace('.', '. '),
  token.replace(/^.{10}/, '$& '),
  `${token}\u200b`,
  `\ufeff${token}`,
]

const seconds = () => Math.floor(Date.now() / 1000)

export type Forge = (claims: Claims, secret: string) => string

export const genuine: Forge = (claims, secret) => mint(claims, secret)
const signedAs =
  (header: Claims | string): Forge =>
  (claims, secret) =>
    mint(claims, secret, header)

/** Tokens that are not signed as they must be. */
export const forgeries: [id: string, what: string, forge: Forge][] = [
  ['J1', 'alg none with a signature', signedAs({ alg: 'none', typ: 'JWT' })],
  ['J1', 'alg nOnE without a signature', (claims) => `${base64url({ alg: 'nOnE' })}.${base64url(claims)}.`],
  ['J1', 'an empty signature', (claims, secret) => withPart(genuine(claims, secret), 2, '')],
  ['J1', 'two parts', (claims, secret) => genuine(claims, secret).split('.').slice(0, 2).join('.')],
  [
    'J3',
    'an HS512 label on an HS256 signature',
    (claims, secret) => withPart(genuine(claims, secret), 0, base64url({ alg: 'HS512', typ: 'JWT' })),
  ],
  ['J3', 'HS512 with the right key', signedAs({ alg: 'HS512', typ: 'JWT' })],
  ['J3', 'HS384 with the right key', signedAs({ alg: 'HS384', typ: 'JWT' })],
  ['J2', 'a signature made with the empty key and an asymmetric label', (claims) => mint(claims, '', { alg: 'ES256', typ: 'JWT' })],
  ['J3', 'an RS256 label', signedAs({ alg: 'RS256', typ: 'JWT' })],
  ['J4', 'a second alg in the header', signedAs('{"alg":"HS256","alg":"none"}')],
  ['J5', 'a signature cut short', (claims, secret) => genuine(claims, secret).slice(0, -4)],
  ['J5', 'a signature of zeros', (claims, secret) => withPart(genuine(claims, secret), 2, Buffer.alloc(32).toString('base64url'))],
  ['J5', 'a signature of one byte', (claims, secret) => withPart(genuine(claims, secret), 2, 'AA')],
  [
    'J5',
    'a signature with a byte too many',
    (claims, secret) => withPart(genuine(claims, secret), 2, Buffer.alloc(33).toString('base64url')),
  ],
  [
    'J7',
    'the attacker’s key in the header',
    (claims) => mint(claims, 'k'.repeat(32), { alg: 'HS256', jwk: { kty: 'oct', k: base64url('k'.repeat(32)) } }),
  ],
  ['J9', 'crit with an unknown name', signedAs({ alg: 'HS256', crit: ['x'], x: true })],
  ['J9', 'b64 false', signedAs({ alg: 'HS256', crit: ['b64'], b64: false })],
  ['J17', 'a list for claims', (_claims, secret) => mint('[]', secret)],
  ['J17', 'null for claims', (_claims, secret) => mint('null', secret)],
  ['J17', 'a text for claims', (_claims, secret) => mint('"x"', secret)],
  [
    'J17',
    'bytes that are no text among the claims',
    (claims, secret) => mint(Buffer.from(JSON.stringify(claims).replace('{', '{"x":"\xff\xfe",'), 'latin1'), secret),
  ],
  ['J17', 'claims that are no JSON', (_claims, secret) => mint('{', secret)],
  ['J19', 'padding at the end', (claims, secret) => `${genuine(claims, secret)}=`],
  ['J19', 'an unused bit of the signature set', (claims, secret) => flipUnusedBit(genuine(claims, secret))],
  ['J20', 'a dot at the end', (claims, secret) => `${genuine(claims, secret)}.`],
  ['J20', 'five parts', (claims, secret) => `${genuine(claims, secret)}.e30.e30`],
  [
    'J20',
    'the other base64 alphabet',
    (claims, secret) =>
      genuine(claims, secret)
        .replace(/-/g, '+')
        .replace(/_/g, '/')
        .replace(/\.(?=[^.]*$)/, '.+'),
  ],
  [
    'J22',
    'an encrypted token with a huge iteration count',
    () => `${base64url({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'x' })}.e30.e30.e30.e30`,
  ],
  [
    'J22',
    'an encrypted token that unpacks to a hundred times its size',
    () =>
      [
        { alg: 'dir', enc: 'A128CBC-HS256', zip: 'DEF' },
        '',
        'i'.repeat(16),
        deflateRawSync(Buffer.alloc(200_000)).toString('latin1'),
        't'.repeat(16),
      ]
        .map(base64url)
        .join('.'),
  ],
  ['J22', 'a signed token that says it is compressed', signedAs({ alg: 'HS256', typ: 'JWT', zip: 'DEF', crit: ['zip'] })],
  ['J23', 'another deployment’s key', (claims) => mint(claims, newSecret())],
  ['J23', 'the empty key', (claims) => mint(claims, '')],
  [
    'J25',
    'claims changed after signing',
    (claims, secret) => withPart(genuine(claims, secret), 1, base64url({ ...claims, is_staff: true })),
  ],
]

/** Claims that make a token invalid though it is signed right, with what the API says of it as Bearer. */
export const claimsThatDoNotHold: [id: string, what: string, change: (claims: Claims) => Claims, message: string][] = [
  ['J10', 'no exp', (claims) => without(claims, 'exp'), "Token has no 'exp' claim"],
  ['J11', 'exp now', (claims) => ({ ...claims, exp: seconds() }), INVALID],
  ['J11', 'exp an hour ago', (claims) => ({ ...claims, exp: seconds() - 3600 }), INVALID],
  ['J11', 'exp as text', (claims) => ({ ...claims, exp: String(seconds() + 60) }), INVALID],
  ['J11', 'exp after all time', (claims) => ({ ...claims, exp: 1e308 }), INVALID],
  ['J11', 'exp null', (claims) => ({ ...claims, exp: null }), INVALID],
  ['J12', 'nbf in an hour', (claims) => ({ ...claims, nbf: seconds() + 3600 }), INVALID],
  ['J12', 'iat in an hour', (claims) => ({ ...claims, iat: seconds() + 3600 }), INVALID],
  ['J14', 'no jti', (claims) => without(claims, 'jti'), 'Token has no id'],
  ['J14', 'jti null', (claims) => ({ ...claims, jti: null }), INVALID],
  ['J14', 'jti an object', (claims) => ({ ...claims, jti: { not: '' } }), INVALID],
  ['J14', 'jti empty', (claims) => ({ ...claims, jti: '' }), INVALID],
  ['J18', 'type refresh', (claims) => ({ ...claims, token_type: 'refresh' }), 'Token has wrong type'],
  ['J18', 'type sliding', (claims) => ({ ...claims, token_type: 'sliding' }), 'Token has wrong type'],
  ['J18', 'type Access', (claims) => ({ ...claims, token_type: 'Access' }), 'Token has wrong type'],
  ['J18', 'type as a list', (claims) => ({ ...claims, token_type: ['access'] }), 'Token has wrong type'],
  ['J18', 'no type', (claims) => without(claims, 'token_type'), 'Token has no type'],
]
