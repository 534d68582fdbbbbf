/** Hands letters to the mail server of SMTP_URL. */
import { createTransport } from 'nodemailer'
import { settings } from '../settings.ts'

export interface OutgoingMail {
  recipient: string
  subject: string
  text: string
  html: string
  messageId: string
}

/** Longest that each step of the conversation may take, in milliseconds; all of them together stay below the courier's lease. */
const TIMEOUTS = { dnsTimeout: 4000, connectionTimeout: 4000, greetingTimeout: 4000, socketTimeout: 8000 }

/** Sends one mail. @throws nodemailer's error; `isPermanent` tells whether to try again */
export type Send = (mail: OutgoingMail) => Promise<void>

/** @returns null without SMTP_URL: letters then stay in the outbox */
export function smtpTransport(): Send | null {
  const { SMTP_URL, MAIL_FROM, MAIL_REPLY_TO } = settings()
  if (!SMTP_URL) return null
  const transport = createTransport({ url: SMTP_URL, ...TIMEOUTS, disableFileAccess: true, disableUrlAccess: true })
  return async ({ recipient, subject, text, html, messageId }) => {
    await transport.sendMail({
      from: MAIL_FROM,
      // As an object: an address in text could be read as several.
      to: { name: '', address: recipient },
      ...(MAIL_REPLY_TO && { replyTo: MAIL_REPLY_TO }),
      subject,
      text,
      html,
      messageId,
      // RFC 3834 §5: no auto-reply is wanted.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  }
}

interface SmtpError {
  code?: string
  responseCode?: number
  command?: string
}

/** Whether the server refused this very letter for good (RFC 5321 §4.2.1); a refused login is ours to mend and tried again. */
export function isPermanent(error: unknown): boolean {
  const { code, responseCode = 0 } = error as SmtpError
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 && responseCode < 600
}

/** What went wrong, in a few words that quote nobody. */
export function errorWords(error: unknown): string {
  const { code, responseCode } = error as SmtpError
  return [code ?? 'unknown', responseCode].filter(Boolean).join(' ')
}
