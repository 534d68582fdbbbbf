/** What of a form's input is checked and written for any model: what was left out, links, accounts, what is unique. */
import { provider, type Transaction, uniqueViolation } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { type FieldErrors, ValidationFailed } from '../../errors.ts'
import { MAX_ID, MAX_INTEGER } from '../../fields/choice.ts'
import type { FieldValue, FieldValues } from '../../fields/text.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { loadPermissions, type UserPermissions } from '../../permissions/user-permissions.ts'
import { findUserByEmail } from '../../users/user.ts'
import { hooksOf } from '../hooks-of.ts'
import { accountFields, maySeeEmails } from './account-fields.ts'
import type { AdminField, FieldKind, ModelAdmin } from './declaration.ts'
import { formFields, idsOf, LINKED_ID, manyFields } from './read-object.ts'
import { delegateOf } from './rows.ts'
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

const { empty, join, raw } = Prisma

/** What is added and what taken away between two sets of ids. */
function difference(before: number[], after: number[]): { added: number[]; removed: number[]; both: number[] } {
  const added = after.filter((id) => !before.includes(id))
  const removed = before.filter((id) => !after.includes(id))
  return { added, removed, both: [...added, ...removed] }
}

const TABLES = { account: 'accounts_user', group: 'auth_group', permission: 'auth_permission' } as const

/**
 * Requires that the rows to be linked with an object exist, until the transaction ends.
 * @throws ValidationFailed naming the first id that does not exist (Django REST framework's PrimaryKeyRelatedField)
 */
async function requireExisting(tx: Transaction, kind: keyof typeof TABLES, field: string, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  const possible = ids.filter((id) => id <= (kind === 'account' ? MAX_ID : MAX_INTEGER))
  const found = possible.length === 0 ? [] : await keep(tx, kind, possible)
  const missing = ids.find((id) => !found.includes(id))
  if (missing !== undefined)
    throw new ValidationFailed({ [field]: [`${kind === 'account' ? 'unknown_account' : 'unknown_object'}:${missing}`] })
}

/** Keeps rows from being deleted until the transaction ends. @returns the ids of those that exist */
async function keep(tx: Transaction, kind: keyof typeof TABLES, ids: number[]): Promise<number[]> {
  const table = raw(TABLES[kind])
  const rows = await tx.$queryRaw<{ id: unknown }[]>`
    SELECT id FROM ${table} WHERE id IN (${join(ids)}) ORDER BY id ${provider() === 'postgresql' ? raw('FOR KEY SHARE') : empty}`
  return rows.map(({ id }) => Number(id))
}

/** An address and not a number. */
const isEmail = (value: FieldValue | undefined): value is string => typeof value === 'string' && value.includes('@')

/** The ids of the accounts that an input names by email address, and what is wrong with the others. */
async function findAccounts(admin: Pick<ModelAdmin, 'fields'>, input: FieldValues, { client, principal }: AuthenticatedContext) {
  const named = accountFields(admin).filter((field) => isEmail(input[field]))
  const ids: Record<string, number> = {}
  const errors: FieldErrors = {}
  if (named.length === 0) return { ids, errors }
  // The API takes ids alone; to staff who may not see accounts no answer tells whether an address has one.
  const mayFind = client === 'browser' && maySeeEmails(await loadPermissions(principal.user))
  for (const field of named) {
    const user = mayFind ? await findUserByEmail(input[field] as string) : null
    if (user) ids[field] = user.id
    else errors[field] = [mayFind ? 'unknown_email' : 'not_an_integer']
  }
  return { ids, errors }
}

/** What is wrong with the email addresses by which an input names accounts. */
export const accountErrors = async (
  admin: Pick<ModelAdmin, 'fields'>,
  input: FieldValues,
  context: AuthenticatedContext,
): Promise<FieldErrors> => (await findAccounts(admin, input, context)).errors

/**
 * An input with ids in place of email addresses.
 * @throws ValidationFailed for an address that no account has, and for any from an API client
 */
export async function withAccountIds(
  admin: Pick<ModelAdmin, 'fields'>,
  input: FieldValues,
  context: AuthenticatedContext,
): Promise<FieldValues> {
  const { ids, errors } = await findAccounts(admin, input, context)
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return { ...input, ...ids }
}
