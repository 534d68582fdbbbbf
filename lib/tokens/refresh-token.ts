/** Refresh tokens and their rows in Simple JWT's tables. The row decides, the text only names it. */
import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import type { Transaction, User } from '../db/client.ts'
import { text } from '../fields/text.ts'
import { CLOCK_SKEW, type Claims, signToken } from '../jwt/tokens.ts'
import { settings } from '../settings.ts'

/** A new `jti` or `sid`: 128 random bits in hexadecimal, the shape of Python's uuid4().hex. */
export const newTokenId = () => randomBytes(16).toString('hex')

/** Whole seconds since 1970, as tokens carry them. */
export const seconds = (date: Date) => Math.floor(date.getTime() / 1000)

/** What ended at this moment or before does not count any more: now, less LEEWAY. */
export const expiryCutoff = (now: Date) => new Date(now.getTime() - settings().LEEWAY * 1000)

/** What ended at this moment or before counts on no server any more, also where another one's clock is behind. */
export const expiryCutoffAnywhere = (now: Date) => new Date(expiryCutoff(now).getTime() - CLOCK_SKEW * 1000)

/** Only a digest is kept: a copy of the database opens no session. */
export const tokenDigest = (token: string) => createHash('sha256').update(token).digest('hex')

/** What a token of an account and a session says. */
export interface Subject {
  userId: number
  sid: string | null
  extra?: Record<string, unknown>
  /** The end of its session: no refresh token lasts longer. */
  until?: Date
}

/** Signs the refresh token of a row. Equal rows make equal tokens, unless the key has retired since (signToken()). */
export function signRefreshToken(subject: Subject, row: { jti: string; createdAt: Date; expiresAt: Date }, now: Date): Promise<string> {
  const claims = { jti: row.jti, iat: seconds(row.createdAt), exp: seconds(row.expiresAt), refreshExp: null }
  return signToken('refresh', { ...claims, userId: subject.userId, sid: subject.sid, extra: subject.extra ?? {} }, now)
}

/**
 * Makes a refresh token and its row.
 * @param jti the id it is to have
 */
export async function issueRefreshToken(tx: Transaction, subject: Subject, now: Date, jti = newTokenId()): Promise<string> {
  const createdAt = new Date(seconds(now) * 1000)
  const lifetime = new Date((seconds(now) + Math.round(settings().REFRESH_TOKEN_LIFETIME)) * 1000)
  const expiresAt = subject.until && subject.until < lifetime ? subject.until : lifetime
  const token = await signRefreshToken(subject, { jti, createdAt, expiresAt }, now)
  const data = { jti, createdAt, expiresAt, token: tokenDigest(token), userId: subject.userId, sessionId: subject.sid }
  await tx.outstandingToken.create({ data })
  return token
}

/** Makes an access token. It has no row: its session's row decides. */
export function issueAccessToken(subject: Subject, now: Date): Promise<string> {
  const iat = seconds(now)
  const claims: Omit<Claims, 'type'> = {
    jti: newTokenId(),
    iat,
    exp: iat + Math.round(settings().ACCESS_TOKEN_LIFETIME),
    refreshExp: null,
    userId: subject.userId,
    sid: subject.sid,
    extra: subject.extra ?? {},
  }
  return signToken('access', claims)
}

/** The row of a presented refresh token, made where the original issued it without one (Simple JWT's get_or_create). */
export async function outstandingRow(tx: Transaction, claims: Claims, token: string) {
  return tx.outstandingToken.upsert({
    where: { jti: claims.jti },
    update: {},
    create: {
      jti: claims.jti,
      token: tokenDigest(token),
      createdAt: claims.iat === null ? null : new Date(claims.iat * 1000),
      expiresAt: new Date(claims.exp * 1000),
      userId: claims.userId,
    },
    include: { blacklisted: true },
  })
}

/**
 * Only a token that the original issued may be without a row, and only before its end: flushexpiredtokens, Django's too,
 * deletes rows at the end and knows of no LEEWAY. What was rotated or blacklisted must not come back with its row gone.
 */
export const mayHaveLostItsRow = ({ sid, exp }: Claims, now: Date) => sid !== null || exp <= now.getTime() / 1000

/**
 * Blacklists an account's refresh tokens, for Django to read, which knows of no sessions: those too that Django issued and that belong to no session.
 * @param except the session whose tokens stay good
 */
export async function blacklistTokensOf(tx: Transaction, userId: number, now: Date, except: string | null = null): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
    SELECT ${now}, id FROM token_blacklist_outstandingtoken
    WHERE user_id = ${userId} AND expires_at > ${expiryCutoffAnywhere(now)} AND (session_id IS NULL OR session_id <> ${except ?? ''})
    ON CONFLICT (token_id) DO NOTHING`
}

/** Blacklists a session's refresh tokens. */
export async function blacklistTokensOfSession(tx: Transaction, sid: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
    SELECT ${now}, id FROM token_blacklist_outstandingtoken WHERE session_id = ${sid} AND expires_at > ${expiryCutoffAnywhere(now)}
    ON CONFLICT (token_id) DO NOTHING`
}

/** As Simple JWT's CHECK_REVOKE_TOKEN has it: of the stored hash, which is salted, so that it tells nothing of the password. */
const digest = (hash: string) => createHash('md5').update(hash).digest('hex').toUpperCase()

/** The claim of a new token that says with which password it was made; none where Django does not ask for it. */
export function passwordClaim({ password }: Pick<User, 'password'>): Record<string, string> {
  const { CHECK_REVOKE_TOKEN, REVOKE_TOKEN_CLAIM } = settings()
  return CHECK_REVOKE_TOKEN ? { [REVOKE_TOKEN_CLAIM]: digest(password) } : {}
}

/** Whether a token was made with the password that its account has now. Asked of Django's tokens: for ours the session knows. */
export function isOfPassword({ extra }: Pick<Claims, 'extra'>, { password }: Pick<User, 'password'>): boolean {
  const { CHECK_REVOKE_TOKEN, REVOKE_TOKEN_CLAIM } = settings()
  return !CHECK_REVOKE_TOKEN || extra[REVOKE_TOKEN_CLAIM] === digest(password)
}

/** What refreshing, blacklisting and logging out take: a refresh token (Simple JWT's serializers). */
export const refreshTokenSchema = z.object({ refresh: text({ label: 'Refresh' }) })

export type RefreshTokenInput = z.infer<typeof refreshTokenSchema>

export const tokenPairShape = z.object({ refresh: z.string(), access: z.string() }).register(z.globalRegistry, { id: 'TokenPair' })

/** With ROTATE_REFRESH_TOKENS the old refresh token's successor comes along. */
export const refreshedShape = z
  .object({ access: z.string(), refresh: z.optional(z.string()) })
  .register(z.globalRegistry, { id: 'RefreshedTokens' })
