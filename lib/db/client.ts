/** The database: one Prisma client per process, over libsql (SQLite) or pg (PostgreSQL). */
import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaPg } from '@prisma/adapter-pg'
import { settings } from '../settings.ts'
import { type DatabaseTarget, databaseTarget } from './database-url.ts'
import { isBusy, isDeadlock } from './errors.ts'
import { PrismaClient as PostgresqlClient } from './generated/postgresql/client.ts'
import { type Prisma, PrismaClient as SqliteClient } from './generated/sqlite/client.ts'

/** The client, and what a transaction hands out. The two providers' clients are generated from one model. */
export type Database = SqliteClient
export type Transaction = Prisma.TransactionClient
export type LogEntryWhere = Prisma.LogEntryWhereInput
export type UserWhere = Prisma.UserWhereInput
export type { AuditEvent, OneTimeToken, OutboxMail, Session, User } from './generated/sqlite/client.ts'

/** How long SQLite waits for another process's write, in milliseconds. */
const SQLITE_BUSY_TIMEOUT = 5000
/** How often a transaction is begun that others take by surprise. */
const BUSY_ATTEMPTS = 20
/** The same in PostgreSQL, which looks for deadlocks after a second (deadlock_timeout). */
const DEADLOCK_ATTEMPTS = 4
/** A transaction that took longer is not begun again, in milliseconds. */
const LONGEST_RETRIED = 2500
/** How long a transaction may wait for its turn, and take, in milliseconds. */
const TRANSACTION_LIMITS = { maxWait: 5000, timeout: 10_000 }

/** Survives the re-evaluation of modules by a development server, which would open a pool each time. */
const store = globalThis as typeof globalThis & { latchkeyDatabase?: Database }

/** The client of this process, connected at its first query. */
export function database(): Database {
  store.latchkeyDatabase ??= openDatabase(databaseTarget(settings().DATABASE_URL))
  return store.latchkeyDatabase
}

/** Closes this process's client, if it was ever opened. */
export async function disconnectDatabase(): Promise<void> {
  await store.latchkeyDatabase?.$disconnect()
  delete store.latchkeyDatabase
}

/** A new client; the caller disconnects it. */
export function openDatabase(target: DatabaseTarget): Database {
  const { DATABASE_TIMEOUT, DATABASE_POOL_SIZE } = settings()
  if (target.provider === 'sqlite') {
    mkdirSync(dirname(target.file), { recursive: true })
    // foreign_keys=ON and synchronous=FULL are how libsql is built (checked by client.test.ts); WAL is set by migrate().
    const adapter = new PrismaLibSql({ url: `file:${target.file}`, timeout: SQLITE_BUSY_TIMEOUT })
    return withRetriedTransactions(new SqliteClient({ adapter, transactionOptions: TRANSACTION_LIMITS }), BUSY_ATTEMPTS, isBusy)
  }
  const milliseconds = Math.round(DATABASE_TIMEOUT * 1000)
  const pool = {
    connectionString: target.connectionString,
    max: DATABASE_POOL_SIZE,
    connectionTimeoutMillis: milliseconds,
    query_timeout: milliseconds,
    statement_timeout: milliseconds,
    ...(target.schema && { options: `-c search_path=${JSON.stringify(target.schema)}` }),
  }
  // A broken idle connection is replaced by the pool; without a listener its error would end the process.
  const adapter = new PrismaPg(pool, {
    onPoolError: () => {},
    onConnectionError: () => {},
    ...(target.schema && { schema: target.schema }),
  })
  const client = new PostgresqlClient({ adapter, transactionOptions: TRANSACTION_LIMITS }) as unknown as Database
  return withRetriedTransactions(client, DEADLOCK_ATTEMPTS, isDeadlock)
}

/**
 * Begins a transaction again that others took by surprise: SQLite says busy at once, whatever time it is given, because what
 * the transaction began with is no longer the newest state; PostgreSQL ends one of two that wait for each other.
 */
function withRetriedTransactions(client: Database, attempts: number, isRetried: (error: unknown) => boolean): Database {
  const transaction = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>
  const retried = async (...args: unknown[]): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      const started = performance.now()
      try {
        return await transaction(...args)
      } catch (error) {
        // One that has waited its time out is not begun again.
        if (attempt === attempts || !isRetried(error) || performance.now() - started > LONGEST_RETRIED) throw error
        await setTimeout(randomInt(5, 50))
      }
    }
  }
  return new Proxy(client, { get: (target, name) => (name === '$transaction' ? retried : Reflect.get(target, name)) })
}

/** Which SQL the current database speaks. */
export const provider = () => databaseTarget(settings().DATABASE_URL).provider
