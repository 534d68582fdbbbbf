/** Prisma's adapter for SQLite, without its blocking waits and transactions left open (decision 002), and with Django's dates. */
import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Client } from '@libsql/client'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { SqlDriverAdapter, SqlQuery, SqlQueryable, Transaction } from '@prisma/driver-adapter-utils'
import { SqliteConnection } from './sqlite-connection.ts'
import { readDates, withEscape, writeDates } from './sqlite-dates.ts'

/** Between two tries to take a lock, in milliseconds: at random, so that processes do not meet again and again. */
const RETRY_PAUSE = { least: 5, most: 25 }

/** What begins like this goes to the reading connection, which refuses to write. */
const READS = /^\s*(SELECT|WITH|EXPLAIN|PRAGMA)\b/i

export interface SqliteOptions {
  file: string
  /** How long a statement or transaction waits for its turn and for other processes' locks, in milliseconds. */
  timeout: number
}

/** Makes the adapter through which a Prisma client connects. */
export async function connectSqlite({ file, timeout }: SqliteOptions): Promise<SqlDriverAdapter> {
  const reading = new SqliteConnection(file, { readOnly: true })
  const writing = new SqliteConnection(file, { readOnly: false })
  return new SqliteAdapter(await convertedBy(reading), await convertedBy(writing), reading, writing, timeout)
}

type Converted = SqlQueryable & Pick<SqlDriverAdapter, 'executeScript'>

/** Prisma's own adapter over a connection of ours: it converts values, column types and errors. Dates are converted here. */
async function convertedBy(connection: SqliteConnection): Promise<Converted> {
  const adapter = await new OverConnection(connection).connect()
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    queryRaw: async (query) => readDates(await adapter.queryRaw(writeDates(withEscape(query)))),
    executeRaw: (query) => adapter.executeRaw(writeDates(withEscape(query))),
    executeScript: (script) => adapter.executeScript(script),
  }
}

class OverConnection extends PrismaLibSql {
  readonly #connection: SqliteConnection

  constructor(connection: SqliteConnection) {
    super({ url: 'file:' })
    this.#connection = connection
  }

  override createClient(): Client {
    return this.#connection as unknown as Client
  }
}

class SqliteAdapter implements SqlDriverAdapter {
  readonly provider = 'sqlite'
  readonly adapterName = '@prisma/adapter-libsql'
  readonly #reader: Converted
  readonly #writer: Converted
  readonly #reading: SqliteConnection
  readonly #writing: SqliteConnection
  readonly #timeout: number
  readonly #turns = new Turns()

  constructor(reader: Converted, writer: Converted, reading: SqliteConnection, writing: SqliteConnection, timeout: number) {
    this.#reader = reader
    this.#writer = writer
    this.#reading = reading
    this.#writing = writing
    this.#timeout = timeout
  }

  /** SQLite takes more parameters than the 999 that Prisma assumes (SQLITE_MAX_VARIABLE_NUMBER). */
  getConnectionInfo() {
    return { maxBindValues: 32_766, supportsRelationJoins: false }
  }

