/** What a login has to pass after the account is identified, before a session starts; and the logins that wait for it. */
import { randomBytes } from 'node:crypto'
import { hasSecondFactor, isSecondFactorRequired, type SecondFactorMethod, secondFactorMethods } from '../credentials/second-factors.ts'
import { database, type PendingLogin as Row, type Transaction, type User } from '../db/client.ts'
import { accountSnapshot, matchesSnapshot } from '../sessions/lifetimes.ts'
import { joinAmr, type SessionKind, splitAmr } from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { tokenDigest } from '../tokens/refresh-token.ts'
import { PENDING_LOGIN_LIFETIME, readPendingLogin } from '../web/cookies.ts'
import { SECOND_FACTOR_PAGE } from '../web/routes.ts'
import type { Identity } from './identify.ts'
import { isTrustedDevice } from './known-device.ts'

/** What of a request tells which client it is. */
interface Client {
  now: Date
  client: SessionKind
  /** The Cookie header of a browser's form. */
  cookies: string | null
}

/** What a login that is held back asks for. */
export interface Challenge {
  /** Stable, for API clients: `mfa_required`. */
  code: string
  /** For people. */
  detail: string
  /** The ways to pass, where there are several. */
  methods?: readonly string[]
  /** The page where a browser continues. */
  page: string
}

/** A stage that holds a login back refuses it, or asks for more: then the login is pending until resumeLogin(). */
export type LoginStage = {
  name: string
  /** Whether it holds the login back. @param db the transaction of a sign-up, whose account no other connection sees yet */
  applies: (identity: Identity, client: Client, db: Transaction) => boolean | Promise<boolean>
} & (
  | { /** As the audit log has it. */ refusal: 'wrong_credentials' | 'email_not_verified' }
  | { challenge: (identity: Identity, db: Transaction) => Challenge | Promise<Challenge> }
)

/** Holds back logins of inactive accounts, as if the credential were wrong. */
const activeAccount: LoginStage = {
  name: 'active_account',
  applies: ({ user }) => !user.isActive,
  refusal: 'wrong_credentials',
}

/** Holds back logins until the account's email address is verified (EMAIL_VERIFICATION). */
const verifiedEmail: LoginStage = {
  name: 'verified_email',
  applies: ({ user }) => isVerificationRequired(user),
  refusal: 'email_not_verified',
}

/**
 * Holds back logins of accounts that have a second factor, or must have one, until it has been shown or added (LG-3), but for those
 * in a browser that the account trusts. Such a login has shown no second factor, and its session does not say so.
 */
const secondFactor: LoginStage = {
  name: 'second_factor',
  applies: async ({ user, amr }, { cookies, now }, db) => {
    if (amr.includes('mfa')) return false
    if (isSecondFactorRequired(user)) return true
    return (await hasSecondFactor(user.id, db)) && !(await isTrustedDevice(user, cookies, now, db))
  },
  challenge: async ({ user }, db) => {
    const methods = await secondFactorMethods(user.id, db)
    const page = SECOND_FACTOR_PAGE
    return methods.length > 0
      ? { code: 'mfa_required', detail: askFor(methods), methods, page }
      : { code: 'mfa_enrolment_required', detail: 'Add an authenticator app to finish signing in.', methods: ['totp'], page }
  },
}

function askFor(methods: readonly SecondFactorMethod[]): string {
  if (!methods.includes('passkey')) return 'Enter a code from your authenticator app to finish signing in.'
  return methods.includes('totp')
    ? 'Use a passkey, or enter a code from your authenticator app, to finish signing in.'
    : 'Use a passkey to finish signing in.'
}

/** The stages in their order. What a sign-up elsewhere left out of the profile comes next. */
export const stages: LoginStage[] = [activeAccount, verifiedEmail, secondFactor]

/** The first stage that holds a login back; null when it may complete. */
export async function stageThatHolds(identity: Identity, client: Client, db: Transaction): Promise<LoginStage | null> {
  for (const stage of stages) if (await stage.applies(identity, client, db)) return stage
  return null
}

/** Whether an account cannot be used until its email is verified. */
export const isVerificationRequired = ({ emailVerifiedAt }: Pick<User, 'emailVerifiedAt'>) =>
  settings().EMAIL_VERIFICATION === 'mandatory' && emailVerifiedAt === null

export interface FoundLogin {
  row: Row
  /** With the account as it is now. */
  identity: Identity
}

/**
 * Keeps a login that waits for a further step, for PENDING_LOGIN_LIFETIME: one row, used once. Its ticket names it: an API client
 * gets it in the response, a browser in a cookie. The database has its digest only. It is no session: nothing but resumeLogin()
 * takes it.
 * @returns its ticket
 */
export async function storePendingLogin(
  tx: Transaction,
  { user, amr, credentialId }: Identity,
  remember: boolean,
  { client, now }: Client,
): Promise<string> {
  const ticket = randomBytes(32).toString('base64url')
  await tx.pendingLogin.create({
    data: {
      userId: user.id,
      digest: tokenDigest(ticket),
      kind: client,
      amr: joinAmr(amr),
      credentialId,
      remember,
      ...accountSnapshot(user),
      createdAt: now,
      expiresAt: new Date(now.getTime() + PENDING_LOGIN_LIFETIME * 1000),
    },
  })
  return ticket
}

/**
 * The login of a ticket, which is not used up.
 * @returns null when it is unknown, used or expired, when another client began it (a browser's counts only with its cookie),
 * and when the account was given another password or deactivated since
 */
export async function findPendingLogin(ticket: string, { client, cookies, now }: Client): Promise<FoundLogin | null> {
  if (client === 'browser' && readPendingLogin(cookies) !== ticket) return null
  const row = await database().pendingLogin.findUnique({ where: { digest: tokenDigest(ticket) }, include: { user: true } })
  if (!row || row.kind !== client || row.usedAt !== null || row.expiresAt <= now) return null
  const { user } = row
  if (!user.isActive || !matchesSnapshot(row, user)) return null
  return { row, identity: { user, amr: splitAmr(row.amr), credentialId: row.credentialId } }
}

/** Tries of a code that a pending login survives (MF-2). */
const MAX_ATTEMPTS = 5

/** Counts a try of a code for a pending login, before it is checked. @returns which one it is, from 1 on; null where it has none left */
export async function countAttempt({ row }: FoundLogin): Promise<number | null> {
  const { pendingLogin } = database()
  const { count } = await pendingLogin.updateMany({
    where: { id: row.id, usedAt: null, attempts: { lt: MAX_ATTEMPTS } },
    data: { attempts: { increment: 1 } },
  })
  if (count === 0) return null
  return (await pendingLogin.findUnique({ where: { id: row.id }, select: { attempts: true } }))?.attempts ?? null
}

/** Uses a pending login up, with one conditional UPDATE. @returns whether this call was the one */
export async function consumePendingLogin(tx: Transaction, { row }: FoundLogin, now: Date): Promise<boolean> {
  const { count } = await tx.pendingLogin.updateMany({
    where: { id: row.id, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  return count > 0
}
