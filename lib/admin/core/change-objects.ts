/**
 * Objects are added, changed and deleted by their declaration, with the steps of its hooks, within the permissions of the staff
 * member who does it: no permission moves that they do not have.
 */
import { recordEvent } from '../../audit/audit.ts'
import type { Transaction } from '../../db/client.ts'
import { requireUnreferenced } from '../../errors.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { FieldValues } from '../../fields/text.ts'
import { requireRecentAuthenticationNow } from '../../http/access.ts'
import type { AuthenticatedContext, Result } from '../../http/endpoint.ts'
import { entityTag, requireMatch } from '../../http/negotiation.ts'
import { hooksOf } from '../hooks-of.ts'
import { type ModelAdmin, objectName, permissionFor } from './declaration.ts'
import { logAddition, logChange, logDeletion } from './history.ts'
import type { Addition, Held, Record } from './hooks.ts'
import { completed, link, requireAccounts, requireMayGrant, takenError, withAccountIds } from './input.ts'
import { maxIdOf, notFound, requireObjectId } from './object-id.ts'
import { changesBetween, formFields, idsOf, manyFields, type ObjectDetail, readObject, referencesTo } from './read-object.ts'
import { columnsOf, delegateOf, deleteRow, lockRow, lockRowForDeletion, valuesOf } from './rows.ts'
import { actorOf, currentPermissions, withPermissionAudit } from './user-guard.ts'
import { describeConflict, requireUnchanged, versionAfter } from './versions.ts'

/** The audit event, in the transaction of Django's log entry. */
async function record(tx: Transaction, admin: ModelAdmin, done: Record, logEntryId: number, context: AuthenticatedContext) {
  const who = { ...actorOf(context), logEntryId }
  const own = hooksOf(admin)
  if (own.record) return own.record(tx, done, who, context)
  const { happened, id, name, fields, changes } = done
  const detail = { model: `${admin.appLabel}.${admin.model}`, object: id, name, fields, changes }
  await recordEvent(tx, `object_${happened}`, { ...who, subjectId: null, detail }, context)
}

/** Django's log entry of a change, and the audit event. @returns the log entry's id */
export async function recordChange(
  tx: Transaction,
  admin: ModelAdmin,
  { id, name, fields, changes }: Omit<Record, 'happened'>,
  context: AuthenticatedContext,
): Promise<number> {
  const labels = fields.map((field) => admin.fields[field]?.label ?? field)
  const entry = await logChange(tx, admin, context.principal.user.id, { id, repr: name }, labels, context.now)
  await record(tx, admin, { happened: 'changed', id, name, fields, changes }, entry, context)
  return entry
}

/** An object before it is there, or after it: each field empty. */
const emptied = (object: ObjectDetail) =>
  Object.fromEntries(
    Object.entries(object).map(([field, value]) => [field, Array.isArray(value) ? [] : typeof value === 'boolean' ? false : null]),
  ) as ObjectDetail

/** An object that is held, as it is now. */
const present = async (admin: ModelAdmin, id: number, tx: Transaction) => (await readObject(admin, id, tx)) as ObjectDetail

/** What the page that a form leads to says of it. */
const shownOf = (admin: ModelAdmin, object: ObjectDetail) => ({
  kind: admin.verboseName,
  object: objectName(admin, object),
  id: String(object.id),
})

const requireId = (admin: ModelAdmin, { params }: AuthenticatedContext) => requireObjectId(params.id, maxIdOf(admin))

/** The account that a denial is about. */
const subjectOf = ({ table }: ModelAdmin, id: number) => (table === 'accounts_user' ? id : null)

/** The fields of a form that an input has, by their names. */
const givenOf = (fields: string[], input: FieldValues): FieldValues =>
  Object.fromEntries(fields.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])))

/** What creates the row where no hook says otherwise. */
const rowOf = (admin: ModelAdmin, input: FieldValues): Addition => ({
  create: (tx) =>
    delegateOf(admin, tx).create({ data: columnsOf(admin, givenOf(formFields(admin, admin.addFieldsets), input)), select: { id: true } }),
})

/** @throws PermissionDenied; ReauthenticationRequired where permissions are given; ValidationFailed for what is taken, and for what there is not */
export async function addObject(admin: ModelAdmin, given: FieldValues, context: AuthenticatedContext): Promise<Result> {
  const input = await withAccountIds(admin, completed(admin, given), context)
  const addition = (await hooksOf(admin).add?.(input, context)) ?? rowOf(admin, input)
  try {
    return await withPermissionAudit(context, null, async (tx) => {
      const { id } = await addition.create(tx)
      const permissions = await currentPermissions(tx, context, permissionFor(admin, 'add'))
      await requireAccounts(admin, input, tx)
      if ((await link(admin, id, input, null, permissions, tx)).length > 0) await requireRecentAuthenticationNow(context, tx)
      const { status, detail } = (await addition.added?.(tx, id)) ?? {}
      const object = await present(admin, id, tx)
      const name = objectName(admin, object)
      const entry = await logAddition(tx, admin, permissions.userId, { id, repr: name }, context.now)
      const changes = changesBetween(admin, emptied(object), object)
      await record(tx, admin, { happened: 'added', id, name, fields: Object.keys(changes), changes, detail }, entry, context)
      const added = { ...object, version: versionAfter(object.version, entry) }
      return context.storeResult(tx, {
        status: 201,
        body: added,
        headers: { Location: `/api/admin/${admin.path}/${id}/` },
        ...(admin.addLeadsToObject && { redirect: (next) => next ?? `/admin/${admin.path}/${id}` }),
        flash: { ...(status && { status }), values: shownOf(admin, added) },
      })
    })
  } catch (error) {
    throw takenError(error, admin, input)
  }
}

