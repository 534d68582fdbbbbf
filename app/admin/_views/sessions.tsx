import { sessionAdmin } from '#lib/admin/sessions/declaration'
import { Ago } from '../../_ui/timestamp.tsx'
import { accountCell } from '../_list/cells.tsx'
import { viewOf } from '../_list/list-view.ts'
import { eventLabel } from '../_ui/event-label.ts'
import { Flag } from '../_ui/flag.tsx'

const KINDS: Record<string, string> = { browser: 'Browser', api: 'API client' }

export const sessionView = viewOf(sessionAdmin, {
  empty: 'Nobody has signed in yet.',
  cells: {
    user_id: ({ user_id, email }) => accountCell(user_id, email),
    kind: ({ kind, device }) => `${KINDS[kind] ?? kind}: ${device}`,
    last_used_at: ({ last_used_at }, { now }) => <Ago date={new Date(last_used_at)} now={now} />,
    state: ({ ended_at, end_reason, expires_at }, { now }) => {
      if (ended_at !== null) return <Flag value={false} words={['', `Ended: ${eventLabel(end_reason ?? 'ended').toLowerCase()}`]} />
      return new Date(expires_at) > now ? <Flag value words={['Open', '']} /> : <Flag value={false} words={['', 'Expired']} />
    },
  },
})
