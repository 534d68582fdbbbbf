/** Looks into the outbox: for the page of a development machine and for `manage outbox`. */

import { database, type OutboxMail, type Transaction } from '../db/client.ts'
import { secretsForEmail } from '../tokens/one-time-token.ts'
import { type EmailStatus, emailStatus } from './email-types.ts'
import { fillPlaceholders, TOKEN_PLACEHOLDER } from './render-email.ts'

export interface ListedEmail {
  id: number
  kind: string
  recipient: string
  subject: string
  state: EmailStatus
  attempts: number
  /** What the last attempt failed of, in the mail worker's words. */
  error: string | null
  createdAt: Date
  sentAt: Date | null
}

export interface EmailDetail extends ListedEmail {
  messageId: string
  text: string
  html: string
  /** The address that its button leads to and its code, where they were asked for and still count. */
  link: string | null
  code: string | null
  /** Whether it names a link or code that does not count any more. */
  outdated: boolean
}

const COLUMNS = {
  id: true,
  kind: true,
  recipient: true,
  subject: true,
  attempts: true,
  lastError: true,
  createdAt: true,
  sentAt: true,
  failedAt: true,
} as const

const listed = ({ failedAt, lastError, ...row }: Pick<OutboxMail, keyof typeof COLUMNS>): ListedEmail => ({
  ...row,
  state: emailStatus({ ...row, failedAt }),
  error: lastError,
})

/**
 * Emails, the newest first.
 * @param limit how many at most
 */
export async function listEmails(limit: number): Promise<ListedEmail[]> {
  const rows = await database().outboxMail.findMany({ select: COLUMNS, orderBy: { id: 'desc' }, take: limit })
  return rows.map(listed)
}

/**
 * One email; null for an unknown id.
 * @param reveal whether link and code are filled in: never in production, where reading them gives access to the account
 */
export async function getEmail(id: number, now: Date, reveal: boolean): Promise<EmailDetail | null> {
  const row = await database().outboxMail.findUnique({ where: { id } })
  if (!row) return null
  const secrets = row.oneTimeTokenId === null ? null : await secretsForEmail(row.oneTimeTokenId, now)
  const { leaseId: _lease, oneTimeTokenId, userId: _user, nextAttemptAt: _next, messageId, text, html, ...rest } = row
  const shown = reveal && secrets !== null
  const filled = fillPlaceholders({ text, html }, shown ? secrets : { token: '[token]', code: '[code]' })
  const address = text.split(/\s/).find((word) => word.includes(TOKEN_PLACEHOLDER))
  return {
    ...listed(rest),
    ...filled,
    messageId,
    link: shown && address !== undefined ? address.replaceAll(TOKEN_PLACEHOLDER, secrets.token) : null,
    code: shown && text !== fillPlaceholders({ text, html }, { token: TOKEN_PLACEHOLDER, code: '' }).text ? secrets.code : null,
    outdated: oneTimeTokenId !== null && secrets === null,
  }
}

/** Why an email is not sent again. */
export type ResendProblem = 'unknown' | 'waiting' | 'sent' | 'outdated'

/**
 * Queues a failed email again, and retries one that waits for its next attempt immediately.
 * @param alongside what is written in the same transaction
 * @returns why it can't be resent (`waiting`: it is due or being sent); null on success
 */
export async function resendEmail(id: number, now: Date, alongside?: (tx: Transaction) => Promise<void>): Promise<ResendProblem | null> {
  const message = await getEmail(id, now, false)
  if (!message) return 'unknown'
  if (message.state === 'sent') return 'sent'
  if (message.outdated) return 'outdated'
  // An email that is being sent belongs to the process that sends it.
  const waiting = { failedAt: null, leaseId: null, nextAttemptAt: { gt: now } }
  return database().$transaction(async (tx) => {
    const { count } = await tx.outboxMail.updateMany({
      where: { id, sentAt: null, OR: [{ failedAt: { not: null } }, waiting] },
      data: { failedAt: null, leaseId: null, nextAttemptAt: now },
    })
    if (count === 0) return 'waiting'
    await alongside?.(tx)
    return null
  })
}
