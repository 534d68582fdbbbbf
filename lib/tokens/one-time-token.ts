/**
 * One-time tokens: what a mailed link or code proves, once (ASVS 6.5). Link and code are derived from a random nonce and
 * SECRET_KEY at the moment the letter is sent; the database holds digests, so that a copy of it confirms nothing.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OneTimeToken, Transaction, User } from '../db/client.ts'
import { database } from '../db/client.ts'
import { settings } from '../settings.ts'

export type Purpose = 'email_verification' | 'password_reset' | 'email_change' | 'email_change_undo' | 'account_deletion_undo'

/** Wrong codes that a token survives; 10⁶ codes make five guesses a chance of 1 in 200,000. */
export const CODE_ATTEMPTS = 5

/**
 * Purposes whose tokens die with the account's address or password of the time (RS-6). The others must outlive both: a
 * proof of the mailbox, and what undoes a thief's change.
 */
const BOUND_TO_STATE: Purpose[] = ['password_reset', 'email_change']

/** Why a token does not count. */
export type TokenProblem = 'token_unknown' | 'token_used' | 'token_expired' | 'token_superseded'

export interface LiveToken {
  row: OneTimeToken
  user: User
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const derive = (use: string, { purpose, nonce }: Pick<OneTimeToken, 'purpose' | 'nonce'>) =>
  createHmac('sha256', settings().SECRET_KEY).update(`latchkey.one-time-token.${use}\0${purpose}\0${nonce}`).digest()

/** The link's token: 256 bits, in base64url. */
const linkToken = (row: Pick<OneTimeToken, 'purpose' | 'nonce'>) => derive('link', row).toString('base64url')
/** The code: six digits. */
const shortCode = (row: Pick<OneTimeToken, 'purpose' | 'nonce'>) =>
  String(derive('code', row).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
/** A bare digest of six digits could be searched through; the nonce and the key keep it from that. */
const codeDigest = (code: string, row: Pick<OneTimeToken, 'purpose' | 'nonce'>) =>
  createHmac('sha256', derive('code-digest', row)).update(code).digest('hex')

const stateOf = (purpose: Purpose, { email, password }: Pick<User, 'email' | 'password'>) =>
  BOUND_TO_STATE.includes(purpose) ? sha256(`${email}\0${password}`) : null

/**
 * Makes a token; older ones of the same purpose stop counting.
 * @param lifetime in seconds
 * @param more `email`: the address that it is to prove, when it is not the account's own; `payload`: JSON that comes back
 * with the row; `keepOthers`: older tokens go on counting
 * @returns the row's id, by which a letter refers to it
 */
export async function issueOneTimeToken(
  tx: Transaction,
  user: User,
  purpose: Purpose,
  lifetime: number,
  now: Date,
  more: { email?: string; payload?: string; keepOthers?: boolean } = {},
): Promise<number> {
  if (!more.keepOthers) await voidOneTimeTokens(tx, user.id, [purpose], now)
  const secret = { purpose, nonce: randomBytes(32).toString('base64url') }
  const { id } = await tx.oneTimeToken.create({
    data: {
      userId: user.id,
      ...secret,
      email: more.email ?? user.email,
      payload: more.payload ?? null,
      digest: sha256(linkToken(secret)),
      codeDigest: codeDigest(shortCode(secret), secret),
      state: stateOf(purpose, user),
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifetime * 1000),
    },
  })
  return id
}

/** Makes the tokens of these purposes count no longer. */
export async function voidOneTimeTokens(tx: Transaction, userId: number, purposes: Purpose[], now: Date): Promise<void> {
  await tx.oneTimeToken.updateMany({
    where: { userId, purpose: { in: purposes }, usedAt: null, voidedAt: null },
    data: { voidedAt: now },
  })
}

/**
 * The token and code that a letter carries; null when they cannot be had or are not worth sending any more: the row is
 * gone, was used, replaced or has expired, or SECRET_KEY is another since.
 */
export async function secretsForLetter(id: number, now: Date): Promise<{ token: string; code: string } | null> {
  const row = await database().oneTimeToken.findUnique({ where: { id } })
  if (!row || row.usedAt || row.voidedAt || row.expiresAt <= now) return null
  const token = linkToken(row)
  return sha256(token) === row.digest ? { token, code: shortCode(row) } : null
}

function problemOf(row: OneTimeToken, user: User, now: Date): TokenProblem | null {
  if (row.usedAt) return 'token_used'
  if (row.voidedAt) return 'token_superseded'
  if (row.expiresAt <= now) return 'token_expired'
  return row.state === stateOf(row.purpose as Purpose, user) ? null : 'token_superseded'
}

/** The row behind a link's token, if it counts, with its account. Nothing is used up (RS-5). */
export async function findOneTimeToken(purpose: Purpose, token: string, now: Date): Promise<LiveToken | TokenProblem> {
  const row = await database().oneTimeToken.findUnique({ where: { digest: sha256(token) }, include: { user: true } })
  if (!row || row.purpose !== purpose) return 'token_unknown'
  return problemOf(row, row.user, now) ?? { row, user: row.user }
}

/**
 * The row that a code belongs to, if it counts. Each call costs the row one of its attempts before anything is compared,
 * so that parallel guesses are no more than CODE_ATTEMPTS either.
 * @returns `token_unknown` for a wrong code as for an account without a token: a code tells nothing but yes
 */
export async function findOneTimeTokenByCode(
  purpose: Purpose,
  user: User | null,
  code: string,
  now: Date,
): Promise<LiveToken | TokenProblem> {
  const row = await database().oneTimeToken.findFirst({
    where: { userId: user?.id ?? 0, purpose, usedAt: null, voidedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
  })
  if (!row || !user || problemOf(row, user, now) !== null) return 'token_unknown'
  const { count } = await database().oneTimeToken.updateMany({
    where: { id: row.id, attempts: { lt: CODE_ATTEMPTS } },
    data: { attempts: { increment: 1 } },
  })
  if (count === 0) return 'token_unknown'
  const [given, kept] = [Buffer.from(codeDigest(code.replaceAll(/[\s-]/g, ''), row)), Buffer.from(row.codeDigest)]
  return given.length === kept.length && timingSafeEqual(given, kept) ? { row, user } : 'token_unknown'
}

/**
 * Uses a token up: one conditional UPDATE, so that of many only one succeeds (ASVS 6.5.1). The first statement of the
 * transaction that does what the token allows.
 * @returns whether this call was the one
 */
export async function claimOneTimeToken(tx: Transaction, { row, user }: LiveToken, now: Date): Promise<boolean> {
  const { count } = await tx.oneTimeToken.updateMany({
    where: { id: row.id, usedAt: null, voidedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  if (count === 0) return false
  if (row.state === null) return true
  // The address or the password may have changed since the token was looked at.
  const current = await tx.user.findUnique({ where: { id: user.id } })
  return current !== null && stateOf(row.purpose as Purpose, current) === row.state
}
