/**
 * Signs and verifies Simple JWT's tokens. Says only whether a token is genuine and in time; whether its session and its
 * account are still active, lib/sessions asks the database.
 */
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import * as z from 'zod/mini'
import { TokenError } from '../errors.ts'
import { settings } from '../settings.ts'
import { keyring, loadedKeyring, RECHECK_FOR_UNKNOWN, signingKey, type TokenKey, verifyingKeys } from './keyring.ts'

export type TokenType = 'access' | 'refresh' | 'sliding'

/** A verified token's claims, under our names. Times are in seconds since 1970. */
export interface Claims {
  type: string | null
  jti: string
  exp: number
  iat: number | null
  refreshExp: number | null
  /** null when the token has no user id; 0, which no account has, when the value is not a possible id. */
  userId: number | null
  /** null for a token that the original made. */
  sid: string | null
  /** All other claims. A refresh token passes them on to the tokens issued for it. */
  extra: Record<string, unknown>
}

/** Longest token looked at, in characters: ours have about 300. */
const MAX_TOKEN_LENGTH = 4096
/** A token may be this much from the future, in seconds: replicas' clocks differ. */
export const CLOCK_SKEW = 60
/** 9999-12-31, the last date Python and PostgreSQL agree on; a later expiry is not one. */
const LAST_SECOND = 253_402_300_799
/** Claims that are read or written under their own names. */
const REGISTERED = ['exp', 'iat', 'nbf', 'refresh_exp', 'sid', 'aud', 'iss', '__proto__']
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

const timestamp = z.int().check(z.nonnegative(), z.maximum(LAST_SECOND))
/** No NUL: PostgreSQL takes none. */
const text = z.string().check(z.regex(/^[^\0]{1,255}$/))

/**
 * Makes a token. Equal claims make an equal token (with HMAC, RSA's RS… and EdDSA), which is how a rotation is answered
 * twice alike. Where the key that was current at `iat` has retired since, it is a token of the same `jti` by another key,
 * and as good: the row decides.
 * @param now when it is made, where that is later than the claims' `iat`
 */
export async function signToken(type: TokenType, claims: Omit<Claims, 'type'>, now?: Date): Promise<string> {
  const { AUDIENCE, ISSUER, USER_ID_CLAIM, TOKEN_TYPE_CLAIM, JTI_CLAIM } = settings()
  const payload = {
    ...claims.extra,
    [TOKEN_TYPE_CLAIM]: type,
    exp: claims.exp,
    ...(claims.iat !== null && { iat: claims.iat }),
    ...(claims.refreshExp !== null && { refresh_exp: claims.refreshExp }),
    [JTI_CLAIM]: claims.jti,
    // PyJWT takes a `sub` that is no text for an error (RFC 7519 §4.1.2).
    [USER_ID_CLAIM]: USER_ID_CLAIM === 'sub' && claims.userId !== null ? String(claims.userId) : claims.userId,
    ...(claims.sid !== null && { sid: claims.sid }),
    ...(AUDIENCE !== undefined && { aud: AUDIENCE }),
    ...(ISSUER !== undefined && { iss: ISSUER }),
  }
  const moment = now ? now.getTime() / 1000 : (claims.iat ?? Date.now() / 1000)
  const { algorithm, kid, signing } = signingKey(await keyring(), claims.iat ?? moment, moment)
  return new SignJWT(payload).setProtectedHeader({ alg: algorithm, typ: 'JWT', kid }).sign(signing)
}

/**
 * Verifies signature, times, issuer, audience and type, in the order and with the words of Simple JWT.
 * @param type the type it must have; null for any (Simple JWT's UntypedToken)
 * @param now the time against which it must be valid
 * @throws TokenError, and nothing else, for any input
 */
export async function verifyToken(token: string, type: TokenType | null, now: Date): Promise<Claims> {
  return readClaims(await verifySignature(token, now), type, now)
}

function readClaims(payload: Record<string, unknown>, type: TokenType | null, now: Date): Claims {
  const { TOKEN_TYPE_CLAIM, JTI_CLAIM, USER_ID_CLAIM, LEEWAY } = settings()
  if (!Object.hasOwn(payload, 'exp')) throw new TokenError("Token has no 'exp' claim")
  const exp = read(timestamp, payload.exp)
  if (exp <= now.getTime() / 1000 - LEEWAY) throw new TokenError('Token is invalid or expired')
  if (!Object.hasOwn(payload, JTI_CLAIM)) throw new TokenError('Token has no id')
  const claimedType = Object.hasOwn(payload, TOKEN_TYPE_CLAIM) ? payload[TOKEN_TYPE_CLAIM] : null
  if (type !== null && claimedType === null) throw new TokenError('Token has no type')
  if (type !== null && claimedType !== type) throw new TokenError('Token has wrong type')
  const iat = payload.iat === undefined ? null : read(timestamp, payload.iat)
  if (iat !== null && iat > now.getTime() / 1000 + CLOCK_SKEW) throw new TokenError('Token is invalid or expired')
  const named = [TOKEN_TYPE_CLAIM, JTI_CLAIM, USER_ID_CLAIM, ...REGISTERED]
  return {
    type: typeof claimedType === 'string' ? claimedType : null,
    jti: read(text, payload[JTI_CLAIM]),
    exp,
    iat,
    refreshExp: payload.refresh_exp === undefined ? null : read(timestamp, payload.refresh_exp),
    userId: Object.hasOwn(payload, USER_ID_CLAIM) ? readUserId(payload[USER_ID_CLAIM]) : null,
    sid: payload.sid === undefined ? null : read(text, payload.sid),
    extra: Object.fromEntries(Object.entries(payload).filter(([name]) => !named.includes(name))),
  }
}

