/**
 * Applies prisma/migrations. Each migration and its row in `_prisma_migrations` (as Prisma's own `migrate deploy`
 * writes it) are one transaction, under a lock, so that several processes may start at once and a killed one leaves
 * nothing half done.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createClient } from '@libsql/client'
import { Client } from 'pg'
import { settings } from '../settings.ts'
import { type DatabaseTarget, databaseTarget } from './database-url.ts'

interface Migration {
  name: string
  sql: string
  checksum: string
}

/** Runs statements inside one locked transaction. */
interface Connection {
  script(sql: string): Promise<void>
  rows(sql: string): Promise<Record<string, unknown>[]>
  insert(sql: string, values: (string | number)[]): Promise<void>
}

/** Names the advisory lock that PostgreSQL gives to one migrating process at a time. */
const LOCK_ID = 0x1a7c_4e1
/** How long to wait for another process's migration, in milliseconds. */
const LOCK_TIMEOUT = 60_000

const migrationsDirectory = (provider: DatabaseTarget['provider']) => join(process.cwd(), 'prisma', 'migrations', provider)

/** The names of the migrations that there are, in order. */
export const migrationNames = (provider: DatabaseTarget['provider']): string[] =>
  readdirSync(migrationsDirectory(provider), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()

const readMigrations = (provider: DatabaseTarget['provider']): Migration[] =>
  migrationNames(provider).map((name) => {
    const sql = readFileSync(join(migrationsDirectory(provider), name, 'migration.sql'), 'utf8')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })

/**
 * Brings the database to the newest migration.
 * @returns the names of the migrations applied now, in order
 * @throws when a migration fails (the database is then as before it) or an applied one was changed since
 */
export async function migrate(
  target = databaseTarget(settings().DATABASE_URL),
  migrations = readMigrations(target.provider),
): Promise<string[]> {
  const applied: string[] = []
  for (const migration of migrations) {
    const ran = await inLockedTransaction(target, (connection) => applyOnce(connection, migration, target.provider))
    if (ran) applied.push(migration.name)
  }
  return applied
}

async function applyOnce(connection: Connection, migration: Migration, provider: DatabaseTarget['provider']): Promise<boolean> {
  await connection.script(provider === 'sqlite' ? HISTORY_SQLITE : HISTORY_POSTGRESQL)
  const history = await connection.rows('SELECT "migration_name", "checksum", "finished_at" FROM "_prisma_migrations"')
  const done = history.find((row) => row.migration_name === migration.name && row.finished_at !== null)
  if (done && done.checksum !== migration.checksum) {
    throw new Error(`migration ${migration.name} was changed after it had been applied; restore its file`)
  }
  if (done) return false
  await connection.script(migration.sql)
  const now = new Date()
  const time = provider === 'sqlite' ? now.getTime() : now.toISOString()
  await connection.insert(
    'INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "started_at", "applied_steps_count") VALUES ',
    [randomUUID(), migration.checksum, time, migration.name, time, 1],
  )
  return true
}

async function inLockedTransaction<Result>(target: DatabaseTarget, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  return target.provider === 'sqlite' ? inSqlite(target.file, work) : inPostgresql(target, work)
}

async function inSqlite<Result>(file: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true })
  const client = createClient({ url: `file:${file}`, timeout: LOCK_TIMEOUT })
  try {
    await client.execute('PRAGMA journal_mode = WAL')
    // BEGIN IMMEDIATE: the write lock is taken before the history is read.
    const transaction = await client.transaction('write')
    try {
      const result = await work({
        script: (sql) => transaction.executeMultiple(sql),
        rows: async (sql) => (await transaction.execute(sql)).rows as unknown as Record<string, unknown>[],
        insert: async (sql, values) => {
          await transaction.execute({ sql: `${sql}(${values.map(() => '?').join(', ')})`, args: values })
        },
      })
      await transaction.commit()
      return result
    } finally {
      transaction.close()
    }
  } finally {
    client.close()
  }
}

async function inPostgresql<Result>(
  { connectionString, schema }: Extract<DatabaseTarget, { provider: 'postgresql' }>,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString, connectionTimeoutMillis: Math.round(settings().DATABASE_TIMEOUT * 1000) })
  // Without a listener the end of the server would be an uncaught exception; the running query reports it anyway.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}; SELECT pg_advisory_xact_lock(${LOCK_ID})`)
    if (schema) {
      const quoted = `"${schema.replaceAll('"', '""')}"`
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted}; SET LOCAL search_path = ${quoted}`)
    }
    const result = await work({
      script: async (sql) => {
        await client.query(sql)
      },
      rows: async (sql) => (await client.query(sql)).rows,
      insert: async (sql, values) => {
        await client.query(`${sql}(${values.map((_, index) => `$${index + 1}`).join(', ')})`, values)
      },
    })
    await client.query('COMMIT')
    return result
  } finally {
    // Ends an open transaction too, which releases the lock.
    await client.end()
  }
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
const HISTORY_POSTGRESQL = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`
