import { SESSION_KINDS, type SessionItem, sessionAdmin } from '#lib/admin/models/sessions/declaration'
import { notEditableAmong } from '#lib/admin/models/users/edit-permissions'
import { hasPermission } from '#lib/permissions/user-permissions'
import { Ago } from '../../_ui/timestamp.tsx'
import { RowButton } from '../_list/actions.tsx'
import { accountCell, eventLabel, Flag } from '../_ui/values.tsx'
import { viewOf } from './view.ts'

const isOpen = ({ ended_at, expires_at }: SessionItem, now: Date) => ended_at === null && new Date(expires_at) > now

export const sessionView = viewOf(sessionAdmin, {
  empty: 'No one has signed in yet.',
  cells: {
    user_id: ({ user_id, email }) => accountCell(user_id, email),
    kind: ({ kind, device }) => `${SESSION_KINDS[kind] ?? kind}: ${device}`,
    last_used_at: ({ last_used_at }, { now }) => <Ago date={new Date(last_used_at)} now={now} />,
    state: (session, { now, sid }) => {
      const { id, ended_at, end_reason } = session
      if (ended_at !== null) return <Flag value={false} words={['', `Ended: ${eventLabel(end_reason ?? 'ended').toLowerCase()}`]} />
      return isOpen(session, now) ? (
        <Flag value words={[id === sid ? 'Open: this session' : 'Open', '']} />
      ) : (
        <Flag value={false} words={['', 'Expired']} />
      )
    },
  },
  rowAction: async (sessions, { permissions, now, here, sid }) => {
    const open = sessions.filter((session) => isOpen(session, now) && session.id !== sid)
    if (!hasPermission(permissions, 'accounts.change_user') || open.length === 0) return null
    const notEditable = await notEditableAmong(
      permissions,
      open.map(({ user_id }) => user_id),
    )
    return (session) =>
      open.includes(session) && !notEditable.has(session.user_id) ? (
        <RowButton
          action={`/api/admin/sessions/${session.id}/?_method=DELETE`}
          label="End"
          of={`the session of ${session.email}: ${session.device}`}
          next={here}
        />
      ) : null
  },
})
