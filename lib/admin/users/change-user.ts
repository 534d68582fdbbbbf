import { recordEvent } from '../../audit/audit.ts'
import { database, type Transaction, type User } from '../../db/client.ts'
import { type FieldErrors, PermissionDenied } from '../../errors.ts'
import { accountColumns, type TextColumn, textColumns } from '../../fields/account.ts'
import { canonicalEmail } from '../../fields/email.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { entityTag, requireMatch } from '../../http/entity-tag.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { invalidateOneTimeTokens, isRestorable } from '../../tokens/one-time-token.ts'
import { availableUsername, takenField } from '../../users/create-user.ts'
import { invalidateRecoveryLinks } from '../../users/invalidate-recovery-links.ts'
import { e164 } from '../../users/phone.ts'
import { storedTexts } from '../../users/public-user.ts'
import { type FieldChange, type FieldChanges, setChange, valueChange } from '../field-changes.ts'
import { logChange } from '../history.ts'
import { requireObjectId } from '../object-id.ts'
import { difference, requireExisting } from '../related-rows.ts'
import { describeConflict, requireUnchanged } from '../versions.ts'
import { userAdmin } from './declaration.ts'
import { addressChangedEmail } from './mail.ts'
import { type UserDetail, userDetail, versionOfUser } from './read-user.ts'
import type { ChangeUserInput } from './schema.ts'
import { sendVerificationIfRequired } from './send-verification-if-required.ts'
import { takenFields } from './taken.ts'
import {
  type LockedUser,
  lockUserForEdit,
  refuseOwnAccount,
  requireGrantable,
  requireGroupsGrantable,
  requireRecentAuthenticationFor,
  withPermissionAudit,
} from './user-guard.ts'

/** The fields of yes and no, with their columns. */
export const FLAGS = { is_active: 'isActive', is_staff: 'isStaff', is_superuser: 'isSuperuser' } as const
type Column = (typeof accountColumns)[TextColumn]['column'] | (typeof FLAGS)[keyof typeof FLAGS]

/** The account's texts as they are. @throws ApiError 404 for an address that names no account */
export async function storedTextsOf({ params }: AuthenticatedContext): Promise<Record<string, string>> {
  const user = await database().user.findUnique({ where: { id: requireObjectId(params.id) } })
  return user ? storedTexts(user) : {}
}

/** Whether a change's values belong to somebody else. */
export async function checkChange(values: ChangeUserInput, context: AuthenticatedContext): Promise<FieldErrors> {
  const id = requireObjectId(context.params.id)
  return takenFields(values, context, (await database().user.findUnique({ where: { id } })) ?? { id, phone: '' })
}

/** The columns that a change writes: those that are given and differ, by the field's name. */
function differing(input: ChangeUserInput, user: User): Map<string, [Column, string | boolean]> {
  const found = new Map<string, [Column, string | boolean]>()
  for (const field of textColumns) {
    const { column } = accountColumns[field]
    const value = input[field]
    if (value === undefined || value === user[column]) continue
    // An address in capitals, or with an international domain, is the same in its canonical form.
    if (field === 'email' && value === canonicalEmail(user.email)) continue
    found.set(field, [column, value])
  }
  for (const [field, column] of Object.entries(FLAGS)) {
    const value = input[field as keyof typeof FLAGS]
    if (value !== undefined && value !== user[column]) found.set(field, [column, value])
  }
  return found
}

/**
 * Changes the fields that are given and differ. Permissions are given and taken only by those who have them, staff and superuser
 * status only by superusers, and no one takes their own.
 * @throws ApiError 404; PermissionDenied; ReauthenticationRequired for the address and for permissions; 409 for one's own account, the last superuser and an outdated form; ValidationFailed
 */
export async function changeUser(input: ChangeUserInput, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id)
  const loses = (user: User) =>
    Object.entries(FLAGS).some(([field, column]) => input[field as keyof typeof FLAGS] === false && user[column])
  const username = input.email === undefined ? null : await availableUsername(input.email)
  try {
    const changed = await withPermissionAudit(context, id, async (tx) => {
      const locked = await lockUserForEdit(tx, context, id, 'accounts.change_user', loses)
      const before = await userDetail(locked.target, tx)
      requireUnchanged(input.version, before.version)
      requireMatch(context.ifMatch, before)
      const columns = differing(input, locked.target)
      refusePermissionChanges(columns, locked, context)
      const fields = [...columns.keys()]
      if (input.is_active === false && (await isRestorable(tx, locked.target, context.now))) fields.push('is_active')
      if (await changeGroups(tx, locked, input.groups, before.groups)) fields.push('groups')
      if (await changePermissions(tx, locked, input.user_permissions, before.user_permissions)) fields.push('user_permissions')
      if (fields.length === 0) return before
      await requireRecentAuthenticationFor(tx, fields, context)
      // Also of an account that its owner closed: is_active is false already, but its restore link still works.
      if (fields.includes('is_active') && input.is_active === false) await invalidateRecoveryLinks(tx, id, context.now)
      const user = await write(tx, locked.target, columns, username, context)
      const after = await userDetail(user, tx)
      await writeDown(tx, user, fields, changesBetween(fields, before, after), context)
      return { ...after, version: await versionOfUser(after, tx) }
    })
    return { body: changed, headers: { ETag: entityTag(changed) }, flash: { values: { object: changed.email, id: String(changed.id) } } }
  } catch (error) {
    throw takenField(error, input.username === undefined ? 'email' : 'username') ?? (await describeConflict(error, userAdmin, id))
  }
}

