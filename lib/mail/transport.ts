/** Hands emails to the mail server of SMTP_URL. */
import { createTransport } from 'nodemailer'
import { type Settings, settings } from '../settings.ts'

export interface OutgoingMail {
  recipient: string
  subject: string
  text: string
  html: string
  messageId: string
}

/** Longest that each step of the conversation may take, in milliseconds; all of them together stay below the mail worker's lease. */
const TIMEOUTS = { dnsTimeout: 4000, connectionTimeout: 4000, greetingTimeout: 4000, socketTimeout: 8000 }

/** Sends one mail. @throws nodemailer's error; `isPermanent` tells whether to try again */
export type Send = (mail: OutgoingMail) => Promise<void>

const isDomain = (host: string) => host.includes('.') && !/^[\d.]+$/.test(host) && !host.endsWith('.localhost')

/**
 * The name for EHLO (RFC 5321 §4.1.1.1). A host without a domain would call itself [127.0.0.1], which many mail servers refuse,
 * so it is SMTP_HELO_NAME, the host of APP_URL or the domain of MAIL_FROM; undefined where none is a domain.
 */
export function heloName({ SMTP_HELO_NAME, APP_URL, MAIL_FROM }: Pick<Settings, 'SMTP_HELO_NAME' | 'APP_URL' | 'MAIL_FROM'>) {
  const sender = /@([^\s<>@]+?)>?\s*$/.exec(MAIL_FROM)?.[1] ?? ''
  return SMTP_HELO_NAME ?? [APP_URL.hostname, sender].find(isDomain)
}

/**
 * Whether an smtp:// connection is closed when the server does not offer TLS: an attacker in between could hide the offer
 * and read every link (RFC 3207 §6). Not on this machine, and not where the URL says `?requireTLS=false` or `?ignoreTLS=true`.
 */
export function requiresTls(smtpUrl: string): boolean {
  const { protocol, hostname, searchParams } = new URL(smtpUrl)
  const isSwitchedOff = searchParams.get('requireTLS') === 'false' || searchParams.get('ignoreTLS') === 'true'
  return protocol === 'smtp:' && !isSwitchedOff && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** @returns null without SMTP_URL: emails then stay in the outbox */
export function smtpTransport(): Send | null {
  const { SMTP_URL, MAIL_FROM, MAIL_REPLY_TO } = settings()
  if (!SMTP_URL) return null
  const name = heloName(settings())
  const transport = createTransport({
    url: SMTP_URL,
    ...(name !== undefined && { name }),
    ...(requiresTls(SMTP_URL) && { requireTLS: true }),
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
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

/** Whether the server refused this very email for good (RFC 5321 §4.2.1); a refused login is ours to mend and tried again. */
export function isPermanent(error: unknown): boolean {
  const { code, responseCode = 0 } = error as SmtpError
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode >= 500 && responseCode < 600
}

/** Describes an error in a few words, without quoting the server's response. */
export function describeError(error: unknown): string {
  const { code, responseCode } = error as SmtpError
  return [code ?? 'unknown', responseCode].filter(Boolean).join(' ')
}
