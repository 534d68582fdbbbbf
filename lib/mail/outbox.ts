/** The outbox: emails as rows, written in the transaction of what they tell; the mail worker sends them afterwards. */

import { randomBytes } from 'node:crypto'
import type { OutboxMail, Transaction } from '../db/client.ts'
import { settings } from '../settings.ts'
import { secretsForEmail } from '../tokens/one-time-token.ts'
import { takeEmailBudget } from './email-limit.ts'
import type { EmailType } from './email-types.ts'
import { type EmailContent, fillPlaceholders, renderEmail } from './render-email.ts'

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
 * Queues an email, unless its recipient's limit is reached (lib/mail/email-limit.ts).
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

/**
 * An email with its secrets in place; null when it names a token that does not count any more and so is not worth sending.
 */
export async function renderSecrets(row: OutboxMail, now: Date): Promise<{ text: string; html: string } | null> {
  const secrets = row.oneTimeTokenId === null ? null : await secretsForEmail(row.oneTimeTokenId, now)
  return row.oneTimeTokenId !== null && secrets === null ? null : fillPlaceholders(row, secrets)
}
