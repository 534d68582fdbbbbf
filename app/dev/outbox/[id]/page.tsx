import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { type OpenedLetter, openLetter } from '#lib/mail/list-letters'
import { settings } from '#lib/settings'
import { pageTitle } from '../../../_ui/page-title.ts'
import { Timestamp } from '../../../_ui/timestamp.tsx'
import { KeptHere, LetterState } from '../letter-state.tsx'

/** The letter of an address; outside of development there is none, whatever the address says. */
async function letterOf(params: Promise<{ id: string }>): Promise<OpenedLetter> {
  if (settings().production) notFound()
  const { id } = await params
  return (/^\d{1,9}$/.test(id) ? await openLetter(Number(id), new Date(), true) : null) ?? notFound()
}

export async function generateMetadata({ params }: PageProps<'/dev/outbox/[id]'>): Promise<Metadata> {
  return { title: pageTitle((await letterOf(params)).subject) }
}

export default async function LetterPage({ params }: PageProps<'/dev/outbox/[id]'>) {
  const letter = await letterOf(params)
  // The letter's links replace the whole page: its frame could show none of them.
  const html = letter.html.replace('<head>', '<head><base target="_top">')
  return (
    <div className="outbox">
      <p>
        <a href="/dev/outbox">All letters</a>
      </p>
      <h1 dir="auto">{letter.subject}</h1>
      <KeptHere />
      <div className="card">
        <dl>
          <dt>To</dt>
          <dd dir="ltr">{letter.recipient}</dd>
          <dt>From</dt>
          <dd dir="ltr">{settings().MAIL_FROM}</dd>
          <dt>Kind</dt>
          <dd>{letter.kind}</dd>
          <dt>Written</dt>
          <dd>
            <Timestamp date={letter.createdAt} />
          </dd>
          <dt>State</dt>
          <dd>
            <LetterState letter={letter} />
          </dd>
          <dt>Message-ID</dt>
          <dd dir="ltr">{letter.messageId}</dd>
          {letter.link && (
            <>
              <dt>Link</dt>
              <dd dir="ltr">
                <a href={letter.link}>{letter.link}</a>
              </dd>
            </>
          )}
          {letter.code && (
            <>
              <dt>Code</dt>
              <dd dir="ltr">{letter.code}</dd>
            </>
          )}
          {letter.outdated && (
            <>
              <dt>Link</dt>
              <dd>It does not count any more: it was used, replaced or has expired.</dd>
            </>
          )}
        </dl>
      </div>
      <h2>As HTML</h2>
      <iframe className="letter-frame" title="The letter as HTML" srcDoc={html} sandbox="allow-top-navigation-by-user-activation" />
      <h2>As text</h2>
      <pre className="letter-text">{letter.text}</pre>
    </div>
  )
}
