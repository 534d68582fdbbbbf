/** What tests of recovery do over and over: ask for an email, and use its link. */
import { setTimeout } from 'node:timers/promises'
import { bearer, PASSWORD } from './accounts.ts'
import { type Mailbox, tokenIn } from './mailbox.ts'
import type { Call } from './send.ts'

/** A password that no test starts with. */
export const NEW_PASSWORD = 'Corr3ct-horse-battery'

/** Longest that a mail may take that was asked for, in milliseconds. */
const ARRIVAL_TIMEOUT = 30_000

export const askForReset = (call: Call, email: string, headers: Record<string, string> = {}) =>
  call('/api/accounts/password/reset/', { json: { email }, headers })

export const confirmReset = (call: Call, token: string, password = NEW_PASSWORD) =>
  call('/api/accounts/password/reset/confirm/', { json: { token, password, confirm_password: password } })

export const askForChange = (call: Call, access: string, email: string, password: string) =>
  call('/api/accounts/email/change/', { json: { email, password }, headers: bearer(access) })

export const confirmChange = (call: Call, token: string, password = PASSWORD) =>
  call('/api/accounts/email/change/confirm/', { json: { token, password } })
export const undoChange = (call: Call, token: string) => call('/api/accounts/email/change/undo/', { json: { token } })

/** The token of the newest mail to an address whose link leads to a page; waits until there are `count` such mails. */
export async function mailedToken(mailbox: Mailbox, address: string, page: string, count = 1): Promise<string> {
  const deadline = Date.now() + ARRIVAL_TIMEOUT
  for (;;) {
    const found = mailbox.to(address).filter((mail) => mail.text.includes(`${page}?token=`))
    const newest = found.at(-1)
    if (newest && found.length >= count) return tokenIn(newest, page)
    if (Date.now() > deadline) throw new Error(`${found.length} of ${count} mails to ${address} lead to ${page}`)
    await setTimeout(25)
  }
}

/** Asks for a reset and reads the token out of the mail. @param count how many reset mails the address has by then */
export async function resetToken(call: Call, mailbox: Mailbox, email: string, count = 1): Promise<string> {
  await askForReset(call, email)
  return mailedToken(mailbox, email, '/password-reset/confirm', count)
}
