/** Rows that refer to rows that are to be deleted, as the database's own foreign keys know them: also those of tables that are not Latchkey's. */
import { provider, type Transaction } from './client.ts'

/** What a deletion does to rows that refer to what is deleted. */
export type Effect = 'delete' | 'set null' | 'refuse'

export interface Reference {
  /** As the database names it; with its schema where that is not on the search path. */
  table: string
  count: number
  effect: Effect
}

interface ForeignKey {
  table: string
  columns: string[]
  parent: string
  parentColumns: string[]
  effect: Effect
}

/** Deletions that go further than this are not followed. */
const MOST_STEPS = 10

/**
 * The rows of tables other than `known` that a deletion would delete, empty or fail on, whatever their keys are and however
 * far the database cascades.
 * @param going the rows to be deleted: by table, an SQL condition on its columns
 * @param known tables whose rows the caller handles
 */
export async function findReferences(
  tx: Pick<Transaction, '$queryRawUnsafe'>,
  going: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Promise<Reference[]> {
  const keys = (await foreignKeys(tx)).filter(({ table }) => !known.has(table))
  const conditions = new Map([...going].map(([table, condition]) => [table, [condition]]))
  /** Rows that refer to what is deleted and are not deleted themselves. */
  const referring = ({ table, columns, parent, parentColumns }: ForeignKey, parentCondition: string) => {
    const spared = (conditions.get(table) ?? []).map((condition) => ` AND (${condition}) IS NOT TRUE`).join('')
    return `${row(columns)} IN (SELECT ${list(parentColumns)} FROM ${quotedTable(parent)} WHERE ${parentCondition})${spared}`
  }
  const count = async (table: string, condition: string) => {
    const [found] = await tx.$queryRawUnsafe<{ n: unknown }[]>(`SELECT count(*) AS n FROM ${quotedTable(table)} WHERE ${condition}`)
    return Number(found?.n ?? 0)
  }

  // First what the database deletes along, step by step; then what refers to any of that.
  const deleted = new Map<string, number>()
  let step = [...going]
  for (let steps = 0; step.length > 0 && steps < MOST_STEPS; steps++) {
    const next: typeof step = []
    for (const [parent, parentCondition] of step) {
      for (const key of keys.filter((one) => one.parent === parent && one.effect === 'delete')) {
        const condition = referring(key, parentCondition)
        const rows = await count(key.table, condition)
        if (rows === 0) continue
        deleted.set(key.table, (deleted.get(key.table) ?? 0) + rows)
        conditions.set(key.table, [...(conditions.get(key.table) ?? []), condition])
        next.push([key.table, condition])
      }
    }
    step = next
  }
  const kept = new Map<string, { table: string; effect: Effect; conditions: string[] }>()
  for (const key of keys.filter(({ parent, effect }) => effect !== 'delete' && conditions.has(parent))) {
    const condition = referring(key, either(conditions.get(key.parent) ?? []))
    const name = `${key.effect} ${key.table}`
    kept.set(name, { table: key.table, effect: key.effect, conditions: [...(kept.get(name)?.conditions ?? []), condition] })
  }
  const references: Reference[] = [...deleted].map(([table, rows]) => ({ table: shown(table), count: rows, effect: 'delete' }))
  for (const { table, effect, conditions: all } of kept.values()) {
    const rows = await count(table, either(all))
    if (rows > 0) references.push({ table: shown(table), count: rows, effect })
  }
  const order = ({ table, effect }: Reference) => `${table} ${effect}`
  return references.sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** Between schema and table: no name holds it. */
const DOT = '\0'
const shown = (table: string) => table.replace(DOT, '.')
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const quotedTable = (table: string) => table.split(DOT).map(quoted).join('.')
const list = (columns: string[]) => columns.map(quoted).join(', ')
const row = (columns: string[]) => (columns.length === 1 ? list(columns) : `(${list(columns)})`)
const either = (conditions: string[]) => conditions.map((condition) => `(${condition})`).join(' OR ')

interface KeyRow {
  table: string
  columns: string
  parent: string
  parentColumns: string
  action: string
  required: unknown
}

/** Every foreign key that a deletion has to do with. Partitions have their table's; what may not be read is left to the database. */
const POSTGRESQL_KEYS = `
  SELECT json_build_array(CASE WHEN pg_table_is_visible(child.oid) THEN NULL ELSE child_schema.nspname END, child.relname)::text AS "table",
    json_build_array(CASE WHEN pg_table_is_visible(parent.oid) THEN NULL ELSE parent_schema.nspname END, parent.relname)::text AS "parent",
    (SELECT json_agg(a.attname ORDER BY k.position) FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)::text AS "columns",
    (SELECT json_agg(a.attname ORDER BY k.position) FROM unnest(c.confkey) WITH ORDINALITY AS k (number, position)
      JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)::text AS "parentColumns",
    c.confdeltype::text AS "action",
    EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnotnull AND a.attnum IN (
      SELECT set_column::int FROM jsonb_array_elements_text(
        COALESCE(NULLIF(to_jsonb(c) -> 'confdelsetcols', 'null'::jsonb), to_jsonb(c) -> 'conkey')) AS set_column)) AS "required"
  FROM pg_constraint c
  JOIN pg_class child ON child.oid = c.conrelid JOIN pg_namespace child_schema ON child_schema.oid = child.relnamespace
  JOIN pg_class parent ON parent.oid = c.confrelid JOIN pg_namespace parent_schema ON parent_schema.oid = parent.relnamespace
  WHERE c.contype = 'f' AND c.conparentid = 0
    AND has_schema_privilege(child.relnamespace, 'USAGE') AND has_table_privilege(child.oid, 'SELECT')`

/** A key that names no columns refers to the primary key. Names are compared without regard to case, as SQLite does. */
const SQLITE_KEYS = `
  SELECT json_array(NULL, child.name) AS "table", json_array(NULL, COALESCE(parent.name, f."table")) AS "parent",
    json_group_array(f."from" ORDER BY f.seq) AS "columns",
    json_group_array(COALESCE(f."to", (SELECT p.name FROM pragma_table_info(f."table") p WHERE p.pk = f.seq + 1)) ORDER BY f.seq)
      AS "parentColumns",
    f.on_delete AS "action",
    max((SELECT i."notnull" FROM pragma_table_info(child.name) i WHERE i.name = f."from" COLLATE NOCASE)) AS "required"
  FROM sqlite_master child JOIN pragma_foreign_key_list(child.name) f
  LEFT JOIN sqlite_master parent ON parent.type = 'table' AND parent.name = f."table" COLLATE NOCASE
  WHERE child.type = 'table' GROUP BY child.name, f.id`

async function foreignKeys(tx: Pick<Transaction, '$queryRawUnsafe'>): Promise<ForeignKey[]> {
  const rows = await tx.$queryRawUnsafe<KeyRow[]>(provider() === 'postgresql' ? POSTGRESQL_KEYS : SQLITE_KEYS)
  return rows.map(({ table, columns, parent, parentColumns, action, required }) => ({
    table: named(table),
    columns: JSON.parse(columns),
    parent: named(parent),
    parentColumns: JSON.parse(parentColumns),
    effect: effectOf(action, Boolean(Number(required))),
  }))
}

const named = (json: string) => (JSON.parse(json) as (string | null)[]).filter((part) => part !== null).join(DOT)

/** @param action PostgreSQL's letter or SQLite's words @param required whether a column that would be emptied may not be */
function effectOf(action: string, required: boolean): Effect {
  if (action === 'c' || action === 'CASCADE') return 'delete'
  const empties = ['n', 'd', 'SET NULL', 'SET DEFAULT'].includes(action)
  const setsNull = action === 'n' || action === 'SET NULL'
  return empties && !(setsNull && required) ? 'set null' : 'refuse'
}
