import { enqueueVerificationEmail } from '../../../accounts/email-verification/verification-link.ts'
import { mailInvitation } from '../../../accounts/invitation/invite.ts'
import { recordEvent } from '../../../audit/audit.ts'
import type { Transaction, User } from '../../../db/client.ts'
import { PermissionDenied } from '../../../errors.ts'
import { enqueueEmail } from '../../../mail/outbox.ts'
import { makePassword, makeUnusablePassword } from '../../../passwords/hash.ts'
import { settings } from '../../../settings.ts'
import { invalidateOneTimeTokens } from '../../../tokens/one-time-token.ts'
import { activate, deactivate } from '../../../users/activation.ts'
import { availableUsername, createUser, takenField } from '../../../users/create-user.ts'
import { deletePermanently, deletionImpact } from '../../../users/delete-account.ts'
import { e164 } from '../../../users/phone.ts'
import { isRestorable, staffFields } from '../../../users/user.ts'
import type { Changing, Hooks } from '../../core/hooks.ts'
import { lockUserForEdit, refuseOwnAccount } from '../../core/user-guard.ts'
import { byPassword } from './check-input.ts'
import { editableFields, mayDeleteUser } from './edit-permissions.ts'
import { addressChangedEmail } from './emails.ts'
import { passwordSummary } from './password-summary.ts'
import type { AddUserInput, ChangeUserInput } from './schema.ts'

/** Sends a verification email to an address that staff entered, unless EMAIL_VERIFICATION is `none`. */
async function sendVerificationIfRequired(tx: Transaction, user: User, now: Date): Promise<void> {
  if (settings().EMAIL_VERIFICATION !== 'none') await enqueueVerificationEmail(tx, user, now)
}

/** What adding, changing and deleting an account does besides writing its row. */

/** The fields of yes and no, with their columns. */
export const FLAGS = { is_active: 'isActive', is_staff: 'isStaff', is_superuser: 'isSuperuser' } as const

const flags = Object.entries(FLAGS) as [keyof typeof FLAGS, (typeof FLAGS)[keyof typeof FLAGS]][]

/** No one takes their own flags, and only superusers give or take those of staff. */
function refusePermissionChanges({ fields, input, permissions }: Changing<ChangeUserInput>, refuseOwn: () => void): void {
  if (!permissions.isSuperuser && (fields.has('is_staff') || fields.has('is_superuser'))) throw new PermissionDenied()
  if (flags.some(([field]) => fields.has(field) && input[field] === false)) refuseOwn()
}

/**
 * Adds an account without permissions, as Django's add form does. Its username is its email address, which is verified only
 * when its owner opens a link: that of an invitation, which is a link to choose a password, or that of a verification email.
 */
const add: Hooks<AddUserInput>['add'] = async (input, context) => {
  const { email, name, phone, password1 = '' } = input
  const passwordHash = byPassword(input) ? await makePassword(password1) : makeUnusablePassword()
  const username = await availableUsername(email)
  return {
    create: (tx) => createUser(tx, { email, name, phone, username, passwordHash }, context.now),
    added: async (tx, id) => {
      const user = await tx.user.findUniqueOrThrow({ where: { id } })
      if (input.sign_in_by !== 'invitation') {
        await sendVerificationIfRequired(tx, user, context.now)
        return {}
      }
      const sent = await mailInvitation(tx, user, context)
      return sent ? { status: 'invitation_added', detail: { invited: true } } : { status: 'invitation_not_sent' }
    },
  }
}

/**
 * Permissions are given and taken only by those who have them, staff and superuser status only by superusers, and no one takes
 * their own.
 */
const change: Hooks<AddUserInput, ChangeUserInput>['change'] = async (input, context) => {
  const { now } = context
  const username = input.email === undefined ? null : await availableUsername(input.email)
  return {
    check: async (tx, changing) => {
      refusePermissionChanges(changing, () => refuseOwnAccount(context, changing.row.id))
      // Of an account that its owner closed, is_active is false already, but its restore link still works.
      return input.is_active === false && (await isRestorable(tx, changing.row, now)) ? ['is_active'] : []
    },
    write: async (tx, { row, fields }) => {
      const user: User = row
      const columns: Partial<User> = {}
      if (fields.has('phone') && input.phone !== undefined) columns.phoneE164 = e164(input.phone)
      if (fields.has('email') && input.email !== undefined) {
        // It is unverified, and links mailed to the former address must no longer act on this account.
        columns.emailVerifiedAt = null
        if (user.username === user.email && !fields.has('username') && username !== null) columns.username = username
        await invalidateOneTimeTokens(tx, user.id, ['password_reset', 'email_change', 'email_change_undo', 'email_verification'], now)
        const content = addressChangedEmail(input.email)
        await enqueueEmail(tx, { kind: 'email_changed', recipient: user.email, userId: user.id, content }, now)
      }
      if (fields.has('is_active')) await (input.is_active ? activate(tx, user) : deactivate(tx, user, now))
      return columns
    },
    written: async (tx, { row, fields }) => {
      if (fields.has('email')) await sendVerificationIfRequired(tx, await tx.user.findUniqueOrThrow({ where: { id: row.id } }), now)
    },
  }
}

export const userHooks: Hooks<AddUserInput, ChangeUserInput> = {
  add,
  change,
  lock: async (tx, id, how, input, context) => {
    const loses = (user: User) => how === 'delete' || flags.some(([field, column]) => input[field] === false && user[column])
    const { target, permissions } = await lockUserForEdit(tx, context, id, `accounts.${how}_user`, loses)
    if (how === 'delete') refuseOwnAccount(context, id)
    return { row: target, permissions }
  },
  remove: (tx, { row, permissions }, logEntryId, context) => deletePermanently(tx, row, permissions.userId, context, logEntryId),
  record: async (tx, { happened, id, fields, changes, detail = {} }, who, context) => {
    if (happened === 'added') await recordEvent(tx, 'user_added', { ...who, subjectId: id, detail }, context)
    if (happened === 'changed') await recordEvent(tx, 'user_changed', { ...who, subjectId: id, detail: { fields, changes } }, context)
  },
  taken: (error, { username }) => takenField(error, username === undefined ? 'email' : 'username'),
  detail: (user: User, linked) => ({
    ...staffFields(user),
    ...linked,
    password: passwordSummary(user.password),
    // Django opens a closed account and leaves the date.
    deletion_due_at: user.isActive ? null : (user.deletionDueAt?.toISOString() ?? null),
  }),
  editable: editableFields,
  mayDelete: mayDeleteUser,
  deletionPreview: (id) => deletionImpact([id]),
  addNeedsRecentAuthentication: true,
}
