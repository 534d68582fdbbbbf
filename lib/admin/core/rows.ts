/** Rows as their declaration has them: their values as JSON, and what a form writes into them. */
import { provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { DateTime } from '../../fields/choice.ts'
import type { FieldValue, FieldValues } from '../../fields/validate.ts'
import type { AdminField, ModelDeclaration } from './declaration.ts'
import { delegateOf, type Row } from './delegate.ts'

export type Value = string | number | boolean | null

/** What reading and writing rows needs of a declaration. */
export interface StoredModel extends Pick<ModelDeclaration, 'delegate' | 'table' | 'related'> {
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