/** Locks an object's row. @throws ApiError 404; PermissionDenied */
async function hold(
  tx: Transaction,
  admin: ModelAdmin,
  id: number,
  how: 'change' | 'delete',
  input: FieldValues,
  context: AuthenticatedContext,
): Promise<Held> {
  const { lock } = hooksOf(admin)
  if (lock) return lock(tx, id, how, input, context)
  await (how === 'delete' ? lockRowForDeletion : lockRow)(admin, id, tx)
  const row = await delegateOf(admin, tx).findUnique({ where: { id } })
  if (row === null) throw notFound()
  return { row, permissions: await currentPermissions(tx, context, permissionFor(admin, how)) }
}

/** The fields of an input whose columns differ from a row's. An email address is the same in its canonical form. */
function differing(admin: ModelAdmin, input: FieldValues, row: Held['row']): FieldValues {
  const given = givenOf(formFields(admin, admin.fieldsets), input)
  const [before, after] = [valuesOf(admin, row), valuesOf(admin, { ...row, ...columnsOf(admin, given) })]
  const differs = (field: string) => {
    const stored = before[field]
    if (admin.fields[field]?.kind === 'email' && after[field] === canonicalEmail(String(stored))) return false
    return admin.fields[field]?.column !== undefined && after[field] !== stored
  }
  return Object.fromEntries(Object.entries(given).filter(([field]) => differs(field)))
}

/** @throws ApiError 404; PermissionDenied; ReauthenticationRequired for what is sensitive; 409 for an outdated form; 412; ValidationFailed */
export async function changeObject(admin: ModelAdmin, given: FieldValues, context: AuthenticatedContext): Promise<Result> {
  const id = requireId(admin, context)
  const input = await withAccountIds(admin, given, context)
  const steps = (await hooksOf(admin).change?.(input, context)) ?? {}
  try {
    const changed = await withPermissionAudit(context, subjectOf(admin, id), async (tx) => {
      const held = await hold(tx, admin, id, 'change', input, context)
      const before = await present(admin, id, tx)
      requireUnchanged(input.version, before.version)
      requireMatch(context.ifMatch, before)
      await requireAccounts(admin, input, tx)
      const values = differing(admin, input, held.row)
      const changing = { ...held, input, fields: new Set(Object.keys(values)) }
      const further = (await steps.check?.(tx, changing)) ?? []
      const linked = await link(admin, id, input, before, held.permissions, tx)
      const fields = new Set([...changing.fields, ...further, ...linked])
      if (fields.size === 0) return before
      const sensitive = linked.length > 0 || admin.sensitiveFields.some((field) => fields.has(field))
      if (sensitive) await requireRecentAuthenticationNow(context, tx)
      const all = { ...changing, fields }
      const data = { ...columnsOf(admin, values), ...(await steps.write?.(tx, all)) }
      await delegateOf(admin, tx).update({ where: { id }, data, select: { id: true } })
      await steps.written?.(tx, all)
      const after = await present(admin, id, tx)
      const inOrder = Object.keys(admin.fields).filter((field) => fields.has(field))
      const changes = changesBetween(admin, before, after)
      const entry = await recordChange(tx, admin, { id, name: objectName(admin, after), fields: inOrder, changes }, context)
      return { ...after, version: versionAfter(after.version, entry) }
    })
    return { body: changed, headers: { ETag: entityTag(changed) }, flash: { values: shownOf(admin, changed) } }
  } catch (error) {
    throw await describeConflict(takenError(error, admin, input), admin, id)
  }
}

/** @throws ApiError 404; PermissionDenied where someone would lose what the staff member does not have; StillReferenced */
export async function deleteObject(admin: ModelAdmin, context: AuthenticatedContext): Promise<Result> {
  const id = requireId(admin, context)
  const object = await withPermissionAudit(context, subjectOf(admin, id), (tx) => deleteWithin(tx, admin, id, context))
  return { status: 204, body: null, flash: { values: { kind: admin.verboseName, object, id: String(id) } } }
}

/** Deletes an object in a transaction that has nothing read yet. @returns what it was called */
export async function deleteWithin(tx: Transaction, admin: ModelAdmin, id: number, context: AuthenticatedContext): Promise<string> {
  const held = await hold(tx, admin, id, 'delete', {}, context)
  const name = objectName(admin, valuesOf(admin, held.row))
  const logged = () => logDeletion(tx, admin, held.permissions.userId, { id, repr: name }, context.now)
  const { remove } = hooksOf(admin)
  if (remove) {
    await remove(tx, held, await logged(), context)
    return name
  }
  const object = await present(admin, id, tx)
  for (const [field, { kind }] of manyFields(admin)) await requireMayGrant(tx, held.permissions, kind, idsOf(object[field]))
  requireUnreferenced(await referencesTo(admin, id, tx))
  await deleteRow(admin, id, tx)
  const changes = changesBetween(admin, object, emptied(object))
  await record(tx, admin, { happened: 'deleted', id, name, fields: Object.keys(changes), changes }, await logged(), context)
  return name
}
