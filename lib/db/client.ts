/** The database: one Prisma client per process, over libsql (SQLite) or pg (PostgreSQL); an account's locks, and what errors mean. */
import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { ColumnTypeEnum, type SqlDriverAdapter, type SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { type DatabaseTarget, databaseTarget } from '../settings-values.ts'
import { PrismaClient as PostgresqlClient } from './generated/postgresql/client.ts'
import { Prisma, PrismaClient as SqliteClient, type User } from './generated/sqlite/client.ts'
import type { Connection } from './migration-connection.ts'
import type { NamedQuery, PostgresqlOptions } from './postgresql-adapter.ts'
import type { SqliteOptions } from './sqlite-adapter.ts'

/** The client, and what a transaction hands out. The two providers' clients are generated from one model. */
export type Database = SqliteClient
export type Transaction = Prisma.TransactionClient
export type LogEntryWhere = Prisma.LogEntryWhereInput
export type UserWhere = Prisma.UserWhereInput
export type {
  AuditEvent,
  ExternalAccount,
  ExternalLogin,
  OneTimeToken,
  OutboxMail,
  Passkey,
  PendingLogin,
  Session,
  TotpDevice,
  User,
} from './generated/sqlite/client.ts'

/** How often a transaction is begun that PostgreSQL ends as one of two that wait for each other (deadlock_timeout: a second). */
const DEADLOCK_ATTEMPTS = 4
/** A transaction that took longer is not begun again, in milliseconds. */
const LONGEST_RETRIED = 2500
/** How long a transaction may take, in milliseconds. */
const LONGEST_TRANSACTION = 10_000

const ownClient = processValue<Database>('database')
/** What it is connected through, once it is. */
const ownAdapter = processValue<SqlDriverAdapter>('databaseAdapter')
type Connected = (adapter: SqlDriverAdapter) => SqlDriverAdapter

/** The client of this process, connected at its first query. */
export function database(): Database {
  const keep = (adapter: SqlDriverAdapter) => (ownAdapter.current = adapter)
  ownClient.current ??= openDatabase(databaseTarget(settings().DATABASE_URL), keep)
  return ownClient.current
}

/** Closes this process's client, if it was ever opened. */
export async function disconnectDatabase(): Promise<void> {
  await ownClient.current?.$disconnect()
  ownClient.current = undefined
  ownAdapter.current = undefined
}

/**
 * Runs one SELECT on the connections of this process's client, but past Prisma, which costs more than the query itself: for what
 * every request asks, and nothing else (decision 037).
 * @param name of the prepared statement; one text for each
 * @param sql with `$1`, `$2`… for the values
 * @returns the columns of each row under their own names
 * @throws the database's error, as Prisma's queries do
 */
export async function select(name: string, sql: string, values: readonly (string | number)[]): Promise<Record<string, unknown>[]> {
  if (!ownAdapter.current) await database().$connect()
  const adapter = ownAdapter.current as SqlDriverAdapter
  const argTypes = values.map((value) => ({ scalarType: typeof value === 'number' ? 'int' : 'string', arity: 'scalar' }) as const)
  const text = adapter.provider === 'sqlite' ? sql.replaceAll('$', '?') : sql
  const { columnNames, columnTypes, rows } = await adapter.queryRaw({ sql: text, args: [...values], argTypes, name } as NamedQuery)
  const names = columnNames.map((column, index) => [column, columnTypes[index], index] as const)
  return rows.map((row) => Object.fromEntries(names.map(([column, type, index]) => [column, toValue(row[index], type)])))
}

/** What the adapters leave to Prisma. */
function toValue(given: unknown, type: number | undefined): unknown {
  if (given === null) return null
  if (type === ColumnTypeEnum.DateTime) return new Date(String(given))
  if (type === ColumnTypeEnum.Boolean) return Boolean(given)
  return type === ColumnTypeEnum.Int64 ? Number(given) : given
}

/** A new client; the caller disconnects it. @param connected told what it is connected through */
export function openDatabase(target: DatabaseTarget, connected?: Connected): Database {
  const { DATABASE_TIMEOUT, DATABASE_POOL_SIZE } = settings()
  const milliseconds = Math.round(DATABASE_TIMEOUT * 1000)
  // The adapters wait for a connection or a lock by themselves; maxWait is only a backstop.
  const transactionOptions = { maxWait: milliseconds + 1000, timeout: LONGEST_TRANSACTION }
  if (target.provider === 'sqlite') {
    return new SqliteClient({
      adapter: sqliteAdapter({ file: target.file, timeout: milliseconds }, connected),
      transactionOptions,
    })
  }
  const { connectionString, schema } = target
  const adapter = postgresqlAdapter({ connectionString, schema, poolSize: DATABASE_POOL_SIZE, timeout: milliseconds }, connected)
  const client = new PostgresqlClient({ adapter, transactionOptions }) as unknown as Database
  return withRetriedDeadlocks(client)
}

/** What a client connects through; only then SQLite's driver is loaded. */
export const sqliteAdapter = (options: SqliteOptions, connected: Connected = (adapter) => adapter): SqlDriverAdapterFactory => ({
  provider: 'sqlite',
  adapterName: '@prisma/adapter-libsql',
  connect: async () => connected(await (await import('./sqlite-adapter.ts')).connectSqlite(options)),
})

/** The same, with PostgreSQL's driver. */
export const postgresqlAdapter = (options: PostgresqlOptions, connected: Connected = (adapter) => adapter): SqlDriverAdapterFactory => ({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: async () => connected(await (await import('./postgresql-adapter.ts')).connectPostgresql(options)),
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

/** Prisma's codes for a database that cannot be reached, does not answer, or has no place left. */
const UNAVAILABLE = ['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']
/** PostgreSQL's: shutdown, crash, start-up, too many connections, cancelled statement, disk full, read-only. */
const UNAVAILABLE_SQLSTATES = /\b(57P0[1-5]|57014|53\d{3}|08\d{3}|25006|40001|40P01|55P03)\b/
const UNAVAILABLE_WORDS =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|timeout|terminat|not queryable|SQLITE_(BUSY|LOCKED|IOERR|FULL|READONLY|CANTOPEN)|database is locked/i
/** What pg, pg-pool and Node's sockets say by themselves; adapter-pg hands these errors on as they are. */
const DRIVER_MESSAGES =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated.*|Client has encountered a connection error.*|(connect|read|write) E[A-Z]+.*)$/

/** What the SQLite driver says by itself where Prisma's adapter does not ask it. */
const UNAVAILABLE_SQLITE = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|READONLY|CANTOPEN)/
/** The same as SQLite's primary result codes: busy, locked, read-only, I/O error, full, cannot open. */
const UNAVAILABLE_RESULTS = [5, 6, 8, 10, 13, 14]

interface AdapterCause {
  kind?: string
  originalCode?: string
  /** SQLite's, with the details in its higher bits. */
  extendedCode?: number
  originalMessage?: string
  message?: string
  constraint?: { fields?: string[]; index?: string }
}

export function adapterCause(error: unknown): AdapterCause {
  const { meta, cause } = error as { meta?: { driverAdapterError?: { cause?: AdapterCause } }; cause?: AdapterCause }
  return meta?.driverAdapterError?.cause ?? cause ?? {}
}

/**
 * The columns of the unique constraint that an error is about, with the words of the database's own message where it
 * names an index; null when it is another kind of error.
 */
export function uniqueViolation(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const cause = adapterCause(error)
  const isUnique = (error as { code?: string }).code === 'P2002' || cause.kind === 'UniqueConstraintViolation'
  if (!isUnique) return null
  const { constraint } = cause
  return [...(constraint?.fields ?? []), constraint?.index, cause.originalMessage, cause.message].filter(Boolean).join(' ')
}

/** Whether a row that is referred to is not there (any more), or one that was to be changed is gone. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: string }
  const { kind, originalCode } = adapterCause(error)
  return code === 'P2003' || code === 'P2025' || code === '23503' || kind === 'ForeignKeyConstraintViolation' || originalCode === '23503'
}

/** Whether PostgreSQL ended a transaction because it and another one waited for each other. */
export function isDeadlock(error: unknown): boolean {
  const { code } = error as { code?: string }
  const { kind, originalCode } = adapterCause(error)
  return code === 'P2034' || code === '40P01' || kind === 'TransactionWriteConflict' || originalCode === '40P01'
}

/** Whether an error means that the database cannot serve now, so that the client should come back later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true
  if (!(error instanceof Error) || uniqueViolation(error) !== null) return false
  const { code, name } = error as { code?: string; name: string }
  if (code && (UNAVAILABLE.includes(code) || UNAVAILABLE_SQLITE.test(code))) return true
  if (DRIVER_MESSAGES.test(error.message)) return true
  if (!/Prisma|DriverAdapter/.test(name)) return false
  const cause = adapterCause(error)
  if (cause.extendedCode !== undefined && UNAVAILABLE_RESULTS.includes(cause.extendedCode & 0xff)) return true
  const text = `${cause.kind ?? ''} ${cause.originalCode ?? ''} ${cause.originalMessage ?? ''} ${cause.message ?? ''} ${error.message}`
  const kinds = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections', 'TransactionWriteConflict']
  return kinds.includes(cause.kind ?? '') || UNAVAILABLE_SQLSTATES.test(text) || UNAVAILABLE_WORDS.test(text)
}

/** The same for PostgreSQL's own code, as its driver hands it on. */
export const isUnavailableState = (code: string | undefined): boolean => code !== undefined && UNAVAILABLE_SQLSTATES.test(code)
