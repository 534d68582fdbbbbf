/** What the migrations have made of the schema, held against what the database has: finds what is missing. */
import type { Connection } from './migration-connection.ts'
import { type Migration, ORIGINAL_TABLES } from './migration-files.ts'
import type { SchemaChange } from './sql-statements.ts'

type Provider = 'sqlite' | 'postgresql'

/** The original's tables, by the text of the migration that makes them. */
const ORIGINAL_TABLE = /CREATE TABLE (?:IF NOT EXISTS )?"(\w+)" \(([\s\S]*?)\n\)/g

/**
 * Every object that the migrations make and do not drop again, in their order. The original's tables are left out: Django gives
 * their constraints and indexes names of its own.
 */
export function expectedSchema(migrations: readonly Migration[]): SchemaChange[] {
  const objects = new Map<string, SchemaChange>()
  for (const change of migrations.filter(({ name }) => name !== ORIGINAL_TABLES).flatMap((m) => m.statements.flatMap((s) => s.changes))) {
    const key = `${change.kind} ${change.name}`
    objects.delete(key)
    if (change.action === 'create') objects.set(key, change)
    else if (change.kind === 'table') for (const [other, { table }] of objects) if (table === change.name) objects.delete(other)
  }
  return [...objects.values()]
}

/** The original's tables with their columns. */
export function originalTables(migrations: readonly Migration[]): Map<string, string[]> {
  const text =
    migrations
      .find(({ name }) => name === ORIGINAL_TABLES)
      ?.statements.map(({ sql }) => sql)
      .join(';\n') ?? ''
  return new Map(
    [...text.matchAll(ORIGINAL_TABLE)].map(([, table = '', body = '']) => [
      table,
      [...body.matchAll(/^ +"(\w+)"/gm)].map((m) => m[1] as string),
    ]),
  )
}

const CATALOGUE: Record<Provider, (tables: string) => string> = {
  sqlite: (tables) => `
    SELECT type AS kind, name FROM sqlite_master
    UNION ALL SELECT 'column', t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name IN (${tables})`,
  // By what is visible, as every statement names it: the search path may have Django's tables in one schema and ours in another.
  postgresql: (tables) => `
    WITH ours AS (
      SELECT oid, relname, relkind FROM pg_class
      WHERE pg_table_is_visible(oid) AND relnamespace <> 'pg_catalog'::regnamespace AND relkind IN ('r', 'p', 'i')
    )
    SELECT CASE relkind WHEN 'i' THEN 'index' ELSE 'table' END AS kind, relname::text AS name
    FROM ours LEFT JOIN pg_index ON indexrelid = ours.oid WHERE indisvalid IS NOT FALSE
    UNION ALL SELECT 'column', relname || '.' || attname FROM pg_attribute JOIN ours ON ours.oid = attrelid
    WHERE relname IN (${tables}) AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'constraint', conname FROM pg_constraint JOIN ours ON ours.oid = conrelid
    UNION ALL SELECT 'trigger', tgname FROM pg_trigger JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname FROM pg_proc WHERE pg_function_is_visible(oid) AND pronamespace <> 'pg_catalog'::regnamespace
    UNION ALL SELECT 'extension', extname FROM pg_extension WHERE has_schema_privilege(extnamespace, 'USAGE')`,
}

/** The names of what the database has, each as `kind name`. Invalid indexes, which a failed build leaves, are not there. */
export async function readCatalogue(rows: Connection['rows'], provider: Provider, migrations: readonly Migration[]): Promise<Set<string>> {
  // Only the columns that migrations add are looked for; a database may have hundreds of tables beside ours.
  const tables = new Set(expectedSchema(migrations).flatMap(({ kind, table }) => (kind === 'column' ? [`'${table}'`] : [])))
  const found = await rows(CATALOGUE[provider]([...tables].join(', ') || 'NULL'))
  return new Set(found.map(({ kind, name }) => `${kind} ${name}`))
}

/** An index for the search, which needs an extension that not every database has; without it the search reads the table. */
export const needsTrigrams = ({ sql }: { sql: string }) => sql.includes('gin_trgm_ops')

/** What the migrations made and the database no longer has, in the order in which it can be made again. */
export function missingObjects(migrations: readonly Migration[], catalogue: ReadonlySet<string>): SchemaChange[] {
  const trigrams = catalogue.has('extension pg_trgm')
  const expected = expectedSchema(migrations)
  const missing = expected.filter(
    (object) => object.kind !== 'contents' && !catalogue.has(`${object.kind} ${object.name}`) && (trigrams || !needsTrigrams(object)),
  )
  const contents = expected.filter(({ kind, name }) => kind === 'contents' && missing.some((object) => object.name.startsWith(name)))
  return [...missing, ...contents]
}

/** The original's tables that are missing: Django drops one when its app is migrated back to zero. */
export const missingOriginalTables = (migrations: readonly Migration[], catalogue: ReadonlySet<string>): string[] =>
  [...originalTables(migrations).keys()].filter((table) => !catalogue.has(`table ${table}`))
