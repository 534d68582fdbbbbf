/**
 * Derives the PostgreSQL schema from the SQLite one, so that there is one source.
 * A field's trailing comment `/// pg: TYPE` names its column type; every DateTime is a timestamptz, as Django makes it.
 * Prisma cannot give an Int a bigint column, so `pg: bigint` changes the migration's SQL instead (see `toBigint`).
 */

const HEADER = '// Derived from prisma/schema.prisma by `npm run generate`. Do not edit.\n'

/** @param {string} source the text of prisma/schema.prisma @returns {string} the same for PostgreSQL, to be kept in lib/db/generated */
export function derivePostgresqlSchema(source) {
  const lines = source
    .split('\n')
    .filter((line) => !line.startsWith('//'))
    .map((line) => {
      const [, field, type] = line.match(/^(.*?)\s*\/\/\/ pg: (.*)$/) ?? []
      const declaration = (field ?? line).trimEnd()
      if (type && type !== 'bigint') return `${declaration} @db.${nativeType(type)}`
      return /^\s+\w+\s+DateTime\b/.test(declaration) ? `${declaration} @db.Timestamptz(6)` : declaration
    })
  return (HEADER + lines.join('\n'))
    .replace('../lib/db/generated/sqlite', './postgresql')
    .replace('provider = "sqlite"', 'provider = "postgresql"')
}

function nativeType(type) {
  const varchar = type.match(/^varchar\((\d+)\)$/)
  if (varchar) return `VarChar(${varchar[1]})`
  if (type === 'smallint') return 'SmallInt'
  throw new Error(`no Prisma type for "pg: ${type}"`)
}

/**
 * Widens the columns marked `pg: bigint` in SQL that Prisma wrote for PostgreSQL.
 * @param {string} sql @param {string} source the text of prisma/schema.prisma
 */
export function toBigint(sql, source) {
  const bigints = new Set()
  for (const [, body] of source.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)) {
    const table = body.match(/@@map\("(\w+)"\)/)?.[1]
    for (const [, name, rest] of body.matchAll(/^\s+(\w+)\s+(.*)\/\/\/ pg: bigint$/gm)) {
      bigints.add(`${table}.${rest.match(/@map\("(\w+)"\)/)?.[1] ?? name}`)
    }
  }
  let table
  return sql
    .split('\n')
    .map((line) => {
      table = line.match(/^(?:CREATE|ALTER) TABLE "(\w+)"/)?.[1] ?? table
      const column = line.match(/^(?:\s+|(?:ALTER TABLE "\w+" )?ADD COLUMN\s+)"(\w+)" (?:INTEGER|SERIAL)/)?.[1]
      return bigints.has(`${table}.${column}`) ? line.replace('INTEGER', 'BIGINT').replace(/\bSERIAL/, 'BIGSERIAL') : line
    })
    .join('\n')
}
