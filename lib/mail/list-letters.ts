/** Looks into the outbox: for the page of a development machine and for `manage outbox`. */
import { database, type OutboxMail, type Transaction } from '../db/client.ts'
import { secretsForLetter } from '../tokens/one-time-token.ts'
import { fillSecrets, TOKEN_MARK } from './letter.ts'

export type LetterState = 'waiting' | 'sent' | 'failed'

export interface ListedLetter {
  id: number
  kind: string
  recipient: string
  subject: string
  state: LetterState
  attempts: number
  /** What the last attempt failed of, in the courier's words. */
  error: string | null
  createdAt: Date
  sentAt: Date | null
}

export interface OpenedLetter extends ListedLetter {
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

export const stateOfLetter = ({ sentAt, failedAt }: Pick<OutboxMail, 'sentAt' | 'failedAt'>): LetterState =>
  sentAt ? 'sent' : failedAt ? 'failed' : 'waiting'

const listed = ({ failedAt, lastError, ...row }: Pick<OutboxMail, keyof typeof COLUMNS>): ListedLetter => ({
  ...row,
  state: stateOfLetter({ ...row, failedAt }),
  error: lastError,
})

/**
 * Letters, the newest first.
 * @param limit how many at most
 */
export async function listLetters(limit: number): Promise<ListedLetter[]> {
  const rows = await database().outboxMail.findMany({ select: COLUMNS, orderBy: { id: 'desc' }, take: limit })
  return rows.map(listed)
}

/**
 * One letter; null when there is none of this id.
 * @param reveal whether link and code are filled in: never in production, where whoever reads them has the account
 */
export async function openLetter(id: number, now: Date, reveal: boolean): Promise<OpenedLetter | null> {
  const row = await database().outboxMail.findUnique({ where: { id } })
  if (!row) return null
  const secrets = row.oneTimeTokenId === null ? null : await secretsForLetter(row.oneTimeTokenId, now)
  const { leaseId: _lease, oneTimeTokenId, userId: _user, nextAttemptAt: _next, messageId, text, html, ...rest } = row
  const shown = reveal && secrets !== null
  const filled = fillSecrets({ text, html }, shown ? secrets : { token: '[token]', code: '[code]' })
  const address = text.split(/\s/).find((word) => word.includes(TOKEN_MARK))
  return {
    ...listed(rest),
    ...filled,
    messageId,
    link: shown && address !== undefined ? address.replaceAll(TOKEN_MARK, secrets.token) : null,
    code: shown && text !== fillSecrets({ text, html }, { token: TOKEN_MARK, code: '' }).text ? secrets.code : null,
    outdated: oneTimeTokenId !== null && secrets === null,
  }
}

/** Why a letter is not sent again. */
export type ResendProblem = 'unknown' | 'waiting' | 'sent' | 'outdated'

/**
 * Gives a letter that was given up back to the courier, and has one that waits for its next attempt tried at once.
 * @param alongside what is written in the same transaction
 * @returns what stands against it, `waiting` for one that is due or under way; null when it is on its way
 */
export async function resendLetter(id: number, now: Date, alongside?: (tx: Transaction) => Promise<void>): Promise<ResendProblem | null> {
  const letter = await openLetter(id, now, false)
  if (!letter) return 'unknown'
  if (letter.state === 'sent') return 'sent'
  if (letter.outdated) return 'outdated'
  // One that is being sent belongs to whoever sends it.
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
