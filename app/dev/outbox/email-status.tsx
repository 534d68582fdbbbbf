import type { ListedEmail } from '#lib/mail/list-emails'
import { settings } from '#lib/settings'

/** What became of an email. */
export function EmailStatus({ message: { state, attempts, error } }: { message: ListedEmail }) {
  const tried = attempts > 0 && state !== 'sent' ? `, ${attempts} attempt${attempts === 1 ? '' : 's'}${error ? `: ${error}` : ''}` : ''
  return (
    <p className="hint">
      <span className={state === 'failed' ? 'badge badge-danger' : 'badge'}>{state}</span>
      {tried}
    </p>
  )
}

/** Says why nothing is sent, where nothing is. */
export function MailDisabledNotice() {
  if (settings().SMTP_URL) return null
  return <p className="panel">Emails aren’t being sent: SMTP_URL is not set.</p>
}
