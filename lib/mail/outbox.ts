/** The outbox: emails as rows, written in the transaction of what they tell; the mail worker sends them afterwards. */
import { randomBytes } from 'node:crypto'
import { type Database, database, type Transaction } from '../db/client.ts'
import { canonicalEmail } from '../fields/credentials.ts'
import { log } from '../log.ts'
import { settings } from '../settings.ts'
import type { Rate } from '../settings-values.ts'
import { REFUSED, subjectDigest } from '../throttle/admit.ts'
import { effectivePolicy } from '../throttle/policies.ts'
import { DatabaseStore } from '../throttle/stores.ts'
import type { EmailType } from './email-types.ts'
import { type EmailContent, renderEmail } from './render-email.ts'

export interface OutboxEntry {
  kind: EmailType
  /** The email address as stored, never as typed (CVE-2019-19844). */
  recipient: string
  userId: number | null
  /**
   * Issues the token whose link and code the email carries, and returns its id. Not called when the recipient's limit is
   * reached: the link that they have goes on working.
   */
  issueToken?: () => Promise<number>
  /** Whether the caller has counted it against the limit. */
  counted?: boolean
  content: EmailContent
}

/**
 * Queues an email, unless its recipient's limit is reached.
 * @param tx the transaction of what the email tells: neither is kept without the other
 * @returns whether it was queued
 */
export async function enqueueEmail(tx: Transaction, posting: OutboxEntry, now: Date): Promise<boolean> {
  const { kind, recipient, userId, issueToken, content, counted } = posting
  if (!counted && !(await takeEmailBudget(tx, kind, recipient, userId, now))) return false
  const oneTimeTokenId = (await issueToken?.()) ?? null
  const message = renderEmail(content)
  const messageId = `<${randomBytes(16).toString('hex')}@${settings().APP_URL.hostname}>`
  await tx.outboxMail.create({
    data: { kind, recipient, userId, ...message, messageId, createdAt: now, nextAttemptAt: now, oneTimeTokenId },
  })
  return true
}

const DAY = 86_400

/**
 * Limits how many emails one address gets, whichever feature queues them (RL-7, ASVS 2.4.1): what is counted together.
 * `requested`: anyone who knows the address can cause these. The rest tell an owner what was done with their account and have
 * budgets of their own, so a flood of other emails can't hold them back. Null is not limited: what carries the owner's way back,
 * which a thief would otherwise use up first, and cannot be caused again before that was used.
 */
const BUDGETS: Record<EmailType, string | null> = {
  email_verification: 'requested',
  already_registered: 'requested',
  phone_taken: 'requested',
  address_reserved: 'requested',
  password_reset: 'requested',
  email_login: 'requested',
  email_login_refused: 'requested',
  email_change: 'requested',
  new_device: 'sign_in',
  login_attempts: 'sign_in',
  refresh_token_replayed: 'sign_in',
  second_factor_attempts: 'second_factor',
  second_factor_enabled: 'second_factor',
  second_factor_disabled: 'second_factor',
  recovery_codes_replaced: 'second_factor',
  recovery_code_used: 'second_factor',
  email_change_notice: 'email_change',
  email_change_undone: 'email_change',
  password_changed: 'password_changed',
  email_changed: null,
  address_restored: null,
  external_account_linked: 'external_account',
  external_account_unlinked: 'external_account',
  passkey_added: 'passkey',
  passkey_removed: 'passkey',
  invitation: 'invitation',
  account_deletion: null,
  account_deleted: 'account_deleted',
}

/**
 * The last of the `requested` ones can be this one alone: its link lets the owner in, so a stranger who
 * uses up the others can't lock the owner out.
 */
const LAST: EmailType = 'password_reset'

/** An unverified address may be a stranger's: these notices share one budget there. */
const SHARED_WHILE_UNVERIFIED = ['sign_in', 'email_change']

/** Whether the recipient is the account's verified address; false for a previous address. */
async function isVerified(tx: Transaction, recipient: string, userId: number | null): Promise<boolean> {
  const user = userId === null ? null : await tx.user.findUnique({ where: { id: userId } })
  return user?.email === recipient && user.emailVerifiedAt !== null
}

