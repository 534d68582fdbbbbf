/** `outbox`: looks into the outbox and gives letters that were given up back to the courier. */
import { timeWords } from '../mail/letter.ts'
import { type ListedLetter, listLetters, openLetter, type ResendProblem, resendLetter } from '../mail/list-letters.ts'
import { settings } from '../settings.ts'
import { CommandError } from './errors.ts'
import { table } from './table.ts'

/** Largest id that the databases take. */
const LARGEST_ID = 2 ** 53 - 1

function readId(text: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(id > 0 && id <= LARGEST_ID)) throw new CommandError(`"${text}" is not the number of a letter`, 2)
  return id
}

function readLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) throw new CommandError('--limit is a number from 1 to 10000', 2)
  return limit
}

function stateWords({ state, attempts, error }: ListedLetter): string {
  if (attempts === 0 || state === 'sent') return state
  return `${state} after ${attempts} attempt${attempts === 1 ? '' : 's'}${error ? `: ${error}` : ''}`
}

const HEADINGS = ['ID', 'WRITTEN (UTC)', 'KIND', 'TO', 'STATE', 'SUBJECT']

function tableOf(letters: ListedLetter[]): string {
  const rows = letters.map((letter) => [
    String(letter.id),
    letter.createdAt.toISOString().slice(0, 16).replace('T', ' '),
    letter.kind,
    letter.recipient,
    stateWords(letter),
    letter.subject,
  ])
  return table(HEADINGS, rows)
}

const say = (text: string) => process.stdout.write(`${text}\n`)

/** Lists the letters, the newest first. */
export async function listOutbox({ json, limit }: { json?: boolean; limit: string }): Promise<void> {
  const letters = await listLetters(readLimit(limit))
  if (json) return void say(JSON.stringify(letters, null, 2))
  say(letters.length === 0 ? 'The outbox is empty.' : tableOf(letters))
  if (!settings().SMTP_URL) say('Kept here: no mail server is configured (SMTP_URL).')
}

/** Prints a letter's text. In production its link and code stay marks: whoever reads them has the account. */
export async function showLetter(id: string): Promise<void> {
  const letter = await openLetter(readId(id), new Date(), !settings().production)
  if (!letter) throw new CommandError(`there is no letter ${id}`)
  const { kind, recipient, subject, messageId, createdAt, sentAt, text, outdated } = letter
  const lines = [
    `Kind:     ${kind}`,
    `To:       ${recipient}`,
    `Subject:  ${subject}`,
    `Id:       ${messageId}`,
    `Written:  ${timeWords(createdAt)}`,
    `State:    ${stateWords(letter)}${sentAt ? ` on ${timeWords(sentAt)}` : ''}`,
    ...(outdated ? ['Its link does not count any more.'] : []),
  ]
  say(`${lines.join('\n')}\n\n${text}`)
}

const AGAINST: Record<ResendProblem, string> = {
  unknown: 'does not exist',
  waiting: 'was not given up; it is being sent',
  sent: 'was sent',
  outdated: 'carries a link that does not count any more; its reader has to ask for a new one',
}

/** Sends a letter that was given up once more. */
export async function resend(id: string): Promise<void> {
  const problem = await resendLetter(readId(id), new Date())
  if (problem !== null) throw new CommandError(`letter ${id} ${AGAINST[problem]}`)
  say(`Letter ${id} is waiting to be sent again.`)
}