  queryRaw(query: SqlQuery) {
    if (READS.test(query.sql)) return untilUnlocked(this.#deadline(), () => this.#reader.queryRaw(query))
    return this.#write((writer) => writer.queryRaw(query))
  }

  executeRaw(query: SqlQuery) {
    return this.#write((writer) => writer.executeRaw(query))
  }

  executeScript(script: string) {
    return this.#write((writer) => writer.executeScript(script))
  }

  async startTransaction(): Promise<Transaction> {
    const deadline = this.#deadline()
    const release = await this.#turns.next(deadline)
    try {
      // Immediate: after BEGIN succeeds, no later statement of the transaction meets a lock.
      await untilUnlocked(deadline, () => control(this.#writer, 'BEGIN IMMEDIATE'))
      return new SqliteTransaction(this.#writer, this.#writing, this.#timeout, release)
    } catch (error) {
      release()
      throw error
    }
  }

  async dispose(): Promise<void> {
    this.#reading.close()
    this.#writing.checkpoint()
    this.#writing.close()
  }

  async #write<Result>(work: (writer: Converted) => Promise<Result>): Promise<Result> {
    const transaction = await this.startTransaction()
    try {
      const result = await work(this.#writer)
      await transaction.commit()
      return result
    } catch (error) {
      await transaction.rollback()
      throw error
    }
  }

  #deadline = () => performance.now() + this.#timeout
}

class SqliteTransaction implements Transaction {
  readonly provider = 'sqlite'
  readonly adapterName = '@prisma/adapter-libsql'
  // Prisma sends no COMMIT of its own then, and calls commit().
  readonly options = { usePhantomQuery: true }
  readonly #writer: Converted
  readonly #connection: SqliteConnection
  readonly #timeout: number
  readonly #release: () => void
  #ended = false

  constructor(writer: Converted, connection: SqliteConnection, timeout: number, release: () => void) {
    this.#writer = writer
    this.#connection = connection
    this.#timeout = timeout
    this.#release = release
  }

  async queryRaw(query: SqlQuery) {
    this.#checkOpen()
    return this.#writer.queryRaw(query)
  }

  async executeRaw(query: SqlQuery) {
    this.#checkOpen()
    return this.#writer.executeRaw(query)
  }

  async commit(): Promise<void> {
    this.#checkOpen()
    try {
      // Busy where the file is not in WAL mode and another connection reads.
      await untilUnlocked(performance.now() + this.#timeout, () => control(this.#writer, 'COMMIT'))
    } catch (error) {
      await this.rollback()
      throw error
    }
    this.#end()
  }

  async rollback(): Promise<void> {
    if (this.#ended) return
    try {
      if (this.#connection.inTransaction) await control(this.#writer, 'ROLLBACK')
    } catch {
      // Closing tries once more, and gives the file up; the next statement opens it again.
      this.#connection.close()
    } finally {
      // The next in the queue runs even after a failure.
      this.#end()
    }
  }

  createSavepoint = (name: string) => control(this.#writer, `SAVEPOINT ${name}`)
  rollbackToSavepoint = (name: string) => control(this.#writer, `ROLLBACK TO ${name}`)
  releaseSavepoint = (name: string) => control(this.#writer, `RELEASE ${name}`)

  /** A full disk or a lost file ends a transaction by itself; what came after would be outside of it. */
  #checkOpen(): void {
    if (this.#ended || !this.#connection.inTransaction) {
      throw Object.assign(new Error('the transaction has ended'), { code: 'SQLITE_IOERR' })
    }
  }

  #end(): void {
    this.#ended = true
    this.#release()
  }
}

const control = async (adapter: SqlQueryable, sql: string): Promise<void> => {
  await adapter.executeRaw({ sql, args: [], argTypes: [] })
}

/** Whether an error that Prisma's adapter has converted says that another connection holds the lock. */
const isLocked = (error: unknown) => (error as { cause?: { kind?: string } }).cause?.kind === 'SocketTimeout'

/** Runs something until no other connection's lock is in its way. @param deadline by performance.now() @throws its error after that */
async function untilUnlocked<Result>(deadline: number, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isLocked(error) || performance.now() >= deadline) throw error
      await setTimeout(randomInt(RETRY_PAUSE.least, RETRY_PAUSE.most))
    }
  }
}

/** A queue of which one at a time has its turn. */
class Turns {
  #last: Promise<void> = Promise.resolve()

  /** @returns what ends the turn @throws as a locked database does, when it has not come at the deadline */
  async next(deadline: number): Promise<() => void> {
    const before = this.#last
    let release = () => {}
    this.#last = new Promise((resolve) => {
      release = resolve
    })
    const late = new AbortController()
    const isMine = await Promise.race([
      before.then(() => true),
      setTimeout(Math.max(0, deadline - performance.now()), false, { signal: late.signal }).catch(() => false),
    ])
    late.abort()
    if (isMine) return release
    void before.then(release)
    throw Object.assign(new Error('the database is busy'), { code: 'SQLITE_BUSY' })
  }
}
