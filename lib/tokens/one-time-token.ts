/**
 * One-time tokens: what a mailed link or code proves, once (ASVS 6.5). Link and code are derived from a random nonce and
 * SECRET_KEY at the moment the email is sent; the database holds digests, so that a copy of it confirms nothing.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { database, lockUser, type OneTimeToken, type Transaction, type User } from '../db/client.ts'
import { ValidationFailed } from '../errors.ts'
import { settings } from '../settings.ts'
import { codeDigest, linkToken, readEnteredCode, seedOf, sha256, shortCode } from './derived-secrets.ts'

export type Purpose =
  | 'email_verification'
  | 'password_reset'
  | 'email_login'
  | 'email_change'
  | 'email_change_undo'
  | 'account_deletion_undo'

export const ALL_PURPOSES: Purpose[] = [
  'email_verification',
  'password_reset',
  'email_login',
  'email_change',
  'email_change_undo',
  'account_deletion_undo',
]

/** Wrong codes that a token survives; 10⁶ codes make five guesses a chance of 1 in 200,000. */
export const CODE_ATTEMPTS = 5

/**
 * Purposes whose tokens die with the account's address or password of the time (RS-6). The others must outlive both: a
 * proof of the mailbox, and what undoes a thief's change.
 */
const BOUND_TO_STATE: Purpose[] = ['password_reset', 'email_login', 'email_change']

/** Why a token does not count. */
export type TokenProblem = 'token_unknown' | 'token_used' | 'token_expired' | 'token_replaced'

export interface ActiveToken {
  row: OneTimeToken
  user: User
}

/** What of an account a token can be bound to. */
export const accountState = ({ email, password }: Pick<User, 'email' | 'password'>) => sha256(`${email}\0${password}`)

function stateOf(purpose: Purpose, user: Pick<User, 'email' | 'password' | 'deactivations'>): string | null {
  if (!BOUND_TO_STATE.includes(purpose)) return null
  // What signs in by itself is over when the account was deactivated, even if that was for a moment.
  return purpose === 'email_login' ? sha256(`${accountState(user)}\0${user.deactivations}`) : accountState(user)
}

/**
 * Makes a token; older ones of the same purpose stop counting.
 * @param lifetime in seconds
 * @param more `email`: the address that it is to prove, when it is not the account's own; `payload`: JSON that comes back
 * with the row; `keepOthers`: older tokens go on counting; `keepSameEmail`: those for the same address do; `keepLonger`: those
 * do that expire later, so that a stranger who asks for a reset does not void the owner's invitation
 * @returns the row's id, by which an email refers to it
 */
export async function issueOneTimeToken(
  tx: Transaction,
  user: User,
  purpose: Purpose,
  lifetime: number,
  now: Date,
  more: { email?: string; payload?: string | null; keepOthers?: boolean; keepSameEmail?: boolean; keepLonger?: boolean } = {},
): Promise<number> {
  const expiresAt = new Date(now.getTime() + lifetime * 1000)
  const email = more.email ?? user.email
  if (!more.keepOthers) {
    const replaced = { ...(more.keepLonger && { expiresAt: { lte: expiresAt } }), ...(more.keepSameEmail && { email: { not: email } }) }
    const where = { userId: user.id, purpose, usedAt: null, voidedAt: null, ...replaced }
    await tx.oneTimeToken.updateMany({ where, data: { voidedAt: now } })
  }
  const seed = { purpose, nonce: randomBytes(32).toString('base64url'), key: settings().SECRET_KEY }
  const { id } = await tx.oneTimeToken.create({
    data: {
      userId: user.id,
      purpose,
      nonce: seed.nonce,
      email,
      payload: more.payload ?? null,
      digest: sha256(linkToken(seed)),
      codeDigest: codeDigest(shortCode(seed), seed),
      state: stateOf(purpose, user),
      createdAt: now,
      expiresAt,
    },
  })
  return id
}

/**
 * Invalidates the unused tokens of these purposes.
 * @param after the id of a token: only those made later
 * @returns how many
 */
export async function invalidateOneTimeTokens(tx: Transaction, userId: number, purposes: Purpose[], now: Date, after = 0): Promise<number> {
  const { count } = await tx.oneTimeToken.updateMany({
    where: { userId, purpose: { in: purposes }, id: { gt: after }, usedAt: null, voidedAt: null },
    data: { voidedAt: now },
  })
  return count
}

/** Lets the live tokens of a purpose expire at another time. */
export async function extendOneTimeTokens(tx: Transaction, userId: number, purpose: Purpose, expiresAt: Date): Promise<void> {
  await tx.oneTimeToken.updateMany({ where: { userId, purpose, usedAt: null, voidedAt: null }, data: { expiresAt } })
}

/** Invalidates one token. */
export async function invalidateOneTimeToken(tx: Transaction, id: number, now: Date): Promise<void> {
  await tx.oneTimeToken.updateMany({ where: { id, usedAt: null, voidedAt: null }, data: { voidedAt: now } })
}

/**
 * The token with which the owner of a former address may still undo its change; the address is reserved for them until it
 * expires. Of several the oldest: who had the account first has the last word.
 * @param exceptUserId an account that does not count: it may have its own former address again
 */
export function findReservation(tx: Transaction, email: string, now: Date, exceptUserId = 0): Promise<OneTimeToken | null> {
  const where = { purpose: 'email_change_undo', email, userId: { not: exceptUserId }, usedAt: null, voidedAt: null, expiresAt: { gt: now } }
  return tx.oneTimeToken.findFirst({ where, orderBy: { id: 'asc' } })
}

