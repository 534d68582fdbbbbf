/**
 * Prisma's adapter for PostgreSQL, with what it leaves out: instants are true in every time zone, and nothing is asked of the
 * session that a pooler would refuse or hand on.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import type { IsolationLevel, SqlDriverAdapter, SqlQuery, SqlQueryable, SqlResultSet, Transaction } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { log } from '../log.ts'

export interface PostgresqlOptions {
  connectionString: string
  schema: string | undefined
  /** Most connections. */
  poolSize: number
  /** How long a connection and a statement are waited for, each, in milliseconds. */
  timeout: number
}

/** Makes the adapter through which a Prisma client connects. */
export async function connectPostgresql({ connectionString, schema, poolSize, timeout }: PostgresqlOptions): Promise<SqlDriverAdapter> {
  const config = { connectionString, max: poolSize, connectionTimeoutMillis: timeout, statementTimeout: timeout, schema }
  const pool = new pg.Pool({ ...config, Client: PostgresqlConnection as unknown as new () => pg.ClientBase } as pg.PoolConfig)
  const options = { disposeExternalPool: true, statementNameGenerator: (query: NamedQuery) => query.name ?? '' }
  const adapter = await new PrismaPg(pool, { ...options, ...(schema !== undefined && { schema }) }).connect()
  return new PostgresqlAdapter(adapter, schema)
}

/** A statement that each connection prepares once. */
export interface NamedQuery extends SqlQuery {
  name?: string
}

/** What PostgreSQL says of a name where a pooler gave the connection to another: it is not known, or known already. */
const NAME_ERRORS = ['26000', '42P05']

class PostgresqlAdapter implements SqlDriverAdapter {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #adapter: SqlDriverAdapter
  #prepares = true
  /** How Prisma's own statements begin the names of tables. */
  readonly #qualified: string | undefined

  constructor(adapter: SqlDriverAdapter, schema: string | undefined) {
    this.#adapter = adapter
    this.#qualified = schema === undefined ? undefined : `"${schema}".`
  }

  async queryRaw({ name, ...query }: NamedQuery): Promise<SqlResultSet> {
    const ask = (given: NamedQuery) => this.#where(given, (queryable) => queryable.queryRaw(withOffsets(given)))
    if (name === undefined || !this.#prepares) return ask(query)
    try {
      return await ask({ ...query, name })
    } catch (error) {
      if (!NAME_ERRORS.includes((error as { cause?: { originalCode?: string } }).cause?.originalCode ?? '')) throw error
      this.#prepares = false
      return ask(query)
    }
  }

  executeRaw(query: SqlQuery) {
    return this.#where(query, (queryable) => queryable.executeRaw(withOffsets(query)))
  }

  executeScript = (script: string) => this.#adapter.executeScript(script)
  getConnectionInfo = () => this.#adapter.getConnectionInfo?.() ?? { supportsRelationJoins: true }
  dispose = () => this.#adapter.dispose()

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    const transaction = await this.#adapter.startTransaction(isolationLevel)
    return {
      provider: this.provider,
      adapterName: this.adapterName,
      options: transaction.options,
      queryRaw: (query) => transaction.queryRaw(withOffsets(query)),
      executeRaw: (query) => transaction.executeRaw(withOffsets(query)),
      commit: () => transaction.commit(),
      rollback: () => transaction.rollback(),
      createSavepoint: async (name) => transaction.createSavepoint?.(name),
      rollbackToSavepoint: async (name) => transaction.rollbackToSavepoint?.(name),
      releaseSavepoint: async (name) => transaction.releaseSavepoint?.(name),
    }
  }

  /** A statement of ours names tables alone: where they are in a schema of their own it needs a transaction that looks there. */
  async #where<Result>({ sql }: SqlQuery, work: (queryable: SqlQueryable) => Promise<Result>): Promise<Result> {
    if (this.#qualified === undefined || sql.includes(this.#qualified)) return work(this.#adapter)
    const transaction = await this.#adapter.startTransaction()
    try {
      const result = await work(transaction)
      await transaction.executeRaw(control('COMMIT'))
      await transaction.commit()
      return result
    } catch (error) {
      await transaction.executeRaw(control('ROLLBACK')).catch(() => {})
      await transaction.rollback()
      throw error
    }
  }
}

const control = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] })

/** Writes the offset of every instant: without one, PostgreSQL takes it for a time of the session's zone. */
function withOffsets(query: SqlQuery): SqlQuery {
  const isInstant = query.argTypes.map(({ scalarType, dbType }) => scalarType === 'datetime' && dbType !== 'DATE' && dbType !== 'TIME')
  if (!isInstant.includes(true)) return query
  return {
    ...query,
    args: query.args.map((arg, index) => (isInstant[index] ? written(arg) : arg)),
    argTypes: query.argTypes.map((type, index) => (isInstant[index] ? { ...type, scalarType: 'string' } : type)),
  }
}

