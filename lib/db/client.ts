/** The database: one Prisma client per process, over libsql (SQLite) or pg (PostgreSQL), and the locks of an account's rows. */
import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { type DatabaseTarget, databaseTarget } from '../settings-values.ts'
import { isDeadlock } from './errors.ts'
import { PrismaClient as PostgresqlClient } from './generated/postgresql/client.ts'
import { type Prisma, PrismaClient as SqliteClient, type User } from './generated/sqlite/client.ts'
import type { Connection } from './migration-connection.ts'
import type { PostgresqlOptions } from './postgresql-adapter.ts'
import type { SqliteOptions } from './sqlite-adapter.ts'

/** The client, and what a transaction hands out. The two providers' clients are generated from one model. */
export type Database = SqliteClient
export type Transaction = Prisma.TransactionClient
export type LogEntryWhere = Prisma.LogEntryWhereInput
export type UserWhere = Prisma.UserWhereInput
export type { AuditEvent, OneTimeToken, OutboxMail, PendingLogin, Session, User } from './generated/sqlite/client.ts'

/** How often a transaction is begun that PostgreSQL ends as one of two that wait for each other (deadlock_timeout: a second). */
const DEADLOCK_ATTEMPTS = 4
/** A transaction that took longer is not begun again, in milliseconds. */
const LONGEST_RETRIED = 2500
/** How long a transaction may take, in milliseconds. */
const LONGEST_TRANSACTION = 10_000

const ownClient = processValue<Database>('database')

/** The client of this process, connected at its first query. */
export function database(): Database {
  ownClient.current ??= openDatabase(databaseTarget(settings().DATABASE_URL))
  return ownClient.current
}

/** Closes this process's client, if it was ever opened. */
export async function disconnectDatabase(): Promise<void> {
  await ownClient.current?.$disconnect()
  ownClient.current = undefined
}

/** A new client; the caller disconnects it. */
export function openDatabase(target: DatabaseTarget): Database {
  const { DATABASE_TIMEOUT, DATABASE_POOL_SIZE } = settings()
  const milliseconds = Math.round(DATABASE_TIMEOUT * 1000)
  // The adapters wait for a connection or a lock by themselves; maxWait is only a backstop.
  const transactionOptions = { maxWait: milliseconds + 1000, timeout: LONGEST_TRANSACTION }
  if (target.provider === 'sqlite') {
    return new SqliteClient({ adapter: sqliteAdapter({ file: target.file, timeout: milliseconds }), transactionOptions })
  }
  const { connectionString, schema } = target
  const adapter = postgresqlAdapter({ connectionString, schema, poolSize: DATABASE_POOL_SIZE, timeout: milliseconds })
  const client = new PostgresqlClient({ adapter, transactionOptions }) as unknown as Database
  return withRetriedDeadlocks(client)
}

/** What a client connects through; only then SQLite's driver is loaded. */
export const sqliteAdapter = (options: SqliteOptions): SqlDriverAdapterFactory => ({
  provider: 'sqlite',
  adapterName: '@prisma/adapter-libsql',
  connect: async () => (await import('./sqlite-adapter.ts')).connectSqlite(options),
})

/** The same, with PostgreSQL's driver. */
export const postgresqlAdapter = (options: PostgresqlOptions): SqlDriverAdapterFactory => ({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: async () => (await import('./postgresql-adapter.ts')).connectPostgresql(options),
})

/** Begins a transaction again that PostgreSQL ended because it and another one waited for each other. */
function withRetriedDeadlocks(client: Database): Database {
  const transaction = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>
  const retried = async (...args: unknown[]): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      const started = performance.now()
      try {
        return await transaction(...args)
      } catch (error) {
        // One that has waited its time out is not begun again.
        if (attempt === DEADLOCK_ATTEMPTS || !isDeadlock(error) || performance.now() - started > LONGEST_RETRIED) throw error
        await setTimeout(randomInt(5, 50))
      }
    }
  }
  return new Proxy(client, { get: (target, name) => (name === '$transaction' ? retried : Reflect.get(target, name)) })
}

/** Which SQL the current database speaks. */
export const provider = () => databaseTarget(settings().DATABASE_URL).provider

/** Whether there is a table of this name, in PostgreSQL in any schema of the search path. @param rows runs a SELECT */
export async function hasTable(rows: Connection['rows'], on: 'sqlite' | 'postgresql', table: string): Promise<boolean> {
  const found =
    on === 'sqlite'
      ? `SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = '${table}'`
      : `SELECT 1 AS found WHERE to_regclass('${table}') IS NOT NULL`
  return (await rows(found)).length > 0
}

/** Whether the database is one that Django's `migrate` has worked on, so that a Django may be using it beside us. */
export const hasDjangoTables = (): Promise<boolean> =>
  hasTable((sql) => database().$queryRawUnsafe<Record<string, unknown>[]>(sql), provider(), 'django_migrations')

/**
 * Fails as any write would: another process's lock, a file or disk that is read-only, a standby. Changes nothing.
 * @throws the database's error
 */
export async function probeWriting(db: Pick<Database, 'throttleCounter'> = database()): Promise<void> {
  await db.throttleCounter.deleteMany({ where: { key: '' } })
}

/**
 * Makes a transaction the only one that changes an account until it ends. Code that changes an account together with its
 * tokens or sessions does this first: one lock order prevents deadlocks. It is a write, with which a transaction in SQLite must
 * begin.
 * @returns the account as it is now; null when it doesn't exist
 */
export async function lockUser(tx: Transaction, id: number): Promise<User | null> {
  await tx.$executeRaw`UPDATE accounts_user SET is_active = is_active WHERE id = ${id}`
  return tx.user.findUnique({ where: { id } })
}

/** Locks a session's row until the transaction ends, after waiting for anything that rotates its tokens or revokes it. */
export async function lockSession(tx: Transaction, sid: string): Promise<void> {
  await tx.$executeRaw`UPDATE accounts_session SET ended_at = ended_at WHERE id = ${sid}`
}

/**
 * The same for an account that is about to be deleted: also waits for writes of rows that refer to it. PostgreSQL looks
 * at Django's foreign keys when a transaction ends, which would fail then.
 */
export async function lockUserForDeletion(tx: Transaction, id: number): Promise<void> {
  await lockUser(tx, id)
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR UPDATE`
}

/** Keeps an account from being deleted until the transaction ends, for one that writes what refers to it. */
export async function keepUser(tx: Transaction, id: number): Promise<void> {
  if (provider() === 'postgresql') await tx.$queryRaw`SELECT id FROM accounts_user WHERE id = ${id} FOR KEY SHARE`
}
