/** An object of any model: read, compared, and what its pages ask of its declaration and its hooks. */
import { type Database, database, type Transaction } from '../../db/client.ts'
import { type Effect, findReferences, type Reference } from '../../db/references.ts'
import { idsIn } from '../../fields/choice.ts'
import type { Context, Result } from '../../http/endpoint.ts'
import { entityTag } from '../../http/negotiation.ts'
import { hasPermission, type UserPermissions } from '../../permissions/user-permissions.ts'
import { hooksOf } from '../hooks-of.ts'
import { listPermissions, type PermissionItem } from '../permissions/list-permissions.ts'
import { accountFields } from './account-fields.ts'
import { type AdminField, type ModelAdmin, permissionFor } from './declaration.ts'
import { maxIdOf, notFound, readObjectId } from './object-id.ts'
import { delegateOf, type Value, valuesOf } from './rows.ts'
import { versionOf } from './versions.ts'

/** What a field of many holds: groups, or permissions. */
export type Linked = { id: number; name: string } | PermissionItem

/** An object as its form shows it: its fields by name, and how much belongs to it. */
export type ObjectDetail = { id: number; version: string } & Record<string, Value | Linked[]>

type ObjectModel = Pick<
  ModelAdmin,
  'appLabel' | 'model' | 'delegate' | 'table' | 'key' | 'fields' | 'fieldsets' | 'related' | 'readonlyFields' | 'path'
>

type ManyKind = 'groups' | 'permissions'

export const isMany = (field: AdminField): field is AdminField & { kind: ManyKind } =>
  field.kind === 'groups' || field.kind === 'permissions'

/** The column of a table between that names a group or permission, as Prisma calls it. */
export const LINKED_ID = { groups: 'groupId', permissions: 'permissionId' } as const

/** The fields that another table holds, with its relation. */
export const manyFields = ({ fields }: Pick<ObjectModel, 'fields'>): [string, { kind: ManyKind; relation: string }][] =>
  Object.entries(fields).flatMap(([field, declared]) =>
    isMany(declared) && declared.through ? [[field, { kind: declared.kind, relation: declared.through.relation }]] : [],
  )

/** The names of the fields that a form has and that may be changed. */
export const formFields = ({ readonlyFields }: Pick<ModelAdmin, 'readonlyFields'>, fieldsets: ModelAdmin['fieldsets']): string[] =>
  fieldsets.flatMap(({ fields }) => fields).filter((field) => !readonlyFields.includes(field))

/** Groups, or permissions, by their ids; in the order of their names. */
async function linkedRows(kind: ManyKind, ids: number[], tx: Transaction | Database): Promise<Linked[]> {
  if (kind === 'permissions') return listPermissions(ids, tx)
  return tx.group.findMany({ where: { id: { in: ids } }, orderBy: { name: 'asc' }, select: { id: true, name: true } })
}

/** The ids of what a field of many holds. */
export const idsOf = (linked: unknown): number[] => (linked as Linked[]).map(({ id }) => id)

export const nameOfLinked = (row: Linked): string => ('label' in row ? row.label : row.name)

/** @param given as an address names it; null when there is no such object */
export async function readObject<Detail extends object = ObjectDetail>(
  model: ObjectModel,
  given: string | number,
  tx: Transaction | Database = database(),
): Promise<Detail | null> {
  const id = readObjectId(given, maxIdOf(model))
  const many = manyFields(model)
  const include = {
    ...Object.fromEntries(many.map(([, { relation }]) => [relation, true])),
    ...(model.related.length > 0 && { _count: { select: Object.fromEntries(model.related.map(({ relation }) => [relation, true])) } }),
  }
  const row = id === null ? null : await delegateOf(model, tx).findUnique({ where: { id }, include })
  if (id === null || row === null) return null
  const own = valuesOf(model, row)
  const linked: Record<string, Value | Linked[]> = {}
  for (const [field, { kind, relation }] of many) {
    const rows: Record<string, number>[] = row[relation]
    linked[field] = await linkedRows(
      kind,
      rows.map((one) => one[LINKED_ID[kind]] as number),
      tx,
    )
  }
  for (const { name, relation } of model.related) linked[name] = row._count[relation]
  const detail = { ...own, ...linked }
  // The form shows an account by its address: sent back after that went to another account, it would name the other one.
  const accounts = accountFields(model)
    .map((field) => Number(detail[field]))
    .filter((account) => account > 0)
  const holders = accounts.length === 0 ? [] : await tx.user.findMany({ where: { id: { in: accounts } }, orderBy: { id: 'asc' } })
  const values = formFields(model, model.fieldsets).map((field) => {
    const value = detail[field]
    return Array.isArray(value) ? value.map((one) => one.id) : value
  })
  const state = [...values, ...holders.map(({ email }) => email)]
  const shown = hooksOf(model).detail?.(row, linked) ?? detail
  return { ...shown, id, version: await versionOf(model, id, state, tx) } as Detail
}

/** @throws ApiError 404 */
export async function readResult(model: ObjectModel, { params }: Pick<Context, 'params'>): Promise<Result> {
  const object = await readObject(model, params.id ?? '')
  if (!object) throw notFound()
  return { body: object, headers: { ETag: entityTag(object) } }
}

