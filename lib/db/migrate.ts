/**
 * Applies prisma/migrations, and makes again what a database has lost of them. Each migration and its row in
 * `_prisma_migrations` (as Prisma's own `migrate deploy` writes it) are one transaction; in PostgreSQL indexes of tables that
 * have rows are built afterwards, without keeping anyone from writing. Several processes may start at once, and one that is
 * killed leaves nothing that the next start does not complete.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { settings } from '../settings.ts'
import { type DatabaseTarget, databaseTarget } from '../settings-values.ts'
import { buildIndexes } from './build-indexes.ts'
import { missingObjects, missingOriginalTables, needsTrigrams, readCatalogue } from './expected-schema.ts'
import { BEGIN, type Connection, inTransaction, type Row, readOnly, withClient } from './migration-connection.ts'
import { type Migration, ORIGINAL_TABLES, readMigrations } from './migration-files.ts'
import type { SchemaChange, Statement } from './sql-statements.ts'

type Provider = DatabaseTarget['provider']

/** Names the advisory lock that PostgreSQL gives to one migrating process at a time. */
const LOCK_ID = 0x1a7c_4e1
/** How long to wait for another process's migration, and how often to ask, in milliseconds. */
const LOCK_TIMEOUT = 30 * 60_000
const LOCK_INTERVAL = 250

export interface MigrationStatus {
  /** Migrations that have not been applied. */
  pending: string[]
  /** What applied migrations made and is gone, as `index accounts_user_name_email`. */
  missing: string[]
  /** Indexes for the search that could be built and are not there. Everything works without them. */
  searchIndexes: string[]
}

/**
 * Brings the database to the newest migration, and makes again what is missing of the applied ones.
 * @returns what was done, in order: names of migrations, and objects as `index accounts_user_name_email`
 * @throws when a migration fails (the database is then as before it) or an applied one was changed since
 */
export async function migrate(
  target = databaseTarget(settings().DATABASE_URL),
  migrations: readonly Migration[] = readMigrations(target.provider),
): Promise<string[]> {
  return alone(target, async (checkLock) => {
    await repairBefore(target, migrations, checkLock)
    const applied: string[] = []
    for (const migration of migrations) {
      await checkLock()
      const ran = await inTransaction(target, (connection) => applyOnce(connection, migration, target.provider))
      if (ran) applied.push(migration.name)
    }
    const repaired = await repair(target, migrations, checkLock)
    if (target.provider === 'sqlite' && !applied.includes(DJANGO_DATES)) await rewriteDates(target, migrations)
    // After a takeover the indexes belong to the migrations just applied.
    return applied.length > 0 ? applied : repaired
  })
}

/** What `migrate` would do. Reads the migrations' files once per process, and the database in two queries. */
export async function migrationStatus(
  rows: Connection['rows'],
  provider: Provider,
  migrations: readonly Migration[] = readMigrations(provider),
): Promise<MigrationStatus> {
  const catalogue = await readCatalogue(rows, provider, migrations)
  const history = catalogue.has('table _prisma_migrations') ? await rows(FINISHED) : []
  const done = new Set(history.map(({ migration_name }) => migration_name))
  const applied = migrations.filter(({ name }) => done.has(name))
  const tables = applied.length > 0 ? missingOriginalTables(applied, catalogue).map((name) => `table ${name}`) : []
  const lost = missingObjects(applied, catalogue).filter(({ kind }) => kind !== 'contents')
  const named = (objects: SchemaChange[]) => objects.map(({ kind, name }) => `${kind} ${name}`)
  return {
    pending: migrations.filter(({ name }) => !done.has(name)).map(({ name }) => name),
    missing: [...tables, ...named(lost.filter((object) => !needsTrigrams(object)))],
    searchIndexes: named(lost.filter(needsTrigrams)),
  }
}

/** The migration of SQLite that spells dates as Django does. */
const DJANGO_DATES = '20261129211000_django_dates'

const FINISHED = 'SELECT "migration_name", "checksum" FROM "_prisma_migrations" WHERE "finished_at" IS NOT NULL'

async function applyOnce(connection: Connection, migration: Migration, provider: Provider): Promise<boolean> {
  await connection.script(provider === 'sqlite' ? HISTORY_SQLITE : HISTORY_POSTGRESQL)
  const done = (await connection.rows(FINISHED)).find((row) => row.migration_name === migration.name)
  if (done && done.checksum !== migration.checksum && done.checksum !== migration.recordedAs) {
    throw new Error(`migration ${migration.name} was changed after it had been applied; restore its file`)
  }
  if (done) return false
  for (const statement of migration.statements) await execute(connection, statement, provider)
  const now = new Date()
  const time = provider === 'sqlite' ? now.getTime() : now.toISOString()
  await connection.insert(
    'INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count") VALUES (?, ?, ?, ?, ?, ?)',
    [randomUUID(), migration.recordedAs, time, migration.name, time, 1],
  )
  return true
}

/** Runs a statement, unless it is to be run later: repair() builds the indexes of tables that have rows. */
async function execute(connection: Connection, { sql, changes }: Statement, provider: Provider): Promise<void> {
  const [change] = changes
  if (provider === 'postgresql' && change?.kind === 'index') {
    // The index may be one that has not been built yet.
    if (change.action === 'drop') return connection.script(sql.replace(/^DROP INDEX (?:IF EXISTS )?/i, 'DROP INDEX IF EXISTS '))
    if (needsTrigrams(change) || (await hasRows(connection, change.table))) return
  }
  await connection.script(sql)
}

