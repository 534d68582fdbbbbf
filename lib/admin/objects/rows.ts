/**
 * Rows as their declaration has them, in whatever table: names of tables and columns come from the declaration alone, values
 * are parameters alone.
 */
import { type Database, database, provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { readDatetime } from '../../fields/choice.ts'
import type { AdminField, ModelDeclaration, Through } from '../declaration.ts'
import { bool, name } from '../list-sql.ts'

const { sql, join, raw } = Prisma
type Sql = Prisma.Sql

export type Value = string | number | boolean | null

/** What reading and writing rows needs of a declaration. */
export interface StoredModel extends Pick<ModelDeclaration, 'table' | 'key' | 'related'> {
  fields: Readonly<Record<string, AdminField>>
}

/** An id as PostgreSQL compares it with any whole column: one that the column cannot hold is none, and no error. */
const id = (value: number | string): Sql =>
  typeof value === 'string' || provider() === 'sqlite' ? sql`${value}` : sql`CAST(${value} AS BIGINT)`

/** The fields that a row holds itself, besides its key. */
const ownFields = ({ fields }: StoredModel) =>
  Object.entries(fields).filter(([field, { column }]) => column !== undefined && field !== 'id')

/** A column's value as JSON has it: times as ISO 8601 in UTC. */
function fromColumn({ kind }: AdminField, value: unknown): Value {
  if (value === null || value === undefined) return null
  if (kind === 'boolean') return Boolean(Number(value))
  if (kind === 'integer' || kind === 'account') return Number(value)
  if (kind === 'datetime') return (value instanceof Date ? value : readDatetime(String(value))).toISOString()
  return String(value)
}

/** A value as its column takes it. @param value as the field handed it on; empty for nothing */
function toColumn({ kind, nullable }: AdminField, value: string): Sql {
  if (kind === 'boolean') return bool(value === 'true')
  if (value === '' && (nullable || kind === 'integer' || kind === 'account' || kind === 'datetime')) return raw('NULL')
  if (kind === 'integer' || kind === 'account') return sql`${Number(value)}`
  return kind === 'datetime' ? sql`${readDatetime(value)}` : sql`${value}`
}

export type Row = { id: number | string } & Record<string, Value>

/** The rows of some keys with their columns, in any order. */
export async function loadRows(model: StoredModel, keys: (number | string)[], tx: Transaction | Database = database()): Promise<Row[]> {
  if (keys.length === 0) return []
  const { table, key } = model
  const own = ownFields(model)
  const columns = own.map(([field, { column }]) => sql`${name(column as string)} AS ${name(field)}`)
  const rows = await tx.$queryRaw<Record<string, unknown>[]>`
    SELECT ${join([sql`${name(key.column)} AS "id"`, ...columns])} FROM ${name(table)}
    WHERE ${name(key.column)} IN (${join(keys.map(id))})`
  return rows.map((row) => ({
    id: key.text ? String(row.id) : Number(row.id),
    ...Object.fromEntries(own.map(([field, declared]) => [field, fromColumn(declared, row[field])])),
  }))
}

/** Holds a row until the transaction ends, by a write that changes nothing, with which one in SQLite must begin. */
export async function lockRow({ table, key }: StoredModel, given: number, tx: Transaction): Promise<void> {
  await tx.$executeRaw`UPDATE ${name(table)} SET ${name(key.column)} = ${name(key.column)} WHERE ${name(key.column)} = ${id(given)}`
}

/** The same for a row that is to be deleted: waits besides for whoever writes something that refers to it. */
export async function lockRowForDeletion(model: StoredModel, given: number, tx: Transaction): Promise<void> {
  await lockRow(model, given, tx)
  const { table, key } = model
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT 1 FROM ${name(table)} WHERE ${name(key.column)} = ${id(given)} FOR UPDATE`
}

type Values = Record<string, string>

const assignments = ({ fields }: StoredModel, values: Values) =>
  Object.entries(values).flatMap(([field, value]) => {
    const declared = fields[field]
    return declared?.column === undefined ? [] : [{ column: name(declared.column), value: toColumn(declared, value) }]
  })

/** @param values by the names of fields that have columns @returns the new row's id */
export async function insertRow(model: StoredModel, values: Values, tx: Transaction): Promise<number> {
  const set = assignments(model, values)
  const rows = await tx.$queryRaw<{ id: unknown }[]>`
    INSERT INTO ${name(model.table)} (${join(set.map(({ column }) => column))}) VALUES (${join(set.map(({ value }) => value))})
    RETURNING ${name(model.key.column)} AS "id"`
  return Number(rows[0]?.id)
}

export async function updateRow(model: StoredModel, given: number, values: Values, tx: Transaction): Promise<void> {
  const set = assignments(model, values).map(({ column, value }) => sql`${column} = ${value}`)
  if (set.length === 0) return
  await tx.$executeRaw`UPDATE ${name(model.table)} SET ${join(set)} WHERE ${name(model.key.column)} = ${id(given)}`
}

/** Deletes a row with what belongs to it. */
export async function deleteRow({ table, key, fields, related = [] }: StoredModel, given: number, tx: Transaction): Promise<void> {
  const between = Object.values(fields).flatMap(({ through }) => (through ? [{ table: through.table, column: through.own }] : []))
  for (const { table: other, column } of [...between, ...related]) {
    await tx.$executeRaw`DELETE FROM ${name(other)} WHERE ${name(column)} = ${id(given)}`
  }
  await tx.$executeRaw`DELETE FROM ${name(table)} WHERE ${name(key.column)} = ${id(given)}`
}

/** How many rows of another table name one. */
export async function countRelated({ table, column }: { table: string; column: string }, given: number, tx: Transaction | Database) {
  const [row] = await tx.$queryRaw<{ n: unknown }[]>`SELECT count(*) AS n FROM ${name(table)} WHERE ${name(column)} = ${id(given)}`
  return Number(row?.n)
}

/** What a row is joined with by the table between. */
export async function linkedIds({ table, own, other }: Through, given: number, tx: Transaction | Database): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: unknown }[]>`SELECT ${name(other)} AS "id" FROM ${name(table)} WHERE ${name(own)} = ${id(given)}`
  return rows.map((row) => Number(row.id))
}

export async function linkRows({ table, own, other }: Through, given: number, added: number[], removed: number[], tx: Transaction) {
  if (removed.length > 0)
    await tx.$executeRaw`DELETE FROM ${name(table)} WHERE ${name(own)} = ${id(given)} AND ${name(other)} IN (${join(removed)})`
  if (added.length > 0)
    await tx.$executeRaw`INSERT INTO ${name(table)} (${name(own)}, ${name(other)}) VALUES ${join(added.map((one) => sql`(${given}, ${one})`))}`
}