/**
 * Verifies a browser's sliding token. It serves until `refresh_exp`; past `exp` it is due to be extended.
 * @throws TokenError
 */
export async function verifySlidingToken(token: string, now: Date): Promise<{ claims: Claims; due: boolean }> {
  const payload = await verifySignature(token, now)
  const exp = read(timestamp, payload.exp)
  const refreshExp = read(timestamp, payload.refresh_exp)
  const seconds = now.getTime() / 1000
  if (refreshExp <= seconds - settings().LEEWAY) throw new TokenError("Token 'refresh_exp' claim has expired")
  const due = exp <= seconds - settings().LEEWAY
  // Read as of a moment at which it was valid, so that every other rule holds for it too.
  return { claims: readClaims(payload, 'sliding', due ? new Date((exp - 1) * 1000) : now), due }
}

/** A new token of the same session whose `exp` is later, at most `refresh_exp` (Simple JWT's sliding refresh). */
export async function extendSlidingToken(claims: Claims, now: Date): Promise<string> {
  const iat = Math.floor(now.getTime() / 1000)
  const exp = Math.min(iat + Math.round(settings().SLIDING_TOKEN_LIFETIME), claims.refreshExp ?? iat)
  return signToken('sliding', { ...claims, iat, exp })
}

/** The claim of a sliding token whose cookie outlives the browser's window ("Keep me signed in"). The middleware has nothing else to know it by. */
export const REMEMBERED_CLAIM = 'remembered'

/** Until when the cookie of a sliding token is kept, in seconds since 1970; null: until the browser is closed. */
export const cookieExpiry = ({ extra, refreshExp }: Claims): number | null => (extra[REMEMBERED_CLAIM] === true ? refreshExp : null)

/** Verified tokens that a keyring remembers; the oldest is forgotten. One takes about a kilobyte. */
const REMEMBERED_TOKENS = 10_000

/** @returns the claims of a token whose signature, issuer and audience are right and which is not of the future; `exp` may be past */
async function verifySignature(token: string, now: Date): Promise<Record<string, unknown>> {
  const known = loadedKeyring()?.verified.get(token)
  const payload = known && known.key.retiredFrom > now.getTime() / 1000 ? known.payload : await verifyAnew(token, now)
  const { AUDIENCE, ISSUER } = settings()
  if (AUDIENCE !== undefined && payload.aud !== AUDIENCE) throw new TokenError('Token is invalid or expired')
  if (ISSUER !== undefined && payload.iss !== ISSUER) throw new TokenError('Token is invalid or expired')
  return payload
}

/** Verifies a signature, which is dear, and remembers the token. */
async function verifyAnew(token: string, now: Date): Promise<Record<string, unknown>> {
  // jose accepts padding, line breaks and stray signature bits; a token has one spelling here.
  const good = token.length <= MAX_TOKEN_LENGTH && COMPACT.test(token) && isCanonical(token) && isText(token)
  if (!good) throw new TokenError('Token is invalid or expired')
  for (const key of await keysFor(token, now)) {
    const payload = await verifyWith(key, token, now)
    if (payload === null) continue
    // Whether a token is of the future depends on when it is asked.
    if (payload.nbf === undefined) remember(token, key, payload)
    return payload
  }
  throw new TokenError('Token is invalid or expired')
}

function remember(token: string, key: TokenKey, payload: Record<string, unknown>): void {
  const ring = loadedKeyring()
  // The keys may have changed since.
  if (!ring?.keys.includes(key)) return
  const { verified } = ring
  const [oldest] = verified.keys()
  if (verified.size >= REMEMBERED_TOKENS && oldest !== undefined) verified.delete(oldest)
  verified.set(token, { key, payload })
}

async function keysFor(token: string, now: Date): Promise<TokenKey[]> {
  let header: object
  try {
    header = decodeProtectedHeader(token)
  } catch {
    return []
  }
  const find = async (maxAge?: number) => verifyingKeys(await keyring(maxAge), header, settings().ALGORITHM, now.getTime() / 1000)
  const found = await find()
  // Another process may sign with a key that this one has not read yet.
  return found.length > 0 ? found : find(RECHECK_FOR_UNKNOWN)
}

/** @returns null when the key does not verify the token, or its rules do not hold */
async function verifyWith({ algorithm, verifying }: TokenKey, token: string, now: Date): Promise<Record<string, unknown> | null> {
  const options = { algorithms: [algorithm], clockTolerance: settings().LEEWAY, currentDate: now }
  try {
    return (await jwtVerify(token, verifying, options)).payload
  } catch (error) {
    // An expired token's signature was right, so its claims may be read: what to do about `exp` the caller says.
    return error instanceof errors.JWTExpired && error.claim === 'exp' ? error.payload : null
  }
}

/** Whether each part is the base64url that an encoder writes: no unused bits set. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}

/** Whether the claims are UTF-8: jose replaces what is not, Python refuses it. */
function isText(token: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(token.split('.')[1] ?? '', 'base64url'))
    return true
  } catch {
    return false
  }
}

function read<Value>(schema: z.ZodMiniType<Value>, value: unknown): Value {
  const result = schema.safeParse(value)
  if (!result.success) throw new TokenError('Token is invalid or expired')
  return result.data
}

/** Simple JWT writes the id as a number up to 5.4 and as a string from 5.5 on. */
function readUserId(value: unknown): number {
  const id = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : 0
}
