/** Checks an address and a password: the one place where a login succeeds or fails. */
import { type AuditEvents, type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { isUnavailable } from '../db/errors.ts'
import { type ErrorCode, ValidationFailed } from '../errors.ts'
import { MAX_PASSWORD_LENGTH } from '../fields/new-password.ts'
import { codePoints } from '../fields/text.ts'
import { errorFields, log } from '../log.ts'
import { makePassword, matchPassword, needsRehash } from '../passwords/hash.ts'
import { keepSessionsOfPassword } from '../sessions/account-snapshot.ts'
import { isRestorable } from '../tokens/one-time-token.ts'
import { findUserByEmail } from '../users/find-user.ts'
import { waitForMinimumDuration } from '../users/min-duration.ts'

/** The password is right, but its owner has closed the account, which can still be restored. Who has the password may know. */
export class AccountClosed extends ValidationFailed {
  readonly errorCode: ErrorCode

  /** @param deletionDueAt when it will be deleted */
  constructor(deletionDueAt: Date) {
    const errorCode = `account_closed:${deletionDueAt.toISOString()}`
    super({ non_field_errors: [errorCode] })
    this.errorCode = errorCode
  }
}

/**
 * The account of an address and its password; null when there is none, when it is inactive or has no usable password, and
 * when the password is wrong. Which of these it was shows neither in the answer nor in its time: every failure costs one
 * hash and takes LOGIN_FAILURE_TIME at least, because imported hashes cost more or less than ours (ASVS 6.3.8).
 * @param source from where it is tried; each failure is one event, whether there is an account or not
 * @throws AccountClosed for the right password of a closed account; ServiceUnavailable when the hashing pool is full
 */
export async function authenticate(address: string, password: string, source: AuditSource): Promise<User | null> {
  const started = performance.now()
  if (codePoints(password) > MAX_PASSWORD_LENGTH) {
    await recordFailure(null, source)
    return null
  }
  const user = await findUserByEmail(address)
  const isClosed = user !== null && (await isRestorable(database(), user, source.now))
  const spelling = await matchPassword(password, user?.isActive || isClosed ? user.password : null)
  if (!user || spelling === null) {
    await recordFailure(user, source)
    await waitForMinimumDuration(started)
    return null
  }
  if (isClosed) {
    await recordFailure(user, source, 'account_closed')
    throw new AccountClosed(user.deletionDueAt as Date)
  }
  // A hash of ours would be of the password as it was entered, and Django would no more take it.
  return spelling === password ? renewHash(user, password) : user
}

/** Records why a login with the correct password was refused. */
export const recordRefusedLogin = (user: Pick<User, 'id'>, reason: 'email_not_verified' | 'not_staff', source: AuditSource) =>
  recordFailure(user, source, reason)

const recordFailure = (
  user: Pick<User, 'id'> | null,
  source: AuditSource,
  reason: AuditEvents['login_failed']['reason'] = 'wrong_credentials',
) => recordEvent(database(), 'login_failed', { outcome: 'failure', actorId: null, subjectId: user?.id ?? null, detail: { reason } }, source)

/**
 * Replaces an outdated hash, unless the password has changed since. After a failure the next login tries again.
 * @returns the account with the hash that its password was found under, or that took its place
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
    // The person has logged in all the same.
    if (!isUnavailable(error)) log().error({ userId: user.id, ...errorFields(error) }, 'password_rehash_failed')
    return user
  }
}