const hasRows = async ({ rows }: Connection, table: string): Promise<boolean> =>
  (await rows(`SELECT 1 AS "found" FROM "${table}" LIMIT 1`)).length > 0

/** What is pending may read and change what earlier migrations made, of which Django may have dropped some since. */
async function repairBefore(target: DatabaseTarget, migrations: readonly Migration[], checkLock: () => Promise<void>): Promise<void> {
  const found = await readOnly(target, (rows) => migrationStatus(rows, target.provider, migrations))
  if (!found || found.pending.length === 0 || found.missing.length === 0) return
  await repair(
    target,
    migrations.filter(({ name }) => !found.pending.includes(name)),
    checkLock,
  )
}

/**
 * Run where the column was lost: the sessions have counts that the accounts have lost. One more than any of them ends all
 * sessions, since some may predate a deactivation that was not recorded.
 */
const RECOUNT = `UPDATE "accounts_user" SET "deactivations" = 1 + (
    SELECT max("accounts_session"."deactivations") FROM "accounts_session" WHERE "accounts_session"."user_id" = "accounts_user"."id"
  ) WHERE "id" IN (SELECT "user_id" FROM "accounts_session" WHERE "deactivations" IS NOT NULL)`

/**
 * Dates that a release from before the migration has written since, beside this one or in its place, would compare as later than
 * they are. Each column in its own transaction, so other writers wait only briefly. The audit log, which refuses updates, is left.
 */
async function rewriteDates(target: DatabaseTarget, migrations: readonly Migration[]): Promise<void> {
  const statements = migrations.find(({ name }) => name === DJANGO_DATES)?.statements ?? []
  for (const { sql } of statements.filter((one) => /^UPDATE "(?!accounts_auditevent")/.test(one.sql))) {
    await inTransaction(target, (connection) => connection.script(sql))
  }
}

/** @returns what was made again, as `index accounts_user_name_email` */
async function repair(target: DatabaseTarget, migrations: readonly Migration[], checkLock: () => Promise<void>): Promise<string[]> {
  const made = await inTransaction(target, async (connection) => {
    const { rows } = connection
    const tables = missingOriginalTables(migrations, await readCatalogue(rows, target.provider, migrations))
    const original = migrations.find(({ name }) => name === ORIGINAL_TABLES)
    if (tables.length > 0) for (const { sql } of original?.statements ?? []) await connection.script(sql)
    const missing = missingObjects(migrations, await readCatalogue(rows, target.provider, migrations))
    const here = missing.filter(({ kind }) => target.provider === 'sqlite' || kind !== 'index')
    for (const { sql } of here) await connection.script(sql)
    if (here.some(({ name }) => name === 'accounts_user.deactivations')) await connection.script(RECOUNT)
    return [...tables.map((name) => `table ${name}`), ...here.map(({ kind, name }) => `${kind} ${name}`)]
  })
  if (target.provider === 'sqlite') return made
  const indexes = await inTransaction(target, async ({ rows }) =>
    missingObjects(migrations, await readCatalogue(rows, 'postgresql', migrations)).filter(({ kind }) => kind === 'index'),
  )
  const built = await buildIndexes(target, indexes, checkLock)
  return [...made, ...built.map(({ name }) => `index ${name}`)]
}

/**
 * Runs `work` while no other process migrates; what it is given throws when that is no longer sure. SQLite needs nothing: its
 * transactions come one after the other. In PostgreSQL a connection of its own holds the lock in a transaction (PgBouncer gives a
 * session's locks to others), and it is asked for again and again: waiting inside the server would hold a snapshot, for which
 * CREATE INDEX CONCURRENTLY waits in turn.
 */
async function alone<Result>(target: DatabaseTarget, work: (checkLock: () => Promise<void>) => Promise<Result>): Promise<Result> {
  if (target.provider === 'sqlite') return work(async () => {})
  return withClient(target, async (client) => {
    const deadline = performance.now() + LOCK_TIMEOUT
    const locked = async (): Promise<boolean> => {
      await client.query(BEGIN)
      const { rows } = await client.query<Row>(`SELECT pg_try_advisory_xact_lock(${LOCK_ID}) AS locked`)
      if (rows[0]?.locked === true) return true
      await client.query('ROLLBACK')
      return false
    }
    while (!(await locked())) {
      if (performance.now() > deadline) throw new Error('another process has been migrating this database for half an hour')
      await setTimeout(LOCK_INTERVAL)
    }
    return work(async () => {
      await client.query('SELECT 1').catch((cause) => {
        throw new Error('the connection that keeps other processes from migrating was ended; migrate again', { cause })
      })
    })
  })
}

/** The table as Prisma's schema engine makes it. */
const HISTORY_SQLITE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`
/** One that the search path finds in any of its schemas is the history. */
const HISTORY_POSTGRESQL = `DO $$ BEGIN IF to_regclass('"_prisma_migrations"') IS NULL THEN CREATE TABLE "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
); END IF; END $$`