/**
 * What a change made of a field, from old to new: kept in the audit log beside Django's log entry, which names fields alone. A text
 * or a flag; of what is many, what came and what went, by its name. Never a secret.
 */
export type FieldChange = { from: string | boolean; to: string | boolean } | { added: string[]; removed: string[] }

/** By the field's name, as the API has it. */
export type FieldChanges = Record<string, FieldChange>

/** Between two sets of named things; null where they are the same. */
function setChange<Thing extends { id: number }>(
  before: readonly Thing[],
  after: readonly Thing[],
  nameOf: (thing: Thing) => string,
): FieldChange | null {
  const without = (these: readonly Thing[], those: readonly Thing[]) => {
    const ids = new Set(those.map(({ id }) => id))
    return these.filter(({ id }) => !ids.has(id)).map(nameOf)
  }
  const [added, removed] = [without(after, before), without(before, after)]
  return added.length + removed.length === 0 ? null : { added, removed }
}

/** Between two values; null where they are the same. */
const valueChange = (from: string | boolean, to: string | boolean): FieldChange | null => (from === to ? null : { from, to })

const shown = (value: Value | undefined): string | boolean => (typeof value === 'boolean' ? value : String(value ?? ''))

/** From what to what each field went, of those that an object's form has. */
export function changesBetween(model: ObjectModel, before: ObjectDetail, after: ObjectDetail): FieldChanges {
  const found = formFields(model, model.fieldsets).map((field): [string, FieldChange | null] => {
    const [from, to] = [before[field], after[field]]
    if (Array.isArray(from) || Array.isArray(to)) return [field, setChange((from ?? []) as Linked[], (to ?? []) as Linked[], nameOfLinked)]
    return [field, valueChange(shown(from), shown(to))]
  })
  return Object.fromEntries(found.filter((entry): entry is [string, FieldChange] => entry[1] !== null))
}

/** What saving a form would change of an object. @param typed as the form came back, by the fields' names */
export async function differencesOf(model: ObjectModel, object: ObjectDetail, typed: Record<string, string>): Promise<FieldChanges> {
  const wanted: ObjectDetail = { ...object }
  for (const field of formFields(model, model.fieldsets)) {
    const [declared, value] = [model.fields[field], typed[field]]
    if (declared === undefined || value === undefined) continue
    if (isMany(declared)) wanted[field] = await linkedRows(declared.kind, idsIn(value), database())
    else wanted[field] = declared.kind === 'boolean' ? value === 'true' : value
  }
  return changesBetween(model, object, wanted)
}

/** Rows of tables that the declaration does not name, as the database's foreign keys know them. */
export const referencesTo = ({ table, fields, related }: ObjectModel, id: number, tx: Transaction | Database): Promise<Reference[]> => {
  const own = [...related.map((one) => one.table), ...Object.values(fields).flatMap(({ through }) => (through ? [through.table] : []))]
  return findReferences(tx, new Map([[table, `"id" IN (${id})`]]), new Set(own))
}

/** What a deletion of an object does to other rows; nothing where there are none. */
export async function deletionPreview(
  model: ObjectModel,
  object: ObjectDetail,
): Promise<{ label: string; count: number; effect?: Effect }[]> {
  const many = Object.entries(model.fields).flatMap(([field, { label, through }]) => {
    const value = object[field]
    return through && Array.isArray(value) ? [{ label, count: value.length }] : []
  })
  const declared = [...model.related.map(({ name, label }) => ({ label, count: Number(object[name]) })), ...many]
  const others = await referencesTo(model, object.id, database())
  return [...declared.filter(({ count }) => count > 0), ...others.map(({ table, ...rest }) => ({ label: table, ...rest }))]
}

export interface Objects {
  /** @param given as an address names it; null when there is no such object */
  read(given: string): Promise<ObjectDetail | null>
  /** The fields that staff may change of an object; none where they may only look at it. */
  editable(permissions: UserPermissions, object: ObjectDetail): Promise<Set<string>>
  mayDelete(permissions: UserPermissions, object: ObjectDetail): Promise<boolean>
  /** Whether the password must have been entered recently to add one. */
  addNeedsRecentAuthentication: boolean
  /** What saving a form would change. @param typed as the form came back, by the fields' names */
  differences(object: ObjectDetail, typed: Record<string, string>): Promise<FieldChanges>
  /** What a deletion of an object does to other rows. */
  deletionPreview(object: ObjectDetail): Promise<{ label: string; count: number; effect?: Effect }[]>
}

/** @param admin of a model whose objects have pages (hasObjects) */
export function objectsOf(admin: ModelAdmin): Objects {
  const hooks = hooksOf(admin)
  const may = (permissions: UserPermissions, action: 'change' | 'delete') => hasPermission(permissions, permissionFor(admin, action))
  return {
    read: (given) => readObject(admin, given),
    editable: async (permissions, object) =>
      hooks.editable?.(permissions, object) ?? new Set(may(permissions, 'change') ? formFields(admin, admin.fieldsets) : []),
    mayDelete: async (permissions, object) => hooks.mayDelete?.(permissions, object) ?? may(permissions, 'delete'),
    addNeedsRecentAuthentication: hooks.addNeedsRecentAuthentication === true,
    differences: (object, typed) => differencesOf(admin, object, typed),
    deletionPreview: async (object) => hooks.deletionPreview?.(object.id) ?? deletionPreview(admin, object),
  }
}
