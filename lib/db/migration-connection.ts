/** Connections for migrations: beside the pool, without its time limits. */
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import { Client, escapeIdentifier } from 'pg'
import { log } from '../log.ts'
import { settings } from '../settings.ts'
import type { DatabaseTarget } from '../settings-values.ts'
import { createSqliteFile } from './sqlite-connection.ts'

type PostgresqlTarget = Extract<DatabaseTarget, { provider: 'postgresql' }>

export type Row = Record<string, unknown>

/** Runs statements. */
export interface Connection {
  script(sql: string): Promise<void>
  rows(sql: string): Promise<Row[]>
  insert(sql: string, values: (string | number)[]): Promise<void>
}

/** How long SQLite waits for another process's write, in milliseconds. */
const SQLITE_LOCK_TIMEOUT = 60_000
/** How long a statement may queue for a lock in PostgreSQL: everything that comes after it waits behind it. Milliseconds. */
const LOCK_TIMEOUT = 2000
/** How often a transaction is tried that did not get its locks; with the pauses between them about five minutes. */
const LOCK_ATTEMPTS = 60
const LONGEST_PAUSE = 4000

/** Reads without changing anything, not even by creating a SQLite file. @returns null when there is no such file */
export async function readOnly<Result>(
  target: DatabaseTarget,
  work: (rows: Connection['rows']) => Promise<Result>,
): Promise<Result | null> {
  if (target.provider === 'postgresql') {
    return withClient(target, async (client) => {
      await client.query(`${BEGIN}; SET TRANSACTION READ ONLY`)
      if (target.schema) await client.query(`SET LOCAL search_path = ${escapeIdentifier(target.schema)}`)
      return work(postgresqlConnection(client).rows)
    })
  }
  if (!existsSync(target.file)) return null
  const client = createClient({ url: `file:${target.file}`, timeout: SQLITE_LOCK_TIMEOUT })
  try {
    return await work(async (sql) => (await client.execute(sql)).rows as unknown as Row[])
  } finally {
    client.close()
  }
}

/**
 * Runs `work` in one transaction. In SQLite it holds the write lock; in PostgreSQL it is tried again as long as another
 * transaction holds a lock that it needs.
 */
export async function inTransaction<Result>(target: DatabaseTarget, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  return target.provider === 'sqlite' ? inSqlite(target.file, work) : retryOnLocks(() => inPostgresql(target, work))
}

async function inSqlite<Result>(file: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  createSqliteFile(file)
  const client = createClient({ url: `file:${file}`, timeout: SQLITE_LOCK_TIMEOUT })
  try {
    await client.execute('PRAGMA journal_mode = WAL')
    // BEGIN IMMEDIATE: the write lock is taken before the history is read.
    const transaction = await client.transaction('write')
    try {
      const result = await work({
        script: (sql) => transaction.executeMultiple(sql),
        rows: async (sql) => (await transaction.execute(sql)).rows as unknown as Row[],
        insert: async (sql, values) => {
          await transaction.execute({ sql, args: values })
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

/**
 * Begins a transaction without the role's time limits, and that keeps no snapshot between its statements, regardless of the role's
 * isolation level is. For this transaction alone: behind PgBouncer a session's settings would reach other clients.
 */
export const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT set_config(name, '0', true) FROM pg_settings
  WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`

const inPostgresql = <Result>(target: PostgresqlTarget, work: (connection: Connection) => Promise<Result>): Promise<Result> =>
  withClient(target, async (client) => {
    await client.query(`${BEGIN}; SET LOCAL lock_timeout = ${LOCK_TIMEOUT}`)
    if (target.schema) {
      const quoted = escapeIdentifier(target.schema)
      // IF NOT EXISTS asks for the right to make one even where it is there.
      const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [target.schema])
      if (rows.length === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted}`)
      await client.query(`SET LOCAL search_path = ${quoted}`)
    }
    const result = await work(postgresqlConnection(client))
    await client.query('COMMIT')
    return result
  })

const postgresqlConnection = (client: Client): Connection => ({
  script: async (sql) => {
    await client.query(sql)
  },
  rows: async (sql) => (await client.query(sql)).rows,
  insert: async (sql, values) => {
    let position = 0
    await client.query(
      sql.replace(/\?/g, () => `$${++position}`),
      values,
    )
  },
})

/** A connection of its own, closed afterwards, which ends a transaction that is still open. */
export async function withClient<Result>(target: PostgresqlTarget, work: (client: Client) => Promise<Result>): Promise<Result> {
  const connectionTimeoutMillis = Math.round(settings().DATABASE_TIMEOUT * 1000)
  const client = new Client({ connectionString: target.connectionString, connectionTimeoutMillis })
  // Without a listener the end of the server would be an uncaught exception; the running query reports it anyway.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** lock_not_available and deadlock_detected. */
const isLockFailure = (error: unknown) => ['55P03', '40P01'].includes((error as { code?: string }).code ?? '')

/** Tries again while a lock is held by others, with growing pauses in which they proceed. */
export async function retryOnLocks<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!isLockFailure(error) || attempt === LOCK_ATTEMPTS) throw error
      log().warn({ attempt, reason: (error as Error).message }, 'migration_waiting_for_lock')
      await setTimeout(Math.min(LONGEST_PAUSE, 100 * 2 ** attempt) + randomInt(100))
    }
  }
}
