/** Rows that refer to rows that are to be deleted, as the database's own foreign keys know them: also those of tables that are not Latchkey's. */
import { escapeIdentifier } from 'pg'
import { adapterCause, lockUser, provider, type Transaction } from './client.ts'
import { type Effect, type ForeignKey, foreignKeys, quotedTable, shownTable } from './foreign-keys.ts'

export type { Effect } from './foreign-keys.ts'

export interface Reference {
  /** As the database names it; with its schema where that is not on the search path. */
  table: string
  count: number
  effect: Effect
}

/**
 * The rows of tables other than `known` that a deletion would delete, empty or fail on, for any keys and however
 * far the database cascades. Asks in one statement, whose length depends on the foreign keys alone.
 * @param going the rows to be deleted: by table, an SQL condition on its columns
 * @param known tables whose rows the caller handles
 */
export async function findReferences(
  tx: Pick<Transaction, '$queryRawUnsafe'>,
  going: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Promise<Reference[]> {
  const all = (await foreignKeys(tx)).filter(({ table }) => !known.has(table))
  // The loop also visits what it adds.
  const reached = new Set(going.keys())
  for (const parent of reached) for (const key of all) if (key.parent === parent && key.effect === 'delete') reached.add(key.table)
  const keys = all.filter(({ parent }) => reached.has(parent))
  if (keys.length === 0) return []

  const counted = new Map<string, { table: string; effect: Effect; keys: ForeignKey[] }>()
  for (const key of keys) {
    const { table, effect } = key
    const name = `${shownTable(table)} ${effect}`
    counted.set(name, { table, effect, keys: [...(counted.get(name)?.keys ?? []), key] })
  }
  const groups = [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  const columns = groups.map(({ table, effect, keys: by }, index) => {
    const seed = going.get(table)
    const spared = effect !== 'delete' ? ' EXCEPT SELECT tab, id FROM latchkey_gone' : seed ? ` EXCEPT ${seedRows(table, seed)}` : ''
    return `(SELECT count(*) FROM (${by.map((key) => referringRows(key)).join(' UNION ')}${spared}) AS found) AS "n${index}"`
  })
  const [found] = await tx.$queryRawUnsafe<Record<string, unknown>[]>(`${goneRows(going, keys)} SELECT ${columns.join(', ')}`)
  return groups
    .map(({ table, effect }, index) => ({ table: shownTable(table), count: Number(found?.[`n${index}`]), effect }))
    .filter(({ count }) => count > 0)
}

/** Names `latchkey_gone`: what the caller deletes, and what the database deletes with it. UNION ends it where rows go in a circle. */
function goneRows(going: ReadonlyMap<string, string>, keys: ForeignKey[]): string {
  const tables = new Set(keys.flatMap(({ table, parent }) => [table, parent]))
  const seeds = [...going].filter(([table]) => tables.has(table)).map(([table, condition]) => seedRows(table, condition))
  const cascading = keys.filter(({ effect }) => effect === 'delete')
  // PostgreSQL allows one mention of it for all keys together, and SQLite has no LATERAL.
  const steps =
    provider() === 'sqlite' || cascading.length === 0
      ? cascading.map((key) => referringRows(key))
      : [
          `SELECT step.* FROM latchkey_gone AS gone CROSS JOIN LATERAL (${cascading.map((key) => referringRows(key, '')).join(' UNION ALL ')}) AS step`,
        ]
  return `WITH RECURSIVE latchkey_gone (tab, id) AS (${[...seeds, ...steps].join(' UNION ')})`
}

const seedRows = (table: string, condition: string) =>
  `SELECT ${place(table, 'seed', []).join(', ')} FROM ${quotedTable(table)} AS seed WHERE ${condition}`

/** Rows that refer to one of `latchkey_gone` by a key. @param from empty where the query around it names it as `gone` */
function referringRows(
  { table, columns, rowKey, parent, parentColumns, parentRowKey }: ForeignKey,
  from = 'latchkey_gone AS gone, ',
): string {
  const [tab, id] = place(parent, 'parent', parentRowKey)
  const pairs = columns.map((column, index) => `parent.${escapeIdentifier(parentColumns[index] ?? '')} = child.${escapeIdentifier(column)}`)
  return `SELECT ${place(table, 'child', rowKey).join(', ')} FROM ${from}${quotedTable(parent)} AS parent, ${quotedTable(table)} AS child
    WHERE ${tab} = gone.tab AND ${id} = gone.id AND ${pairs.join(' AND ')}`
}

/** Two expressions that tell a row from every other. @param rowKey the key of a table that has no row numbers */
function place(table: string, alias: string, rowKey: string[]): [tab: string, id: string] {
  if (provider() === 'postgresql') return [`${alias}.tableoid`, `${alias}.ctid`]
  const name = `'${table.replaceAll("'", "''")}'`
  if (rowKey.length === 0) return [name, `${alias}._rowid_`]
  return [name, rowKey.map((column) => `quote(${alias}.${escapeIdentifier(column)})`).join(" || ',' || ")]
}

/**
 * Makes a transaction the only one that changes an account, which is about to be deleted, and waits for writes of rows that refer
 * to it. PostgreSQL looks at Django's foreign keys when a transaction ends, which would fail then.
 */
export async function lockUserForDeletion(tx: Transaction, id: number): Promise<void> {
  await lockUser(tx, id)
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR UPDATE`
}

/** Keeps an account from being deleted until the transaction ends, for one that writes what refers to it. */
export async function keepUser(tx: Transaction, id: number): Promise<void> {
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR KEY SHARE`
}

/** The table whose foreign key forbids a deletion, as PostgreSQL's message names it; null where the database does not say. */
export function referringTable(error: unknown): string | null {
  const { originalMessage, message } = adapterCause(error)
  return / on table "([^"]+)"$/.exec((originalMessage ?? message ?? '').trim())?.[1] ?? null
}