/**
 * Counts an email against its recipient's limit: the `email` policy's rate, for notices to an unverified address that many in
 * a day.
 * @param tx the transaction that queues the email: the counter's row is locked, so parallel requests cannot pass the limit, and
 * what is rolled back is not counted
 * @returns whether the email may be queued. Only the owner of the mailbox may learn it: only where there is an account is
 * everything counted that is asked for about an address (EN-3)
 */
export async function takeEmailBudget(
  tx: Transaction,
  type: EmailType,
  recipient: string,
  userId: number | null,
  now: Date,
): Promise<boolean> {
  const [rate] = effectivePolicy('email')?.limits.account ?? []
  let budget = BUDGETS[type]
  if (!rate || budget === null) return true
  const email = canonicalEmail(recipient) ?? recipient
  let { limit, window } = rate
  if (budget === 'requested' && type !== LAST) limit = allButLast(rate)
  if (budget !== 'requested' && !(await isVerified(tx, recipient, userId))) {
    window = Math.max(window, DAY)
    if (SHARED_WHILE_UNVERIFIED.includes(budget)) budget = 'unverified'
  }
  // The bare address as the subject: the admin area's list of throttles knows whose it is.
  const { wait, isFirst } = await take(tx, budget === 'requested' ? email : `${email}\0${budget}`, { limit, window }, now)
  if (isFirst) log().warn({ type, userId, limit, window }, 'email_limit_reached')
  return wait === 0
}

/**
 * Counts how often an account asks to change to an address: as many times as the address gets emails for it, if no one else
 * causes any. It hangs on nothing that others do, nor on whose the address is, so the caller may be told (EN-3).
 * @returns 0; over the limit, the seconds until the account may ask again
 */
export async function takeChangeBudget(tx: Transaction, email: string, userId: number, now: Date): Promise<number> {
  const [rate] = effectivePolicy('email')?.limits.account ?? []
  if (!rate) return 0
  return (await take(tx, `${email}\0asked for by ${userId}`, { ...rate, limit: allButLast(rate) }, now)).wait
}

const allButLast = ({ limit }: Rate) => Math.max(1, limit - 1)

/** @returns `wait`: 0 where there was room, else the seconds until there is; `isFirst`: whether it is the first to be refused */
async function take(tx: Transaction, subject: string, { limit, window }: Rate, now: Date): Promise<{ wait: number; isFirst: boolean }> {
  const store = new DatabaseStore(() => tx)
  const key = `email:account:${window}:${subjectDigest(subject)}`
  const second = now.getTime() / 1000
  const { admitted, expiresAt } = await store.take(key, limit, window, second)
  if (admitted) return { wait: 0, isFirst: false }
  const wait = Math.max(1, Math.ceil(expiresAt - second))
  return { wait, isFirst: (await store.take(REFUSED + key, 1, wait, second)).admitted }
}

export type MailOutcome = 'sent' | 'failed'

/** Counts how many emails were sent and failed on each day, which is kept when the emails are long gone. @param tx the transaction that concludes the email */
export async function countEmail(tx: Transaction, outcome: MailOutcome, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  // One statement, because two processes could both find no row.
  await tx.$executeRaw`INSERT INTO accounts_mailtally (day, outcome, count) VALUES (${day}, ${outcome}, 1)
    ON CONFLICT (day, outcome) DO UPDATE SET count = accounts_mailtally.count + 1`
}

/** @param since a day of UTC, `2026-11-24` @returns the days from then on that have any, in no order */
export const dailyEmailStats = (since: string, db: Database = database()) => db.mailDailyStat.findMany({ where: { day: { gte: since } } })

/** An email that no mail server took for so long has failed, in seconds. */
export const RETRY_PERIOD = 3 * DAY
/** How long failed ones stay, for staff to see, in seconds. */
export const FAILED_EMAIL_RETENTION = 30 * DAY

/** The email that tells of an account's deletion belongs to no account any more: so long after it was written it goes, sent or not. */
export const lastEmailRetention = () => Math.max(settings().MAIL_RETENTION, RETRY_PERIOD)
