/** Builds indexes in PostgreSQL while others go on reading and writing (CREATE INDEX CONCURRENTLY). */
import { setTimeout } from 'node:timers/promises'
import { type Client, escapeIdentifier } from 'pg'
import { log } from '../log.ts'
import type { DatabaseTarget } from '../settings-values.ts'
import { needsTrigrams } from './expected-schema.ts'
import { retryOnLocks, withClient } from './migration-connection.ts'
import type { SchemaChange } from './sql-statements.ts'

/** How often to look whether a build that a killed process left running has ended, in milliseconds. */
const POLL_INTERVAL = 500

/**
 * Builds each index outside of a transaction. One that a failed or killed build left invalid is dropped first. May be called
 * again after it was interrupted. One that only makes the search faster may fail: everything works without it. The caller makes sure that it runs once at a time: two builds on one table end in a deadlock.
 * @param checkLock throws when another process may be building
 * @returns those that were built
 */
export async function buildIndexes(
  target: Extract<DatabaseTarget, { provider: 'postgresql' }>,
  indexes: readonly SchemaChange[],
  checkLock: () => Promise<void>,
): Promise<SchemaChange[]> {
  if (indexes.length === 0) return []
  return withClient(target, async (client) => {
    await liftTimeLimit(client)
    const { rows } = await client.query(`SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'`)
    const built: SchemaChange[] = []
    for (const index of indexes) {
      await checkLock()
      const places = { tables: await schemaOf(client, index.table, target.schema), trigrams: rows[0]?.schema ?? null }
      try {
        await retryOnLocks(() => buildIndex(client, places, index))
        built.push(index)
      } catch (error) {
        if (!needsTrigrams(index)) throw error
        log().warn({ index: index.name, reason: (error as Error).message }, 'search_index_not_built')
      }
    }
    return built
  })
}

/** PostgreSQL's code for a statement that a time limit or a person has ended. */
const QUERY_CANCELED = '57014'

interface Schemas {
  tables: string
  /** Where the extension pg_trgm is; null without it. */
  trigrams: string | null
}

/** Where a table is, quoted; an index belongs to its table's schema. Without ?schema= the search path may name several. */
async function schemaOf(client: Client, table: string, schema: string | undefined): Promise<string> {
  if (schema !== undefined) return escapeIdentifier(schema)
  const { rows } = await client.query('SELECT relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = $1::regclass', [
    escapeIdentifier(table),
  ])
  return rows[0].schema
}

async function buildIndex(client: Client, { tables, trigrams }: Schemas, { name, table, sql }: SchemaChange): Promise<void> {
  await waitForRunningBuild(client, `${tables}.${escapeIdentifier(table)}`)
  const qualified = `${tables}.${escapeIdentifier(name)}`
  // Nothing to drop is the rule; DROP INDEX alone would wait for every open transaction.
  const { rows } = await client.query('SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)', [qualified])
  if (rows[0]?.indisvalid === true) return
  if (rows.length > 0) await client.query(`DROP INDEX CONCURRENTLY ${qualified}`)
  const concurrently = sql
    .replace(/INDEX (?:IF NOT EXISTS )?/i, 'INDEX CONCURRENTLY ')
    .replace(/ ON "?\w+"?/i, ` ON ${tables}.${escapeIdentifier(table)}`)
    .replaceAll('gin_trgm_ops', `${trigrams}.gin_trgm_ops`)
  try {
    await client.query(concurrently)
  } catch (error) {
    // An invalid unique index would go on refusing rows.
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`).catch(() => {})
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error
    const hint = 'Where a role has a statement_timeout, take it away: ALTER ROLE … SET statement_timeout = 0; or build it by hand'
    throw new Error(`the index ${name} was not built: ${(error as Error).message}. ${hint}: ${concurrently}`, { cause: error })
  }
}

/** No transaction may be around a build, so this is a setting of the session: behind a pooler it would reach other clients. */
async function liftTimeLimit(client: Client): Promise<void> {
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  // Poolers give out numbers of their own.
  if (rows[0].pid === (client as unknown as { processID: number }).processID) await client.query('SET statement_timeout = 0')
}

/** A killed process leaves its server-side build running, whose index is invalid until it has ended. */
async function waitForRunningBuild(client: Client, table: string): Promise<void> {
  const running = 'SELECT 1 FROM pg_stat_progress_create_index WHERE datname = current_database() AND relid = to_regclass($1)'
  while ((await client.query(running, [table])).rows.length > 0) await setTimeout(POLL_INTERVAL)
}
