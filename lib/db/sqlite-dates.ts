/**
 * Dates in SQLite are text. Here they are spelt as Django spells them, `2026-11-29 13:11:59.644000`: its SQL functions read
 * nothing else, and texts of one spelling compare as the instants do, whichever of the two systems wrote them.
 */
import { ColumnTypeEnum, type SqlQuery, type SqlResultSet } from '@prisma/driver-adapter-utils'

/** Those that Python's datetime can be; as text, years of more digits would sort before all others. */
const [FIRST, LAST] = [Date.parse('0001-01-01T00:00:00.000Z'), Date.parse('9999-12-31T23:59:59.999Z')]

/**
 * An instant as Django writes it (`str(datetime)`): in UTC, and without a fraction where that is nothing.
 * @param date taken for the first or last moment of years 1 to 9999 where it is outside of them
 */
export function toDjangoDate(date: Date): string {
  const iso = new Date(Math.min(LAST, Math.max(FIRST, date.getTime()))).toISOString()
  return iso
    .replace('T', ' ')
    .replace(/\.000Z$/, '')
    .replace('Z', '000')
}

/** A statement with its dates as Django writes them. */
export function writeDates(query: SqlQuery): SqlQuery {
  const isDate = query.argTypes.map(({ scalarType }) => scalarType === 'datetime')
  if (!isDate.includes(true)) return query
  return {
    ...query,
    args: query.args.map((arg, index) => (isDate[index] ? written(arg) : arg)),
    argTypes: query.argTypes.map((type, index) => (isDate[index] ? { ...type, scalarType: 'string' } : type)),
  }
}

const written = (value: unknown) => (value instanceof Date || typeof value === 'string' ? toDjangoDate(new Date(value)) : value)

/** Without a zone, which JavaScript takes for a time of the process's own. */
const ZONELESS = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d(\.\d+)?)?)$/

/** Rows with the zone of their dates, as Prisma's client takes them. Those that an earlier version of ours wrote have it. */
export function readDates(result: SqlResultSet): SqlResultSet {
  const columns = result.columnTypes.flatMap((type, index) => (type === ColumnTypeEnum.DateTime ? [index] : []))
  if (columns.length === 0) return result
  for (const row of result.rows) {
    for (const column of columns) {
      const value = row[column]
      if (typeof value === 'string') row[column] = value.replace(ZONELESS, '$1T$2Z')
    }
  }
  return result
}

/** What Prisma makes of `contains`, `startsWith` and `endsWith`. */
const LIKE = / LIKE \((?:'%' \|\| )?\?(?: \|\| '%')?\)/g

/** Prisma's LIKE with a backslash as its escape character, which it is in PostgreSQL anyway. */
export const withEscape = (query: SqlQuery): SqlQuery => ({ ...query, sql: query.sql.replace(LIKE, "$& ESCAPE '\\'") })
