import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { listLetters } from '#lib/mail/list-letters'
import { settings } from '#lib/settings'
import { pageTitle } from '../../_ui/page-title.ts'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { KeptHere, LetterState } from './letter-state.tsx'

/** Letters shown at once. */
const LIMIT = 100

/** Whoever reads these letters has the accounts: outside of development there is no such page. */
function onlyInDevelopment(): void {
  if (settings().production) notFound()
}

export function generateMetadata(): Metadata {
  onlyInDevelopment()
  return { title: pageTitle('Outbox') }
}

export default async function OutboxPage() {
  onlyInDevelopment()
  const letters = await listLetters(LIMIT)
  return (
    <div className="outbox">
      <h1>Outbox</h1>
      <KeptHere />
      {letters.length === 0 ? (
        <p className="empty">No letters yet. Ask for a new password or change an address, and its letter appears here.</p>
      ) : (
        <ol className="letters">
          {letters.map((letter) => (
            <li key={letter.id}>
              <a href={`/dev/outbox/${letter.id}`} dir="auto">
                {letter.subject}
              </a>
              <p className="where">
                <span dir="ltr">{letter.recipient}</span> <span>{letter.kind}</span> <Timestamp date={letter.createdAt} />
              </p>
              <LetterState letter={letter} />
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