function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written)
  return value instanceof Date || typeof value === 'string' ? new Date(value).toISOString() : value
}

export interface ConnectionOptions extends pg.ClientConfig {
  /** How long a statement may take, in milliseconds. */
  statementTimeout: number
  /** Where tables are looked for, when it is not the role's own search_path. */
  schema: string | undefined
}

/** How long a transaction may wait for its client, in milliseconds, before the server ends it. */
const LONGEST_PAUSE = 10_000

const TIMESTAMPTZ = 1184
const TIMESTAMPTZ_ARRAY = 1185

type Callback = (error: Error | undefined, result?: unknown) => void
interface Query {
  text: string
  types?: { getTypeParser: (oid: number, format?: string) => (value: string) => unknown }
}

/** What pg has and its types do not tell. */
interface Wire {
  stream: { destroy(error?: Error): void }
  on(event: 'error' | 'connect', listener: () => void): void
  connect(port: number | string, host: string): void
  cancel(processId: number, secretKey: number): void
}
interface Internals {
  connection: Wire
  processID: number
  secretKey: number
  getStartupConf(): Record<string, string>
}
const WireTo = pg.Connection as unknown as new (options: object) => Wire

export class PostgresqlConnection extends pg.Client {
  readonly #options: ConnectionOptions

  constructor(options: ConnectionOptions) {
    super(options)
    this.#options = options
    // The pool listens to idle connections alone; without a listener the end of any other is an uncaught exception.
    this.on('error', () => {})
    this.once('error', (error: Error & { code?: string }) => log().warn({ code: error.code ?? error.message }, 'database_connection_lost'))
  }

  /**
   * Parameters of the session that poolers know and keep for each client, because every JDBC driver sends them. Whatever else
   * belongs to a session they refuse at the start, or let it slip to other clients.
   */
  getStartupConf(): Record<string, string> {
    return { ...parent.getStartupConf.call(this), TimeZone: 'UTC', DateStyle: 'ISO' }
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg has nine signatures for it
  override query(given: any, values?: any, callback?: any): any {
    const query = typeof given === 'object' && 'types' in given ? this.#prepared(given as Query) : given
    const last: Callback | undefined = [values, callback].find((argument) => typeof argument === 'function')
    const timer = setTimeout(() => this.#giveUp(), this.#options.statementTimeout)
    if (last === undefined) return (super.query(query, values) as unknown as Promise<unknown>).finally(() => clearTimeout(timer))
    const done: Callback = (error, result) => {
      clearTimeout(timer)
      last(error, result)
    }
    return super.query(query, typeof values === 'function' ? [] : values, done)
  }

  #prepared(query: Query): Query {
    const types = { getTypeParser: (oid: number, format?: string) => parserOf(oid) ?? query.types?.getTypeParser(oid, format) }
    return { ...query, text: query.text === 'BEGIN' ? this.#begin() : query.text, types: types as Query['types'] } as Query
  }

  /** In one round trip, and for this transaction alone: the pooler gives the session to another client afterwards. */
  #begin(): string {
    const { statementTimeout, schema } = this.#options
    const path = schema === undefined ? '' : `; SET LOCAL search_path = ${pg.escapeIdentifier(schema)}`
    return `BEGIN; SET LOCAL statement_timeout = ${statementTimeout}; SET LOCAL idle_in_transaction_session_timeout = ${LONGEST_PAUSE}${path}`
  }

  /** Asks the server to end the statement, and leaves the connection, on which its answer may come at any time. */
  #giveUp(): void {
    const { connection, processID, secretKey } = this as unknown as Internals
    const canceller = new WireTo({})
    canceller.on('error', () => {})
    canceller.on('connect', () => canceller.cancel(processID, secretKey))
    canceller.connect(this.host.startsWith('/') ? `${this.host}/.s.PGSQL.${this.port}` : this.port, this.host)
    setTimeout(() => canceller.stream.destroy(), this.#options.statementTimeout).unref()
    connection.stream.destroy(new Error('Query read timeout'))
  }
}

const parent = pg.Client.prototype as unknown as Internals

/** How a column is read whose text names an offset, which Prisma's adapter always takes for UTC. */
function parserOf(oid: number): ((text: string) => unknown) | undefined {
  if (oid === TIMESTAMPTZ) return (text) => toInstant(pg.types.getTypeParser(TIMESTAMPTZ)(text), text)
  if (oid === TIMESTAMPTZ_ARRAY) {
    return (text) =>
      (pg.types.getTypeParser(TIMESTAMPTZ_ARRAY as number)(text) as unknown[]).map((instant) => toInstant(instant, String(instant)))
  }
  return undefined
}

/** @param text what is kept of a value that no Date can be (`infinity`) */
const toInstant = (value: unknown, text: string) => (value instanceof Date ? value.toISOString() : value === null ? null : text)
