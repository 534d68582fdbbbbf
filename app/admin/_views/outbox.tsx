import type { MailItem } from '#lib/admin/models/outbox/declaration'
import { emailLabel } from '#lib/mail/email-types'
import { hasPermission } from '#lib/permissions/user-permissions'
import { settings } from '#lib/settings'
import { formatCount } from '../../_ui/format-text.ts'
import { ShortTimestamp } from '../../_ui/timestamp.tsx'
import { RowButton } from '../_list/actions.tsx'
import { accountCell, Flag, LongValue } from '../_ui/values.tsx'
import type { ListView } from './view.ts'

/** Said of a mail that waits where nothing sends mail; a development machine has a page where it is read. */
function MailDisabledNotice({ id }: { id: number }) {
  if (settings().production) return 'Kept here: no mail server is configured (SMTP_URL)'
  return (
    <>
      Kept here, without SMTP_URL: <a href={`/dev/outbox/${id}`}>read it</a>
    </>
  )
}

/** What became of a mail, when, and why it failed. */
export function MailState({ mail }: { mail: MailItem }) {
  const { id, state, outdated, attempts, last_error, sent_at, failed_at, next_attempt_at } = mail
  const kept = state === 'waiting' && !settings().SMTP_URL
  const at = kept ? null : (sent_at ?? failed_at ?? next_attempt_at)
  return (
    <span className="stack-tight">
      {state === 'waiting' ? <span className="secondary">Waiting</span> : <Flag value={state === 'sent'} words={['Sent', 'Failed']} />}
      {at !== null && (
        <span className="hint">
          {state === 'waiting' && 'Tried next '}
          <ShortTimestamp date={new Date(at)} />
        </span>
      )}
      {kept && (
        <span className="hint">
          <MailDisabledNotice id={id} />
        </span>
      )}
      {outdated && <span className="hint">Its link does not count any more: its reader has to ask for a new one</span>}
      {(state !== 'sent' || attempts > 1) && attempts > 0 && (
        <span className="hint">
          {formatCount(attempts, 'attempt', 'attempts')}
          {last_error !== null && (
            <>
              :{' '}
              <span className="email-error" dir="ltr" title={last_error}>
                {last_error}
              </span>
            </>
          )}
        </span>
      )}
    </span>
  )
}

/** Whether it would be sent: one that is due is under way, and one whose link does not count is not worth it. */
const isSendable = ({ state, outdated, next_attempt_at }: MailItem, now: Date) =>
  !outdated && (state === 'failed' || (next_attempt_at !== null && new Date(next_attempt_at) > now))

export const outboxView: ListView<MailItem> = {
  empty: 'No mail has been written in the last days.',
  cells: {
    recipient: ({ recipient, user_id }) => (user_id === null ? <LongValue text={recipient} /> : accountCell(user_id, recipient)),
    kind: ({ kind }) => emailLabel(kind),
    state: (mail) => <MailState mail={mail} />,
  },
  async rowAction(mails, { permissions, now, here }) {
    if (!hasPermission(permissions, 'accounts.change_outboxmail') || !settings().SMTP_URL || !mails.some((mail) => isSendable(mail, now)))
      return null
    return (mail) =>
      isSendable(mail, now) ? (
        <RowButton
          action={`/api/admin/outbox/${mail.id}/resend/`}
          label={mail.state === 'failed' ? 'Send again' : 'Send now'}
          of={`to ${mail.recipient}`}
          next={here}
        />
      ) : null
  },
}
