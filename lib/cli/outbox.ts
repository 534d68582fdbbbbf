/** `outbox`: looks into the outbox and gives emails that failed back to the mail worker. */

import { MAX_ID } from '../fields/choice.ts'
import { getEmail, type ListedEmail, listEmails, type ResendProblem, resendEmail } from '../mail/list-emails.ts'
import { formatDateTime } from '../mail/render-email.ts'
import { settings } from '../settings.ts'
import { CommandError, processTerminal, say, sayJson, table } from './terminal.ts'

function readId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(id > 0 && id <= MAX_ID)) throw new CommandError(`"${text}" is not the number of an email`, 2)
  return id
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new CommandError('--limit is a number from 1 to 10000', 2)
  return limit
}

function stateWords({ state, attempts, error }: ListedEmail): string {
  if (attempts === 0 || state === 'sent') return state
  return `${state} after ${attempts} attempt${attempts === 1 ? '' : 's'}${error ? `: ${error}` : ''}`
}

const HEADINGS = ['ID', 'WRITTEN (UTC)', 'KIND', 'TO', 'STATE', 'SUBJECT']

function tableOf(messages: ListedEmail[]): string {
  const rows = messages.map((message) => [
    String(message.id),
    message.createdAt.toISOString().slice(0, 16).replace('T', ' '),
    message.kind,
    message.recipient,
    stateWords(message),
    message.subject,
  ])
  return table(HEADINGS, rows)
}

/** Lists the emails, the newest first. */
export async function listOutbox({ json, limit }: { json?: boolean; limit: string }, terminal = processTerminal()): Promise<void> {
  const messages = await listEmails(readLimit(limit))
  if (json) return sayJson(terminal, messages)
  say(terminal, messages.length === 0 ? 'The outbox is empty.' : tableOf(messages))
  if (!settings().SMTP_URL) say(terminal, 'Kept here: no mail server is configured (SMTP_URL).')
}

/** Prints an email's text. In production its link and code stay placeholders, since they give access to the account. */
export async function showEmail(id: string, terminal = processTerminal()): Promise<void> {
  const message = await getEmail(readId(id), new Date(), !settings().production)
  if (!message) throw new CommandError(`there is no email ${id}`)
  const { kind, recipient, subject, messageId, createdAt, sentAt, text, outdated } = message
  const lines = [
    `Kind:     ${kind}`,
    `To:       ${recipient}`,
    `Subject:  ${subject}`,
    `Id:       ${messageId}`,
    `Written:  ${formatDateTime(createdAt)}`,
    `State:    ${stateWords(message)}${sentAt ? ` on ${formatDateTime(sentAt)}` : ''}`,
    ...(outdated ? ['Its link does not count any more.'] : []),
  ]
  say(terminal, `${lines.join('\n')}\n\n${text}`)
}

const AGAINST: Record<ResendProblem, string> = {
  unknown: 'does not exist',
  waiting: 'was not failed; it is being sent',
  sent: 'was sent',
  outdated: 'carries a link that does not count any more; its reader has to ask for a new one',
}

/** Sends an email that failed once more. */
export async function resend(id: string, terminal = processTerminal()): Promise<void> {
  const problem = await resendEmail(readId(id), new Date())
  if (problem !== null) throw new CommandError(`email ${id} ${AGAINST[problem]}`)
  say(terminal, `Email ${id} is waiting to be sent again.`)
}
