/** The foreign keys of a database, of every table in it. */
import { escapeIdentifier } from 'pg'
import { provider, type Transaction } from './client.ts'

/** What a deletion does to rows that refer to what is deleted. */
export type Effect = 'delete' | 'set null' | 'refuse'

/** Tables are named as quotedTable and shownTable read them. */
export interface ForeignKey {
  table: string
  columns: string[]
  /** The primary key of a SQLite table WITHOUT ROWID; empty for every other. */
  rowKey: string[]
  parent: string
  parentColumns: string[]
  parentRowKey: string[]
  effect: Effect
}

/** Between schema and table: no name holds it. */
const DOT = '\0'
export const shownTable = (table: string) => table.replace(DOT, '.')
export const quotedTable = (table: string) => table.split(DOT).map(escapeIdentifier).join('.')

interface KeyRow {
  table: string
  columns: string
  parent: string
  parentColumns: string
  rowKey: string
  parentRowKey: string
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
    '[]' AS "rowKey", '[]' AS "parentRowKey",
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
  WITH row_key AS (
    SELECT t.name AS "table", json_group_array(p.name) AS columns
    FROM pragma_table_list t JOIN pragma_table_info(t.name) p WHERE t.schema = 'main' AND t.wr AND p.pk > 0 GROUP BY t.name
  )
  SELECT json_array(NULL, child.name) AS "table", json_array(NULL, COALESCE(parent.name, f."table")) AS "parent",
    json_group_array(f."from" ORDER BY f.seq) AS "columns",
    json_group_array(COALESCE(f."to", (SELECT p.name FROM pragma_table_info(f."table") p WHERE p.pk = f.seq + 1)) ORDER BY f.seq)
      AS "parentColumns",
    COALESCE((SELECT r.columns FROM row_key r WHERE r."table" = child.name), '[]') AS "rowKey",
    COALESCE((SELECT r.columns FROM row_key r WHERE r."table" = parent.name), '[]') AS "parentRowKey",
    f.on_delete AS "action",
    max((SELECT i."notnull" FROM pragma_table_info(child.name) i WHERE i.name = f."from" COLLATE NOCASE)) AS "required"
  FROM sqlite_master child JOIN pragma_foreign_key_list(child.name) f
  LEFT JOIN sqlite_master parent ON parent.type = 'table' AND parent.name = f."table" COLLATE NOCASE
  WHERE child.type = 'table' GROUP BY child.name, f.id`

/** Every foreign key, also those of tables that are not Latchkey's. */
export async function foreignKeys(tx: Pick<Transaction, '$queryRawUnsafe'>): Promise<ForeignKey[]> {
  const rows = await tx.$queryRawUnsafe<KeyRow[]>(provider() === 'postgresql' ? POSTGRESQL_KEYS : SQLITE_KEYS)
  return rows.map(({ table, columns, rowKey, parent, parentColumns, parentRowKey, action, required }) => ({
    table: named(table),
    columns: JSON.parse(columns),
    rowKey: JSON.parse(rowKey),
    parent: named(parent),
    parentColumns: JSON.parse(parentColumns),
    parentRowKey: JSON.parse(parentRowKey),
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
