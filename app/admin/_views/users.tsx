import { editDeniedReason } from '#lib/admin/models/users/edit-permissions'
import type { UserDetail } from '#lib/admin/models/users/read-user'
import { SIGN_IN_WAYS } from '#lib/admin/models/users/schema'
import { formatDateTime } from '#lib/mail/render-email'
import { hasPermission } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'
import { RadioGroup } from '../../_ui/field.tsx'
import { PostButton } from '../../_ui/post-button.tsx'
import { PasswordPair, PasswordRow } from './password.tsx'
import { UserActivity } from './user-activity.tsx'
import type { ObjectView } from './view.ts'

/** Whether the password's fields are there at all is up to the style sheet: without it all are. */
const WAYS: { value: (typeof SIGN_IN_WAYS)[number]; label: string; hint: string }[] = [
  { value: 'password', label: 'With a password that you set now', hint: 'Tell it to them by a safe way.' },
  { value: 'invitation', label: 'Send an invitation', hint: 'They are mailed a link with which they choose a password themselves.' },
  {
    value: 'none',
    label: 'No usable password',
    hint: 'No one can sign in until a password is set, or the owner asks for a link to choose one.',
  },
]

const EDIT_DENIED = {
  superuser: 'This is a superuser: only a superuser may change the account.',
  more_permissions: 'This account may do something that you may not, so only someone else may change it.',
}

/** For an account that its owner has never used. */
function SendInvitation({ id }: { id: number }) {
  return (
    <div className="panel stack">
      <p>The owner has not chosen a password yet.</p>
      <PostButton action="/api/admin/users/actions/" fields={{ action: 'send_reset', ids: id, next: `/admin/users/${id}` }}>
        Send the invitation again
      </PostButton>
    </div>
  )
}

const CLOSED_STATES = [
  { value: '', label: 'Leave it closed: its owner can restore it' },
  { value: 'true', label: 'Active: restore the account for its owner' },
  { value: 'false', label: 'Keep the owner out: they can no longer restore it' },
] as const

/** Of a closed account nothing is said unless it is chosen: saving another field must not shut its owner out. */
function ClosedState({ values }: { values: FormState['values'] }) {
  const chosen = CLOSED_STATES.find(({ value }) => value === values.is_active)?.value ?? ''
  return <RadioGroup id="is-active" name="is_active" legend="Closed by its owner" choices={CLOSED_STATES} value={chosen} />
}

/** How the owner of a new account first signs in, and the password where it is by one. */
function SignInWays({ values }: FormState, errorsOf: (field: string) => string[]) {
  const chosen = SIGN_IN_WAYS.find((way) => way === values.sign_in_by) ?? 'password'
  return (
    <>
      <RadioGroup
        id="sign-in-by"
        name="sign_in_by"
        legend="How the owner signs in"
        choices={WAYS}
        value={chosen}
        errors={errorsOf('sign_in_by')}
      />
      <div className="by-password">
        <PasswordPair errorsOf={errorsOf} required={false} />
      </div>
    </>
  )
}

export const userView: ObjectView<UserDetail> = {
  async notices({ id, deletion_due_at, is_active, password, last_login }, { permissions, editable }) {
    const isInvited = is_active && !password.usable && last_login === null && editable.size > 0
    const denied = hasPermission(permissions, 'accounts.change_user') ? await editDeniedReason(permissions, id) : null
    return (
      <>
        {deletion_due_at !== null && (
          <p className="panel">The owner closed this account. It will be deleted on {formatDateTime(new Date(deletion_due_at))}.</p>
        )}
        {isInvited && <SendInvitation id={id} />}
        {denied !== null && <p className="panel">{EDIT_DENIED[denied]}</p>}
      </>
    )
  },
  aside: (user, { permissions, sid, editable }) => (
    <UserActivity user={user} permissions={permissions} sid={sid} mayEnd={editable.size > 0} />
  ),
  fields: {
    password: (user, { editable }) => <PasswordRow user={user} mayChange={editable.size > 0} />,
    is_active: ({ deletion_due_at }, { editable }, { values }) =>
      deletion_due_at !== null && editable.has('is_active') ? <ClosedState values={values} /> : null,
  },
  addLead: 'First what the account needs to exist. Then you can say more about it, and what it may do.',
  addFields: { sign_in_by: SignInWays, password1: () => null, password2: () => null },
  deleteWords: ({ name, email }) => (
    <>
      The account of <bdi>{name}</bdi>, <strong dir="ltr">{email}</strong>, is deleted at once and cannot be had back.
    </>
  ),
}
