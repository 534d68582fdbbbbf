/** Whose a login is, by email and password; and step-up, where an account's owner proves again who they are. */

import { type AuditSource, recordEvent } from '../audit/audit.ts'
import type { AuditEvents } from '../audit/events.ts'
import { database, isUnavailable, type User } from '../db/client.ts'
import { type ErrorCode, ReauthenticationRequired, ValidationFailed } from '../errors.ts'
import { MAX_PASSWORD_LENGTH } from '../fields/credentials.ts'
import { codePoints } from '../fields/text.ts'
import { errorFields, log } from '../log.ts'
import { checkPassword, isUsablePassword, makePassword, matchPassword, needsRehash } from '../passwords/hash.ts'
import { keepSessionsOfPassword } from '../sessions/lifetimes.ts'
import type { Principal } from '../sessions/principal.ts'
import { type Amr, isRecentlyAuthenticated } from '../sessions/session.ts'
import { findUserByEmail, isRestorable, waitForMinimumDuration } from '../users/user.ts'
import { countPasswordTry, type Source } from './login-limits.ts'

/** Whose login it is, and how that was shown. */
export interface Identity {
  /** The account as it was when the credential was checked. */
  user: User
  amr: readonly Amr[]
  /** Which one, where an account can have several of its kind; null for the password. */
  credentialId: string | null
}

export const passwordIdentity = (user: User): Identity => ({ user, amr: ['pwd'], credentialId: null })

type FailureReason = AuditEvents['login_failed']['reason']

/** The credential is right, but the account cannot be signed in to. Its owner may know why. */
export class LoginRefused extends ValidationFailed {
  constructor(
    readonly reason: Extract<FailureReason, 'account_closed' | 'email_not_verified'>,
    readonly errorCode: ErrorCode = reason,
  ) {
    super({ non_field_errors: [errorCode] })
  }
}

/**
 * Identifies an account by email and password. Every failure costs one hash and takes LOGIN_FAILURE_TIME at least, because
 * imported hashes cost more or less than ours (ASVS 6.3.8). Each is one audit event, whether there is an account or not.
 * @param options `staffOnly`: other accounts fail as with a wrong password (Django's AdminAuthenticationForm)
 * @returns null for an unknown email, an inactive account, one without a usable password, and a wrong password
 * @throws LoginRefused for the right password of a closed account; ServiceUnavailable when the hashing pool is full
 */
export async function authenticatePassword(
  email: string,
  password: string,
  source: AuditSource,
  { staffOnly = false } = {},
): Promise<Identity | null> {
  const started = performance.now()
  if (codePoints(password) > MAX_PASSWORD_LENGTH) {
    await recordLoginFailure(null, 'wrong_credentials', source)
    return null
  }
  const found = await findUserByEmail(email)
  const isClosed = found !== null && (await isRestorable(database(), found, source.now))
  const spelling = await matchPassword(password, found?.isActive || isClosed ? found.password : null)
  if (!found || spelling === null) {
    await recordLoginFailure(found, 'wrong_credentials', source)
    await waitForMinimumDuration(started)
    return null
  }
  if (isClosed) {
    await recordLoginFailure(found, 'account_closed', source)
    throw new LoginRefused('account_closed', `account_closed:${(found.deletionDueAt as Date).toISOString()}`)
  }
  // A hash of ours would be of the password as it was entered, and Django would reject the other spelling.
  const user = spelling === password ? await renewHash(found, password) : found
  if (staffOnly && !user.isStaff) {
    await recordLoginFailure(user, 'not_staff', source)
    await waitForMinimumDuration(started)
    return null
  }
  return passwordIdentity(user)
}

/** @param user null where no account has the email */
export const recordLoginFailure = (user: Pick<User, 'id'> | null, reason: FailureReason, source: AuditSource): Promise<void> =>
  recordEvent(database(), 'login_failed', { outcome: 'failure', actorId: null, subjectId: user?.id ?? null, detail: { reason } }, source)

/**
 * Replaces an outdated hash, unless the password has changed since. After a failure the next login tries again.
 * @returns the account with the hash that its password matched, or the one that replaced it
 */
async function renewHash(user: User, password: string): Promise<User> {
  try {
    if (!(await needsRehash(user.password))) return user
    const renewed = await makePassword(password)
    const replaced = await database().$transaction(async (tx) => {
      const { count } = await tx.user.updateMany({ where: { id: user.id, password: user.password }, data: { password: renewed } })
      if (count > 0) await keepSessionsOfPassword(tx, user.id, user.password, renewed)
      return count > 0
    })
    return replaced ? { ...user, password: renewed } : user
  } catch (error) {
    if (!isUnavailable(error)) log().error({ userId: user.id, ...errorFields(error) }, 'password_rehash_failed')
    return user
  }
}

/** What of a request is needed to confirm its sender's identity. */
export type IdentityConfirmation = Source & { principal: Principal | null }

/**
 * Confirms an account's password, before what neither a stolen session (ASVS 7.5.1) nor a link alone may do. A wrong one is
 * audited, and counts as a failed login of the account, so a stolen session allows no more guesses.
 * @param field whose error it is when the password is wrong
 * @param options `counted`: the endpoint's own throttle, which is the login's, has counted it
 * @throws ValidationFailed; Throttled; ServiceUnavailable when the hashing pool is full
 */
export async function confirmPassword(
  user: User,
  password: string,
  field: string,
  source: IdentityConfirmation,
  { counted = false } = {},
): Promise<void> {
  const isRight = async () => codePoints(password) <= MAX_PASSWORD_LENGTH && (await checkPassword(password, user.password))
  if (await (counted ? isRight() : countPasswordTry(user, source, isRight))) return
  // With a link, the sender is unknown.
  const own = source.principal?.user.id === user.id ? source.principal : null
  const who = { actorId: own ? user.id : null, subjectId: user.id, sessionId: own?.claims.sid ?? null, outcome: 'failure' } as const
  await recordEvent(database(), 'reauthentication_failed', { ...who, detail: { reason: 'wrong_password' } }, source)
  throw new ValidationFailed({ [field]: ['password_incorrect'] })
}

/**
 * Confirms the identity of the signed-in user: by the password where the account has one, by a recent authentication with
 * whatever it has otherwise.
 * @param password undefined for accounts without a usable one, whose endpoints do not ask for it (Policy.currentPassword)
 * @throws ReauthenticationRequired; what confirmPassword() throws
 */
export async function confirmIdentity(
  principal: Principal,
  password: string | undefined,
  field: string,
  source: IdentityConfirmation,
): Promise<void> {
  const { user } = principal
  if (isUsablePassword(user.password)) return confirmPassword(user, password ?? '', field, source)
  if (!(await isRecentlyAuthenticated(principal, source.now))) throw new ReauthenticationRequired()
}