/**
 * The token and code that an email carries; null when they cannot be had or are not worth sending any more: the row is
 * gone, was used, replaced or has expired, or its key is neither SECRET_KEY nor a fallback any more.
 */
export async function secretsForEmail(id: number, now: Date): Promise<{ token: string; code: string } | null> {
  const row = await database().oneTimeToken.findUnique({ where: { id } })
  if (!row || row.usedAt || row.voidedAt || row.expiresAt <= now) return null
  const seed = seedOf(row)
  return seed && { token: linkToken(seed), code: shortCode(seed) }
}

function problemOf(row: OneTimeToken, user: User, now: Date): TokenProblem | null {
  if (row.usedAt) return 'token_used'
  if (row.voidedAt) return 'token_replaced'
  if (row.expiresAt <= now) return 'token_expired'
  return row.state === stateOf(row.purpose as Purpose, user) ? null : 'token_replaced'
}

/** The row behind a link's token, if it counts, with its account. Nothing is used up (RS-5). */
export async function findOneTimeToken(purpose: Purpose, token: string, now: Date): Promise<ActiveToken | TokenProblem> {
  const row = await database().oneTimeToken.findUnique({ where: { digest: sha256(token) }, include: { user: true } })
  if (!row || row.purpose !== purpose || !seedOf(row)) return 'token_unknown'
  return problemOf(row, row.user, now) ?? { row, user: row.user }
}

/** The account's newest valid token; null when there is none. */
export async function pendingToken(purpose: Purpose, user: User, now: Date): Promise<OneTimeToken | null> {
  const row = await database().oneTimeToken.findFirst({
    where: { userId: user.id, purpose, usedAt: null, voidedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
  })
  return row && problemOf(row, user, now) === null ? row : null
}

/**
 * The newest token that was neither used nor replaced, expired or not.
 * @param holding text that its payload must hold; without one it needs to have a payload
 */
export function newestWithPayload(purpose: Purpose, userId: number, holding?: string): Promise<OneTimeToken | null> {
  return database().oneTimeToken.findFirst({
    where: { userId, purpose, usedAt: null, voidedAt: null, payload: holding === undefined ? { not: null } : { contains: holding } },
    orderBy: { id: 'desc' },
  })
}

/** Whether a token whose payload holds this text was used. */
export async function wasUsed(purpose: Purpose, userId: number, holding: string): Promise<boolean> {
  return (await database().oneTimeToken.count({ where: { userId, purpose, usedAt: { not: null }, payload: { contains: holding } } })) > 0
}

/** Counts a guess before it is looked at, so that parallel ones are no more than the limit. @returns false when it is reached */
export async function takeAttempt({ id }: Pick<OneTimeToken, 'id'>, limit: number): Promise<boolean> {
  const { count } = await database().oneTimeToken.updateMany({
    where: { id, attempts: { lt: limit } },
    data: { attempts: { increment: 1 } },
  })
  return count > 0
}

/**
 * The row that a code belongs to, if it counts. Each call costs the row one of its attempts before anything is compared,
 * so that parallel guesses are no more than CODE_ATTEMPTS either. A guess is compared with one row only: the newest.
 * @param holding text that the row's payload must hold, where the code can be of one of several requests
 * @returns `token_unknown` for a wrong code as for an account without a token: a code tells nothing but yes
 */
export async function findOneTimeTokenByCode(
  purpose: Purpose,
  user: User | null,
  code: string,
  now: Date,
  holding?: string,
): Promise<ActiveToken | TokenProblem> {
  const entered = readEnteredCode(code)
  // What is no code at all is no attempt.
  if (entered === null) return 'token_unknown'
  const among = holding === undefined ? {} : { payload: { contains: holding } }
  const row = await database().oneTimeToken.findFirst({
    where: { userId: user?.id ?? 0, purpose, usedAt: null, voidedAt: null, expiresAt: { gt: now }, ...among },
    orderBy: { id: 'desc' },
  })
  const seed = row && seedOf(row)
  if (!seed || !user || problemOf(row, user, now) !== null) return 'token_unknown'
  if (!(await takeAttempt(row, CODE_ATTEMPTS))) return 'token_unknown'
  const [given, kept] = [Buffer.from(codeDigest(entered, seed)), Buffer.from(row.codeDigest)]
  return given.length === kept.length && timingSafeEqual(given, kept) ? { row, user } : 'token_unknown'
}

/**
 * Uses a token up: one conditional UPDATE, so that of many only one succeeds (ASVS 6.5.1). What the transaction that does
 * what the token allows begins with; the account is locked from then on.
 * @returns whether this call was the one
 */
export async function consumeOneTimeToken(tx: Transaction, { row, user }: ActiveToken, now: Date): Promise<boolean> {
  const current = await lockUser(tx, user.id)
  // The address or the password may have changed since the token was looked at.
  if (!current || row.state !== stateOf(row.purpose as Purpose, current)) return false
  const { count } = await tx.oneTimeToken.updateMany({
    where: { id: row.id, usedAt: null, voidedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  return count > 0
}

/**
 * Uses a link's token up, or says why not.
 * @throws ValidationFailed, which rolls the transaction back, when the token was consumed concurrently or the account changed
 */
export async function consumeOrThrow(tx: Transaction, live: ActiveToken, now: Date): Promise<void> {
  if (await consumeOneTimeToken(tx, live, now)) return
  const row = await tx.oneTimeToken.findUnique({ where: { id: live.row.id }, include: { user: true } })
  throw new ValidationFailed({ token: [(row && problemOf(row, row.user, now)) ?? 'token_unknown'] })
}
