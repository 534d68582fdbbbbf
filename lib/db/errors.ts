/** Tells what a database error means. */
import { Prisma } from './generated/sqlite/client.ts'

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

function adapterCause(error: unknown): AdapterCause {
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

/** The table whose foreign key forbids a deletion, as PostgreSQL's message names it; null where the database does not say. */
export function referringTable(error: unknown): string | null {
  const { originalMessage, message } = adapterCause(error)
  return / on table "([^"]+)"$/.exec((originalMessage ?? message ?? '').trim())?.[1] ?? null
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
