import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { emailLabel } from '#lib/mail/email-types'
import { type EmailDetail, getEmail } from '#lib/mail/list-emails'
import { settings } from '#lib/settings'
import { Timestamp } from '../../../_ui/timestamp.tsx'
import { EmailStatus, MailDisabledNotice } from '../email-status.tsx'

/** The email of an address; outside of development there is none, whatever the address says. */
async function emailOf(params: Promise<{ id: string }>): Promise<EmailDetail> {
  if (settings().production) notFound()
  const { id } = await params
  return (/^\d{1,9}$/.test(id) ? await getEmail(Number(id), new Date(), true) : null) ?? notFound()
}

export async function generateMetadata({ params }: PageProps<'/dev/outbox/[id]'>): Promise<Metadata> {
  return { title: (await emailOf(params)).subject }
}

export default async function EmailPage({ params }: PageProps<'/dev/outbox/[id]'>) {
  const message = await emailOf(params)
  // The email's links replace the whole page: its frame could show none of them.
  const html = message.html.replace('<head>', '<head><base target="_top">')
  return (
    <div className="page page-narrow stack">
      <p>
        <a href="/dev/outbox">All emails</a>
      </p>
      <h1 dir="auto">{message.subject}</h1>
      <MailDisabledNotice />
      <div className="stack">
        <dl className="details">
          <dt>To</dt>
          <dd dir="ltr">{message.recipient}</dd>
          <dt>From</dt>
          <dd dir="ltr">{settings().MAIL_FROM}</dd>
          <dt>Kind</dt>
          <dd>{emailLabel(message.kind)}</dd>
          <dt>Created</dt>
          <dd>
            <Timestamp date={message.createdAt} />
          </dd>
          <dt>Status</dt>
          <dd>
            <EmailStatus message={message} />
          </dd>
          <dt>Message-ID</dt>
          <dd dir="ltr">{message.messageId}</dd>
          {message.link && (
            <>
              <dt>Link</dt>
              <dd dir="ltr">
                <a href={message.link}>{message.link}</a>
              </dd>
            </>
          )}
          {message.code && (
            <>
              <dt>Code</dt>
              <dd dir="ltr">{message.code}</dd>
            </>
          )}
          {message.outdated && (
            <>
              <dt>Link</dt>
              <dd>No longer valid: it was used, replaced or has expired.</dd>
            </>
          )}
        </dl>
      </div>
      <h2>As HTML</h2>
      <iframe className="email-html" title="HTML" srcDoc={html} sandbox="allow-top-navigation-by-user-activation" />
      <h2>Plain text</h2>
      <pre className="email-text">{message.text}</pre>
    </div>
  )
}