function refusePermissionChanges(
  columns: Map<string, [Column, string | boolean]>,
  { target, permissions }: LockedUser,
  context: AuthenticatedContext,
): void {
  if (!permissions.isSuperuser && (columns.has('is_staff') || columns.has('is_superuser'))) throw new PermissionDenied()
  if (Object.keys(FLAGS).some((flag) => columns.get(flag)?.[1] === false)) refuseOwnAccount(context, target.id)
}

type Given = readonly { id: number }[]

/** @param wanted undefined for no change @returns whether there was any */
export async function changeGroups(
  tx: Transaction,
  { target, permissions }: LockedUser,
  wanted: number[] | undefined,
  before: Given,
): Promise<boolean> {
  if (wanted === undefined) return false
  const { added, removed, both } = difference(
    before.map(({ id }) => id),
    wanted,
  )
  await requireExisting(tx, 'group', 'groups', added)
  await requireGroupsGrantable(tx, permissions, both)
  await tx.userGroup.deleteMany({ where: { userId: target.id, groupId: { in: removed } } })
  await tx.userGroup.createMany({ data: added.map((groupId) => ({ userId: target.id, groupId })) })
  return both.length > 0
}

async function changePermissions(tx: Transaction, { target, permissions }: LockedUser, wanted: number[] | undefined, before: Given) {
  if (wanted === undefined) return false
  const { added, removed, both } = difference(
    before.map(({ id }) => id),
    wanted,
  )
  await requireExisting(tx, 'permission', 'user_permissions', added)
  await requireGrantable(tx, permissions, both)
  await tx.userPermission.deleteMany({ where: { userId: target.id, permissionId: { in: removed } } })
  await tx.userPermission.createMany({ data: added.map((permissionId) => ({ userId: target.id, permissionId })) })
  return both.length > 0
}

async function write(
  tx: Transaction,
  user: User,
  columns: Map<string, [Column, string | boolean]>,
  username: string | null,
  context: AuthenticatedContext,
): Promise<User> {
  const { now } = context
  const data: Partial<User> = Object.fromEntries(columns.values())
  if (data.phone !== undefined) data.phoneE164 = e164(data.phone)
  if (data.email !== undefined) {
    // It is unverified, and links mailed to the former address must no longer act on this account.
    data.emailVerifiedAt = null
    if (user.username === user.email && data.username === undefined && username !== null) data.username = username
    await invalidateOneTimeTokens(tx, user.id, ['password_reset', 'email_change', 'email_change_undo', 'email_verification'], now)
    await enqueueEmail(tx, { kind: 'email_changed', recipient: user.email, userId: user.id, content: addressChangedEmail(data.email) }, now)
  }
  if (data.isActive !== undefined) data.deletionDueAt = null
  if (data.isActive === false) await revokeAllSessions(tx, user.id, 'admin', now)
  const changed = await tx.user.update({ where: { id: user.id }, data })
  if (data.email !== undefined) await sendVerificationIfRequired(tx, changed, now)
  return changed
}

/**
 * Shuts the owner of a closed account out: it can no longer be restored, and is deleted when it is due.
 * @returns false where it cannot be restored anyway
 */
export async function shutOutClosed(tx: Transaction, user: User, context: AuthenticatedContext): Promise<boolean> {
  if (!(await isRestorable(tx, user, context.now))) return false
  await invalidateRecoveryLinks(tx, user.id, context.now)
  await writeDown(tx, user, ['is_active'], {}, context)
  return true
}

/** What became of each field that was given; a user name that followed the address is told, too. */
function changesBetween(fields: string[], before: UserDetail, after: UserDetail): FieldChanges {
  const names = fields.includes('email') ? [...new Set([...fields, 'username'])] : fields
  const changes = names.map((name): [string, FieldChange | null] => {
    if (name === 'groups') return [name, setChange(before.groups, after.groups, (group) => group.name)]
    if (name === 'user_permissions') return [name, setChange(before.user_permissions, after.user_permissions, ({ label }) => label)]
    const field = name as TextColumn | keyof typeof FLAGS
    return [name, valueChange(before[field], after[field])]
  })
  return Object.fromEntries(changes.filter((entry): entry is [string, FieldChange] => entry[1] !== null))
}

/** Django's log entry and the audit log's. @param fields by their names @param changes what became of them */
export async function writeDown(
  tx: Transaction,
  user: User,
  fields: string[],
  changes: FieldChanges,
  context: AuthenticatedContext,
): Promise<void> {
  const { user: actor, claims } = context.principal
  const labels = fields.map((field) => userAdmin.fields[field as keyof typeof userAdmin.fields].label)
  const logEntryId = await logChange(tx, userAdmin, actor.id, { id: user.id, repr: user.email }, labels, context.now)
  const who = { actorId: actor.id, subjectId: user.id, sessionId: claims.sid, logEntryId }
  await recordEvent(tx, 'user_changed', { ...who, detail: { fields, changes } }, context)
}
