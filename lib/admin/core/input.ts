/** What of a form's input is checked and written for any model: what was left out, links, accounts, what is unique. */
import type { Transaction } from '../../db/client.ts'
import { uniqueViolation } from '../../db/errors.ts'
import { ValidationFailed } from '../../errors.ts'
import type { FieldValue, FieldValues } from '../../fields/validate.ts'
import type { UserPermissions } from '../../permissions/user-permissions.ts'
import { hooksOf } from '../hooks-of.ts'
import { accountFields } from './account-fields.ts'
import type { AdminField, FieldKind, ModelAdmin } from './declaration.ts'
import { delegateOf } from './delegate.ts'
import { formFields, idsOf, LINKED_ID, manyFields } from './read-object.ts'
import { difference, requireExisting } from './related-rows.ts'
import { requireGrantable, requireGroupsGrantable } from './user-guard.ts'

/** What a form of Django's holds where nothing was entered; otherwise an empty text. */
const EMPTY: Partial<Record<FieldKind, FieldValue>> = { boolean: false, datetime: null, integer: null, account: null }

/** What is left out is as it is in an empty form, as in Django's. */
export function completed(admin: ModelAdmin, input: FieldValues): FieldValues {
  const missing = formFields(admin, admin.addFieldsets).flatMap((field) => {
    const { kind, column, initial = kind in EMPTY ? EMPTY[kind] : '' } = admin.fields[field] as AdminField
    return column === undefined || input[field] !== undefined ? [] : [[field, initial] as const]
  })
  return { ...Object.fromEntries(missing), ...input }
}

/** @throws PermissionDenied where something is given or taken that the staff member does not have */
export async function requireMayGrant(
  tx: Transaction,
  permissions: UserPermissions,
  kind: 'groups' | 'permissions',
  moved: number[],
): Promise<void> {
  await (kind === 'permissions' ? requireGrantable(tx, permissions, moved) : requireGroupsGrantable(tx, permissions, moved))
}

/** @throws ValidationFailed for an account that there is not */
export async function requireAccounts(admin: ModelAdmin, input: FieldValues, tx: Transaction): Promise<void> {
  for (const field of accountFields(admin)) {
    const id = input[field]
    if (typeof id === 'number') await requireExisting(tx, 'account', field, [id])
  }
}

/** Gives and takes groups and permissions. @returns the names of the fields that changed by it */
export async function link(
  admin: ModelAdmin,
  id: number,
  input: FieldValues,
  before: Readonly<Record<string, unknown>> | null,
  permissions: UserPermissions,
  tx: Transaction,
): Promise<string[]> {
  const changed: string[] = []
  for (const [field, { kind, relation }] of manyFields(admin)) {
    const wanted = input[field]
    if (!Array.isArray(wanted)) continue
    const { added, removed, both } = difference(before === null ? [] : idsOf(before[field]), wanted)
    await requireExisting(tx, kind === 'permissions' ? 'permission' : 'group', field, added)
    await requireMayGrant(tx, permissions, kind, both)
    if (both.length === 0) continue
    const key = LINKED_ID[kind]
    const links = { deleteMany: { [key]: { in: removed } }, createMany: { data: added.map((one) => ({ [key]: one })) } }
    await delegateOf(admin, tx).update({ where: { id }, data: { [relation]: links }, select: { id: true } })
    changed.push(field)
  }
  return changed
}

/** A column's own name, where Prisma's differs by its case alone. */
const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The field error behind a value that another row has; the error itself otherwise. */
export function takenError(error: unknown, admin: ModelAdmin, input: FieldValues): unknown {
  const { fields, verboseName } = admin
  const { taken } = hooksOf(admin)
  if (taken) return taken(error, input) ?? error
  const violated = uniqueViolation(error)
  if (violated === null) return error
  const unique = Object.entries(fields).filter(([field, { unique: is }]) => is && input[field] !== undefined)
  const [field, declared] = unique.find(([, { column }]) => violated.includes(toSnakeCase(column as string))) ?? unique[0] ?? []
  if (field === undefined || declared === undefined) return error
  return new ValidationFailed({ [field]: [`object_exists:${verboseName} with this ${declared.label.toLowerCase()}`] })
}
