/** A mail server for tests: a real SMTP conversation, in which the test decides what the server does. */
import { setTimeout } from 'node:timers/promises'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { watchMail } from './secrets.ts'

export interface ReceivedMail {
  /** The recipients of the envelope, in lower case. */
  recipients: string[]
  subject: string
  text: string
  html: string
  /** As it came over the wire. */
  raw: string
  parsed: ParsedMail
}

export interface Mailbox {
  /** For SMTP_URL. */
  url: string
  port: number
  received: ReceivedMail[]
  /** The mails to one address so far. */
  to: (address: string) => ReceivedMail[]
  /** Waits for the n-th mail (from 1) to an address. @throws when it does not come */
  waitFor: (address: string, n?: number) => Promise<ReceivedMail>
  /** Waits for the n-th mail (from 1) to an address among those with this subject. @throws when it does not come */
  waitForSubject: (address: string, subject: string, n?: number) => Promise<ReceivedMail>
  /** Waits before each answer to a whole message, in milliseconds. */
  delay: number
  /** Answers every recipient with this code, for example 451 or 550; 0 takes them. */
  refuseWith: number
  stop: () => Promise<void>
}

/** How long a mail may take to arrive, in milliseconds. */
const ARRIVAL_TIMEOUT = 30_000
const POLL_INTERVAL = 25

/** @param port a port of the test's choosing, so that a server can come back where another one was */
export async function startMailbox(port = 0): Promise<Mailbox> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, callback) {
      if (mailbox.refuseWith === 0) return callback()
      callback(Object.assign(new Error('refused'), { responseCode: mailbox.refuseWith }))
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString()
        const parsed = await simpleParser(raw)
        watchMail(parsed.text ?? '')
        await setTimeout(mailbox.delay)
        const recipients = session.envelope.rcptTo.map(({ address }) => address.toLowerCase())
        received.push({ recipients, subject: parsed.subject ?? '', text: parsed.text ?? '', html: parsed.html || '', raw, parsed })
        callback()
      })
    },
  })
  // A client that hangs up is no fault of the server's.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  const to = (recipient: string) => received.filter((mail) => mail.recipients.includes(recipient.toLowerCase()))
  const arrived = async (address: string, n: number, wanted: (mail: ReceivedMail) => boolean) => {
    const deadline = Date.now() + ARRIVAL_TIMEOUT
    for (;;) {
      const found = to(address).filter(wanted)
      if (found.length >= n) return found[n - 1] as ReceivedMail
      if (Date.now() > deadline) {
        throw new Error(`mail ${n} to ${address} did not arrive among: ${to(address).map(({ subject }) => subject)}`)
      }
      await setTimeout(POLL_INTERVAL)
    }
  }
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${actualPort}`,
    port: actualPort,
    received,
    to,
    waitFor: (recipient, n = 1) => arrived(recipient, n, () => true),
    waitForSubject: (recipient, subject, n = 1) => arrived(recipient, n, (mail) => mail.subject === subject),
    delay: 0,
    refuseWith: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return mailbox
}

/** The first address in a mail's text that leads to a page. */
export function linkIn(mail: ReceivedMail, page: string): URL {
  const found = [...mail.text.matchAll(/https?:\/\/\S+/g)].map(([address]) => new URL(address)).find(({ pathname }) => pathname === page)
  if (!found) throw new Error(`no link to ${page} in the mail “${mail.subject}”`)
  return found
}

/** The token of a mail's link. */
export const tokenIn = (mail: ReceivedMail, page: string) => linkIn(mail, page).searchParams.get('token') ?? ''

/** The six digits of a mail. */
export function codeIn(mail: ReceivedMail): string {
  const code = /: (\d{6})$/m.exec(mail.text)?.[1]
  if (!code) throw new Error(`no code in the mail “${mail.subject}”`)
  return code
}
