/** A connection to a SQLite file: the part of @libsql/client that Prisma's adapter uses, over the same driver. */
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { InArgs, ResultSet } from '@libsql/client'
import Sqlite from 'libsql'

/** SQLite's primary result code for a lock that another connection holds. */
const SQLITE_BUSY = 5

/** Begins, ends and savepoints of a transaction, and what else returns no rows and takes no values. */
const CONTROL = /^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i

/** Makes the file's directory and the file, for their owner alone; what exists is left as it is. */
export function createSqliteFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  // SQLite gives its -wal and -shm files the mode of the database.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

/** Those that have written. */
const writing = new Set<SqliteConnection>()
process.once('exit', () => {
  for (const connection of writing) connection.checkpoint()
})

/**
 * It never waits inside the driver, which would block the whole process: a locked file fails immediately with
 * SQLITE_BUSY, and the caller tries again.
 */
export class SqliteConnection {
  readonly #file: string
  readonly #readOnly: boolean
  #db: Sqlite.Database | undefined

  constructor(file: string, { readOnly }: { readOnly: boolean }) {
    this.#file = file
    this.#readOnly = readOnly
  }

  get inTransaction(): boolean {
    return this.#db?.inTransaction ?? false
  }

  /** Runs one statement. @throws SqliteError with `code` and `rawCode` */
  async execute({ sql, args }: { sql: string; args?: InArgs }): Promise<ResultSet> {
    const db = this.#open()
    if (CONTROL.test(sql)) {
      // Not prepared: exec() lets go of a statement that fails, a prepared one is held until it is garbage.
      db.exec(sql)
      return result([], [], [], 0)
    }
    try {
      return run(db, sql, (args ?? []) as unknown[])
    } catch (error) {
      // Paused at the lock, the statement would be in progress until it is garbage, and no transaction beside it could end.
      if (isLocked(error)) this.#discard()
      throw error
    }
  }

  async executeMultiple(script: string): Promise<void> {
    this.#open().exec(script)
  }

  close(): void {
    this.#discard()
    writing.delete(this)
  }

  /** Moves what the -wal file holds into the database, unless another process uses it. A copy of the file alone is complete then. */
  checkpoint(): void {
    try {
      if (this.#db && !this.inTransaction) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // The next process that opens the file reads the -wal.
    }
  }

  #open(): Sqlite.Database {
    if (this.#db) return this.#db
    try {
      createSqliteFile(this.#file)
    } catch {
      // The driver fails then, too, with an error that is known for what it is.
    }
    // foreign_keys=ON and synchronous=FULL are how libsql is built (checked by client.db.test.ts); WAL is set by migrate().
    this.#db = new Sqlite(this.#file, { timeout: 0 })
    if (this.#readOnly) this.#db.exec('PRAGMA query_only = ON')
    else writing.add(this)
    return this.#db
  }

  #discard(): void {
    const db = this.#db
    this.#db = undefined
    try {
      if (db?.inTransaction) db.exec('ROLLBACK')
    } catch {
      // A disk that fails may refuse this, too. The transaction then ends when the closed connection's statements are garbage.
    }
    db?.close()
  }
}

/** Whether a driver's error says that another connection holds the lock. */
function isLocked(error: unknown): boolean {
  const { rawCode } = error as { rawCode?: number }
  return rawCode !== undefined && (rawCode & 0xff) === SQLITE_BUSY
}

function run(db: Sqlite.Database, sql: string, args: unknown[]): ResultSet {
  const values = args.map(toDriver)
  const statement = db.prepare(sql)
  statement.safeIntegers(true)
  if (!statement.reader) return result([], [], [], statement.run(values).changes)
  const columns = statement.raw(true).columns()
  const rows = (statement.all(values) as unknown[][]).map((row) => row.map(fromDriver))
  return result(
    columns.map(({ name }) => name),
    columns.map(({ type }) => type ?? ''),
    rows,
    0,
  )
}

const result = (columns: string[], columnTypes: string[], rows: unknown[][], rowsAffected: number) =>
  ({ columns, columnTypes, rows, rowsAffected }) as unknown as ResultSet

function toDriver(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value instanceof ArrayBuffer ? Buffer.from(value) : value
}

function fromDriver(value: unknown): unknown {
  if (typeof value === 'bigint') {
    if (!Number.isSafeInteger(Number(value))) throw new RangeError('an integer of the database is too large for a number')
    return Number(value)
  }
  return Buffer.isBuffer(value) ? new Uint8Array(value).buffer : value
}
