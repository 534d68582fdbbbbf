/** Rows as their declaration has them: where they are, their values as JSON, and what a form writes into them. */
import { type Database, database, provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { DateTime } from '../../fields/choice.ts'
import type { FieldValue, FieldValues } from '../../fields/text.ts'
import type { AdminField, ModelDeclaration } from './declaration.ts'

// biome-ignore lint/suspicious/noExplicitAny: which columns a row has, only its declaration knows
export type Row = any

/** What the admin area uses of a model's Prisma delegate. Which model it is, only the declaration knows. */
interface Delegate {
  findMany(args: object): Promise<Row[]>
  findUnique(args: object): Promise<Row | null>
  count(args?: object): Promise<number>
  create(args: object): Promise<Row>
  update(args: object): Promise<Row>
  updateMany(args: object): Promise<unknown>
  delete(args: object): Promise<unknown>
}

/**
 * A model's delegate. Prisma types each by its own model, and which one this is, is known only when it runs: hence the cast.
 * @param delegate the name of a Prisma model, as the client has it: `outboxMail`
 */
export const delegateOf = ({ delegate }: { delegate: string }, tx: Transaction | Database = database()): Delegate =>
  (tx as unknown as Record<string, Delegate>)[delegate] as Delegate

export type Value = string | number | boolean | null

/** What reading and writing rows needs of a declaration. */
interface StoredModel extends Pick<ModelDeclaration, 'delegate' | 'table' | 'related'> {
  fields: Readonly<Record<string, AdminField>>
}

/** The values of a row's own fields; times as ISO 8601 in UTC. */
export const valuesOf = ({ fields }: Pick<StoredModel, 'fields'>, row: Row): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, { column }]) => {
      if (column === undefined) return []
      const value: Value | Date = row[column] ?? null
      return [[field, value instanceof Date ? value.toISOString() : value]]
    }),
  )

/** A field's value as its column takes it. */
function toColumn({ nullable }: AdminField, value: FieldValue) {
  if (value === '' && nullable) return null
  return value instanceof DateTime ? value.at : value
}

/** @param values by the names of fields that have columns @returns Prisma's `data` */
export const columnsOf = ({ fields }: StoredModel, values: FieldValues): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) => {
      const declared = fields[field]
      return declared?.column === undefined || value === undefined ? [] : [[declared.column, toColumn(declared, value)]]
    }),
  )

/** Holds a row until the transaction ends, by a write that changes nothing, with which one in SQLite must begin. */
export async function lockRow(model: StoredModel, id: number, tx: Transaction): Promise<void> {
  await delegateOf(model, tx).updateMany({ where: { id }, data: { id } })
}

/** The same for a row that is to be deleted: waits as well for those who write something that refers to it. */
export async function lockRowForDeletion(model: StoredModel, id: number, tx: Transaction): Promise<void> {
  await lockRow(model, id, tx)
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT 1 FROM ${Prisma.raw(`"${model.table}"`)} WHERE id = ${id} FOR UPDATE`
}

/** Deletes a row with what belongs to it. */
export async function deleteRow(model: StoredModel, id: number, tx: Transaction): Promise<void> {
  const { fields, related = [] } = model
  const relations = [
    ...Object.values(fields).flatMap(({ through }) => (through ? [through.relation] : [])),
    ...related.map((one) => one.relation),
  ]
  const data = Object.fromEntries(relations.map((relation) => [relation, { deleteMany: {} }]))
  if (relations.length > 0) await delegateOf(model, tx).update({ where: { id }, data, select: { id: true } })
  await delegateOf(model, tx).delete({ where: { id }, select: { id: true } })
}
