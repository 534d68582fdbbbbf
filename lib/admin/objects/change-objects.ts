/**
 * Objects are added, changed and deleted by their declaration alone, within the permissions of whoever does it: no permission
 * moves that they do not hold.
 */
import { recordEvent } from '../../audit/audit.ts'
import type { Transaction } from '../../db/client.ts'
import { uniqueViolation } from '../../db/errors.ts'
import { requireUnreferenced, ValidationFailed } from '../../errors.ts'
import { MAX_INTEGER } from '../../fields/choice.ts'
import type { FieldValue, FieldValues } from '../../fields/validate.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { entityTag, requireMatch } from '../../http/entity-tag.ts'
import { requireRecentAuthenticationNow } from '../../http/permission.ts'
import type { UserPermissions } from '../../permissions/user-permissions.ts'
import { type AdminField, type FieldKind, type ModelAdmin, objectName, permissionFor } from '../declaration.ts'
import { delegateOf } from '../delegate.ts'
import type { FieldChanges } from '../field-changes.ts'
import { logAddition, logChange, logDeletion } from '../history.ts'
import { notFound, requireObjectId } from '../object-id.ts'
import { difference, requireExisting } from '../related-rows.ts'
import { currentPermissions, requireGrantable, requireGroupsGrantable, withPermissionAudit } from '../users/user-guard.ts'
import { describeConflict, requireUnchanged } from '../versions.ts'
import { accountFields, withAccountIds } from './account-fields.ts'
import {
  changesBetween,
  formFields,
  LINKED_ID,
  type Linked,
  manyFields,
  type ObjectDetail,
  readObject,
  referencesTo,
} from './read-object.ts'
import { columnsOf, deleteRow, lockRow, lockRowForDeletion } from './rows.ts'

type Happened = 'added' | 'changed' | 'deleted'

const ids = (linked: unknown) => (linked as Linked[]).map(({ id }) => id)

/** The audit log's event, in the transaction of Django's log entry. @param object as it is called @param changes from what to what */
async function record(
  tx: Transaction,
  { appLabel, model, auditedAs }: ModelAdmin,
  happened: Happened,
  object: { id: number; name: string },
  changes: FieldChanges,
  logEntryId: number,
  context: AuthenticatedContext,
): Promise<void> {
  const { user, claims } = context.principal
  const who = { actorId: user.id, subjectId: null, sessionId: claims.sid, logEntryId }
  const { id, name } = object
  const told = { name, fields: Object.keys(changes), changes }
  if (auditedAs === 'group') await recordEvent(tx, `group_${happened}`, { ...who, detail: { group: id, ...told } }, context)
  else await recordEvent(tx, `object_${happened}`, { ...who, detail: { model: `${appLabel}.${model}`, object: id, ...told } }, context)
}

/** An object before it is there, or after it: each field empty. */
const emptied = (object: ObjectDetail) =>
  Object.fromEntries(
    Object.entries(object).map(([field, value]) => [field, Array.isArray(value) ? [] : typeof value === 'boolean' ? false : null]),
  ) as ObjectDetail

/** @throws PermissionDenied where something is given or taken that whoever asks does not hold */
async function requireMayGrant(
  tx: Transaction,
  permissions: UserPermissions,
  kind: 'groups' | 'permissions',
  moved: number[],
): Promise<void> {
  await (kind === 'permissions' ? requireGrantable(tx, permissions, moved) : requireGroupsGrantable(tx, permissions, moved))
}

/** @throws ValidationFailed for an account that there is not */
async function requireAccounts(admin: ModelAdmin, input: FieldValues, tx: Transaction): Promise<void> {
  for (const field of accountFields(admin)) {
    const id = input[field]
    if (typeof id === 'number') await requireExisting(tx, 'account', field, [id])
  }
}

/** Gives and takes groups and permissions. @returns the names of the fields that changed by it */
async function link(
  admin: ModelAdmin,
  id: number,
  input: FieldValues,
  before: ObjectDetail | null,
  permissions: UserPermissions,
  tx: Transaction,
) {
  const changed: string[] = []
  for (const [field, { kind, relation }] of manyFields(admin)) {
    const wanted = input[field]
    if (!Array.isArray(wanted)) continue
    const { added, removed, both } = difference(before === null ? [] : ids(before[field]), wanted)
    await requireExisting(tx, kind === 'permissions' ? 'permission' : 'group', field, added)
    await requireMayGrant(tx, permissions, kind, both)
    const key = LINKED_ID[kind]
    const links = { deleteMany: { [key]: { in: removed } }, createMany: { data: added.map((one) => ({ [key]: one })) } }
    await delegateOf(admin, tx).update({ where: { id }, data: { [relation]: links }, select: { id: true } })
    if (both.length > 0) changed.push(field)
  }
  return changed
}

/** An object that is held, as it is now. */
const present = async (admin: ModelAdmin, id: number, tx: Transaction) => (await readObject(admin, id, tx)) as ObjectDetail

/** What the page that a form leads to says of it. */
const shownOf = (admin: ModelAdmin, object: ObjectDetail) => ({
  kind: admin.verboseName,
  object: objectName(admin, object),
  id: String(object.id),
})

/** The values of an input that a row's own columns hold, of the fields that its form has. */
const columnValues = (fields: string[], input: FieldValues): FieldValues => Object.fromEntries(fields.map((field) => [field, input[field]]))

