import { type MailItem, outboxAdmin } from '#lib/admin/outbox/declaration'
import { may } from '#lib/users/rights'
import { Timestamp } from '../../_ui/timestamp.tsx'
import { viewOf } from '../_list/list-view.ts'
import { countWords } from '../_ui/admin-words.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'
import { RowButton } from '../_ui/row-button.tsx'

/** What became of a mail, when, and what stood against it. */
export function MailState({ mail: { state, attempts, last_error, sent_at, failed_at, next_attempt_at } }: { mail: MailItem }) {
  const at = sent_at ?? failed_at ?? next_attempt_at
  return (
    <span className="mail-state">
      {state === 'waiting' ? <span className="mark-waiting">Waiting</span> : <Flag value={state === 'sent'} words={['Sent', 'Given up']} />}
      {at !== null && (
        <span className="mail-time">
          {state === 'waiting' && 'Tried next '}
          <Timestamp date={new Date(at)} />
        </span>
      )}
      {(state !== 'sent' || attempts > 1) && attempts > 0 && (
        <span className="mail-time">
          {countWords(attempts, 'attempt', 'attempts')}
          {last_error !== null && (
            <>
              : <span dir="ltr">{last_error}</span>
            </>
          )}
        </span>
      )}
    </span>
  )
}

export const outboxView = viewOf(outboxAdmin, {
  empty: 'No mail has been written in the last days.',
  cells: {
    kind: ({ kind }) => eventLabel(kind),
    state: (mail) => <MailState mail={mail} />,
  },
  rowAction: async (mails, { rights, here }) => {
    if (!may(rights, 'accounts.change_outboxmail') || mails.every(({ state }) => state === 'sent')) return null
    return ({ id, recipient, state }) =>
      state === 'sent' ? null : (
        <RowButton
          action={`/api/admin/outbox/${id}/resend/`}
          label={state === 'failed' ? 'Send again' : 'Send now'}
          of={`to ${recipient}`}
          next={here}
        />
      )
  },
})
