/** Limits how many emails one address gets, whichever feature queues them (RL-7, ASVS 2.4.1). */
import type { Transaction } from '../db/client.ts'
import { canonicalEmail } from '../fields/email.ts'
import { log } from '../log.ts'
import { REFUSED, subjectDigest } from '../throttle/admit.ts'
import { DatabaseStore } from '../throttle/database-store.ts'
import { effectivePolicy } from '../throttle/policies.ts'
import type { EmailType } from './outbox.ts'

const DAY = 86_400

/**
 * What is counted together. `requested`: anyone who knows the address can cause these. The rest tell an owner what was done
 * with their account and have budgets of their own, so that no flood of the others keeps them back. Null is not limited: what
 * carries the owner's way back, which a thief would otherwise use up first, and cannot be caused again before that was used.
 */
const BUDGETS: Record<EmailType, string | null> = {
  email_verification: 'requested',
  already_registered: 'requested',
  phone_taken: 'requested',
  address_reserved: 'requested',
  password_reset: 'requested',
  email_change: 'requested',
  new_device: 'sign_in',
  login_attempts: 'sign_in',
  refresh_token_replayed: 'sign_in',
  email_change_notice: 'email_change',
  email_change_undone: 'email_change',
  password_changed: 'password_changed',
  email_changed: null,
  address_restored: null,
  invitation: 'invitation',
  account_deletion: null,
  account_deleted: 'account_deleted',
}

/**
 * The last of the `requested` ones can be this one alone: its link lets the owner in, whoever asked for it, so that a stranger who
 * uses up the others keeps nobody out.
 */
const LAST: EmailType = 'password_reset'

/** An unverified address may be a stranger's: these notices share one budget there. */
const SHARED_WHILE_UNVERIFIED = ['sign_in', 'email_change']

/** Whether the recipient has proven to be the account's owner; false for the former address of an account. */
async function isVerified(tx: Transaction, recipient: string, userId: number | null): Promise<boolean> {
  const user = userId === null ? null : await tx.user.findUnique({ where: { id: userId } })
  return user?.email === recipient && user.emailVerifiedAt !== null
}

/**
 * Counts an email against its recipient's limit: the `email` policy's rate, for notices to an unverified address that many in
 * a day.
 * @param tx the transaction that queues the email: the counter's row is locked, so parallel requests cannot pass the limit, and
 * what is rolled back is not counted
 * @returns 0; when the limit is reached, in how many seconds another one may be queued: this one must not
 */
export async function takeEmailBudget(
  tx: Transaction,
  type: EmailType,
  recipient: string,
  userId: number | null,
  now: Date,
): Promise<number> {
  const [rate] = effectivePolicy('email')?.limits.account ?? []
  let budget = BUDGETS[type]
  if (!rate || budget === null) return 0
  const email = canonicalEmail(recipient) ?? recipient
  let { limit, window } = rate
  if (budget === 'requested' && type !== LAST) limit = Math.max(1, limit - 1)
  if (budget !== 'requested' && !(await isVerified(tx, recipient, userId))) {
    window = Math.max(window, DAY)
    if (SHARED_WHILE_UNVERIFIED.includes(budget)) budget = 'unverified'
  }
  const store = new DatabaseStore(() => tx)
  // The bare address as the subject: the admin area's list of throttles knows whose it is.
  const key = `email:account:${window}:${subjectDigest(budget === 'requested' ? email : `${email}\0${budget}`)}`
  const second = now.getTime() / 1000
  const { admitted, expiresAt } = await store.take(key, limit, window, second)
  if (admitted) return 0
  const wait = Math.max(1, Math.ceil(expiresAt - second))
  const isFirst = (await store.take(REFUSED + key, 1, wait, second)).admitted
  if (isFirst) log().warn({ type, userId, limit, window }, 'email_limit_reached')
  return wait
}
