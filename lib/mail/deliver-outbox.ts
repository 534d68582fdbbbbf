/** Sends the emails in the outbox. Survives failures of the mail server and crashes of processes. */
import { randomBytes, randomInt } from 'node:crypto'
import { type Database, database, isUnavailable, type OutboxMail } from '../db/client.ts'
import { withinTime } from '../errors.ts'
import { truncate } from '../fields/text.ts'
import { log } from '../log.ts'
import { secretsForEmail } from '../tokens/one-time-token.ts'
import { countEmail, RETRY_PERIOD } from './outbox.ts'
import { fillPlaceholders } from './render-email.ts'
import { describeError, isPermanent, type Send } from './transport.ts'

/** How long an email belongs to the process that is sending it, in milliseconds; after a crash another one takes it then. */
export const LEASE = 30_000
/**
 * Longest that one attempt is waited for, in milliseconds: below the lease. The mail server may still accept what it began
 * with; the retry then sends it a second time, under the same Message-ID.
 */
const ATTEMPT_TIMEOUT = 25_000
/**
 * Emails sent concurrently, each over its own connection: at a second each some 70,000 an hour, and few enough for the
 * 50 connections that Postfix takes from one client.
 */
export const BATCH = 20
const LONGEST_WAIT = 600_000

/** How long to wait after a failed attempt, in milliseconds: 1 s, 2 s, 4 s … 10 minutes, and up to a fifth more by chance. */
export const backoff = (attempts: number) => {
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(attempts - 1, 20))
  return wait + randomInt(Math.ceil(wait / 5))
}

/**
 * An email with its secrets in place; null when it names a token that does not count any more and so is not worth sending.
 */
export async function renderSecrets(row: OutboxMail, now: Date): Promise<{ text: string; html: string } | null> {
  const secrets = row.oneTimeTokenId === null ? null : await secretsForEmail(row.oneTimeTokenId, now)
  return row.oneTimeTokenId !== null && secrets === null ? null : fillPlaceholders(row, secrets)
}

/**
 * Sends the emails that are due now, a batch at most. One that cannot be handled is reported and tried again after its lease.
 * @returns how many it took on, sent or not
 */
export async function deliverDue(
  send: Send,
  now: () => Date,
  onFailure: (row: string, error: unknown) => void = () => {},
  db: Database = database(),
): Promise<number> {
  const due = await db.outboxMail.findMany({
    where: { sentAt: null, failedAt: null, nextAttemptAt: { lte: now() } },
    orderBy: { nextAttemptAt: 'asc' },
    take: BATCH,
  })
  const outcomes = await Promise.allSettled(due.map((row) => deliver(row, send, now, db)))
  let taken = 0
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') taken += outcome.value ? 1 : 0
    else if (isUnavailable(outcome.reason)) throw outcome.reason
    else {
      taken += 1
      onFailure(`email ${due[index]?.id}`, outcome.reason)
    }
  }
  return taken
}

async function deliver(row: OutboxMail, send: Send, now: () => Date, db: Database): Promise<boolean> {
  const leaseId = randomBytes(16).toString('hex')
  const attempts = row.attempts + 1
  // The process that counts this attempt owns the email; another one that read the same row updates nothing.
  const { count } = await db.outboxMail.updateMany({
    where: { id: row.id, attempts: row.attempts, sentAt: null, failedAt: null },
    data: { attempts, leaseId, nextAttemptAt: new Date(now().getTime() + LEASE) },
  })
  if (count === 0) return false
  const conclude = (data: Partial<Pick<OutboxMail, 'sentAt' | 'failedAt' | 'nextAttemptAt' | 'lastError'>>) =>
    db.$transaction(async (tx) => {
      const { count } = await tx.outboxMail.updateMany({ where: { id: row.id, leaseId }, data: { ...data, leaseId: null } })
      const outcome = data.sentAt ? 'sent' : data.failedAt ? 'failed' : null
      if (count > 0 && outcome !== null) await countEmail(tx, outcome, now())
    })
  const later = () => ({ nextAttemptAt: new Date(now().getTime() + backoff(attempts)) })
  const message = await renderSecrets(row, now()).catch(async (error: unknown) => {
    if (!isUnavailable(error)) await conclude({ ...later(), lastError: 'internal error' })
    throw error
  })
  if (message === null) {
    await conclude({ failedAt: now(), lastError: 'its link does not count any more' })
    log().info({ mail: row.id, kind: row.kind, reason: 'link_replaced_or_expired' }, 'mail_dropped')
    return true
  }
  try {
    const { recipient, subject, messageId } = row
    const timedOut = () => Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })
    await withinTime(send({ recipient, subject, messageId, ...message }), ATTEMPT_TIMEOUT, timedOut)
  } catch (error) {
    const lost = isPermanent(error) || now().getTime() - row.createdAt.getTime() > RETRY_PERIOD * 1000
    const next = lost ? { failedAt: now() } : later()
    const lastError = truncate(describeError(error), 255)
    await conclude({ ...next, lastError })
    log()[lost ? 'error' : 'warn']({ mail: row.id, kind: row.kind, attempts, error: lastError }, lost ? 'mail_failed' : 'mail_delayed')
    return true
  }
  await conclude({ sentAt: now(), lastError: null })
  return true
}
