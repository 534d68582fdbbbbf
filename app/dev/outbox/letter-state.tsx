import type { ListedLetter } from '#lib/mail/list-letters'
import { settings } from '#lib/settings'

/** What became of a letter. */
export function LetterState({ letter: { state, attempts, error } }: { letter: ListedLetter }) {
  const tried = attempts > 0 && state !== 'sent' ? `, ${attempts} attempt${attempts === 1 ? '' : 's'}${error ? `: ${error}` : ''}` : ''
  return (
    <p className="letter-state" data-state={state}>
      {state}
      {tried}
    </p>
  )
}

/** Says why nothing is sent, where nothing is. */
export function KeptHere() {
  if (settings().SMTP_URL) return null
  return <p className="notice">Kept here: no mail server is configured. Set SMTP_URL to have letters sent.</p>
}