/** A column's own name, where Prisma's differs by its case alone. */
const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The field error behind a value that another row has; the error itself otherwise. */
function taken(error: unknown, { fields, verboseName }: ModelAdmin, input: FieldValues): unknown {
  const violated = uniqueViolation(error)
  if (violated === null) return error
  const unique = Object.entries(fields).filter(([field, { unique: is }]) => is && input[field] !== undefined)
  const [field, declared] = unique.find(([, { column }]) => violated.includes(toSnakeCase(column as string))) ?? unique[0] ?? []
  if (field === undefined || declared === undefined) return error
  return new ValidationFailed({ [field]: [`object_exists:${verboseName} with this ${declared.label.toLowerCase()}`] })
}

/** What a form of Django's holds where nothing was entered; otherwise an empty text. */
const EMPTY: Partial<Record<FieldKind, FieldValue>> = { boolean: false, datetime: null, integer: null, account: null }

/** What is left out is as it is in an empty form, as in Django's. */
function completed(admin: ModelAdmin, input: FieldValues): FieldValues {
  const missing = formFields(admin, admin.addFieldsets).flatMap((field) => {
    const { kind, column, initial = kind in EMPTY ? EMPTY[kind] : '' } = admin.fields[field] as AdminField
    return column === undefined || input[field] !== undefined ? [] : [[field, initial] as const]
  })
  return { ...Object.fromEntries(missing), ...input }
}

/** @throws PermissionDenied; ReauthenticationRequired where permissions are given; ValidationFailed for what is taken, and for what there is not */
export async function addObject(admin: ModelAdmin, given: FieldValues, context: AuthenticatedContext): Promise<Result> {
  const input = await withAccountIds(admin, completed(admin, given), context)
  try {
    return await withPermissionAudit(context, null, async (tx) => {
      const data = columnsOf(admin, columnValues(formFields(admin, admin.addFieldsets), input))
      const { id } = await delegateOf(admin, tx).create({ data, select: { id: true } })
      const permissions = await currentPermissions(tx, context, permissionFor(admin, 'add'))
      await requireAccounts(admin, input, tx)
      if ((await link(admin, id, input, null, permissions, tx)).length > 0) await requireRecentAuthenticationNow(context, tx)
      const object = await present(admin, id, tx)
      const entry = await logAddition(tx, admin, permissions.userId, { id, repr: objectName(admin, object) }, context.now)
      await record(
        tx,
        admin,
        'added',
        { id, name: objectName(admin, object) },
        changesBetween(admin, emptied(object), object),
        entry,
        context,
      )
      const added = await present(admin, id, tx)
      const headers = { Location: `/api/admin/${admin.path}/${added.id}/` }
      return context.storeResult(tx, { status: 201, body: added, headers, flash: { values: shownOf(admin, added) } })
    })
  } catch (error) {
    throw taken(error, admin, input)
  }
}

/** @throws ApiError 404; PermissionDenied; ReauthenticationRequired for permissions; 409 for an outdated form; 412; ValidationFailed */
export async function changeObject(admin: ModelAdmin, given: FieldValues, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id, MAX_INTEGER)
  const input = await withAccountIds(admin, given, context)
  try {
    const changed = await withPermissionAudit(context, null, async (tx) => {
      await lockRow(admin, id, tx)
      const before = await readObject(admin, id, tx)
      if (!before) throw notFound()
      const permissions = await currentPermissions(tx, context, permissionFor(admin, 'change'))
      requireUnchanged(input.version, before.version)
      requireMatch(context.ifMatch, before)
      await requireAccounts(admin, input, tx)
      if ((await link(admin, id, input, before, permissions, tx)).length > 0) await requireRecentAuthenticationNow(context, tx)
      const data = columnsOf(admin, columnValues(formFields(admin, admin.fieldsets), input))
      await delegateOf(admin, tx).update({ where: { id }, data, select: { id: true } })
      const after = await present(admin, id, tx)
      const changes = changesBetween(admin, before, after)
      const fields = Object.keys(changes)
      if (fields.length === 0) return before
      const labels = fields.map((field) => admin.fields[field]?.label ?? field)
      const entry = await logChange(tx, admin, permissions.userId, { id, repr: objectName(admin, after) }, labels, context.now)
      await record(tx, admin, 'changed', { id, name: objectName(admin, after) }, changes, entry, context)
      return present(admin, id, tx)
    })
    return { body: changed, headers: { ETag: entityTag(changed) }, flash: { values: shownOf(admin, changed) } }
  } catch (error) {
    throw await describeConflict(taken(error, admin, input), admin, id)
  }
}

/** @throws ApiError 404; PermissionDenied where somebody would lose what whoever asks does not hold; StillReferenced */
export async function deleteObject(admin: ModelAdmin, context: AuthenticatedContext): Promise<Result> {
  const id = requireObjectId(context.params.id, MAX_INTEGER)
  const deleted = await withPermissionAudit(context, null, async (tx) => {
    await lockRowForDeletion(admin, id, tx)
    const object = await readObject(admin, id, tx)
    if (!object) throw notFound()
    const permissions = await currentPermissions(tx, context, permissionFor(admin, 'delete'))
    for (const [field, { kind }] of manyFields(admin)) await requireMayGrant(tx, permissions, kind, ids(object[field]))
    requireUnreferenced(await referencesTo(admin, id, tx))
    await deleteRow(admin, id, tx)
    const entry = await logDeletion(tx, admin, permissions.userId, { id, repr: objectName(admin, object) }, context.now)
    await record(
      tx,
      admin,
      'deleted',
      { id, name: objectName(admin, object) },
      changesBetween(admin, object, emptied(object)),
      entry,
      context,
    )
    return object
  })
  return { status: 204, body: null, flash: { values: shownOf(admin, deleted) } }
}
