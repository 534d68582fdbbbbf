import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { emailLabel } from '#lib/mail/email-types'
import { listEmails } from '#lib/mail/list-emails'
import { settings } from '#lib/settings'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { EmailStatus, MailDisabledNotice } from './email-status.tsx'

/** Emails shown at once. */
const LIMIT = 100

/** These emails give access to accounts, so the page exists in development only. */
function onlyInDevelopment(): void {
  if (settings().production) notFound()
}

export function generateMetadata(): Metadata {
  onlyInDevelopment()
  return { title: 'Outbox' }
}

export default async function OutboxPage() {
  onlyInDevelopment()
  const messages = await listEmails(LIMIT)
  return (
    <div className="page page-narrow stack">
      <h1>Outbox</h1>
      <MailDisabledNotice />
      {messages.length === 0 ? (
        <p className="secondary">No emails yet. Request a password reset or change an email address, and the email appears here.</p>
      ) : (
        <ol className="rows">
          {messages.map((message) => (
            <li key={message.id}>
              <a href={`/dev/outbox/${message.id}`} dir="auto">
                {message.subject}
              </a>
              <p className="meta">
                <span dir="ltr">{message.recipient}</span> <span>{emailLabel(message.kind)}</span> <Timestamp date={message.createdAt} />
              </p>
              <EmailStatus message={message} />
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
