/**
 * Prisma's adapter for PostgreSQL, with what it leaves out: instants are true in every time zone, and nothing is asked of the
 * session that a pooler would refuse or hand on.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import type {
  IsolationLevel,
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { PostgresqlConnection } from './postgresql-connection.ts'

interface PostgresqlOptions {
  connectionString: string
  schema: string | undefined
  /** Most connections. */
  poolSize: number
  /** How long a connection and a statement are waited for, each, in milliseconds. */
  timeout: number
}

/** Makes the adapter that a Prisma client is given. */
export class PostgresqlAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #options: PostgresqlOptions

  constructor(options: PostgresqlOptions) {
    this.#options = options
  }

  async connect(): Promise<SqlDriverAdapter> {
    const { connectionString, schema, poolSize, timeout } = this.#options
    const config = { connectionString, max: poolSize, connectionTimeoutMillis: timeout, statementTimeout: timeout, schema }
    const pool = new pg.Pool({ ...config, Client: PostgresqlConnection as unknown as new () => pg.ClientBase } as pg.PoolConfig)
    const adapter = await new PrismaPg(pool, { disposeExternalPool: true, ...(schema !== undefined && { schema }) }).connect()
    return new PostgresqlAdapter(adapter, schema)
  }
}

class PostgresqlAdapter implements SqlDriverAdapter {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #adapter: SqlDriverAdapter
  /** How Prisma's own statements begin the names of tables. */
  readonly #qualified: string | undefined

  constructor(adapter: SqlDriverAdapter, schema: string | undefined) {
    this.#adapter = adapter
    this.#qualified = schema === undefined ? undefined : `"${schema}".`
  }

  queryRaw(query: SqlQuery) {
    return this.#where(query, (queryable) => queryable.queryRaw(withOffsets(query)))
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
