/** The migrations in prisma/migrations, read once per process. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseTarget } from '../settings-values.ts'
import { readStatements, type Statement } from './sql-statements.ts'

type Provider = DatabaseTarget['provider']

export interface Migration {
  name: string
  /** SHA-256 of the file in hexadecimal, as Prisma computes it. */
  checksum: string
  /** What the history gets: the checksum that every release accepts. */
  recordedAs: string
  statements: Statement[]
}

/** The migration that makes the original's tables. In a Django database it makes only those that are missing. */
export const ORIGINAL_TABLES = '20261123000000_django_tables'

/**
 * Checksums of PostgreSQL's files that were corrected after a release, by migration. Former and new text make the same of an
 * empty database, and the release before accepts the former one alone. Neither could take over a Django database: one made no
 * table when one existed, one built its indexes under a lock.
 */
const FORMER_CHECKSUMS: Readonly<Record<string, string>> = {
  [ORIGINAL_TABLES]: '9bcdbec74457c584249428c264e5d86a8dde391e753ce023395a36775fac4006',
  '20261124220610_admin_lists': '663caeb2f8efbc27bfdf13843bf0246ac8a51f63d1d3813d4a41bb8e3f3f2f5d',
}

export function parseMigration(name: string, sql: string, former?: string): Migration {
  const checksum = createHash('sha256').update(sql).digest('hex')
  return { name, checksum, recordedAs: former ?? checksum, statements: readStatements(sql) }
}

const cache = new Map<Provider, Migration[]>()

/** All migrations, in order. */
export function readMigrations(provider: Provider): Migration[] {
  const directory = join(process.cwd(), 'prisma', 'migrations', provider)
  const migrations =
    cache.get(provider) ??
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => {
        const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
        return parseMigration(name, sql, provider === 'postgresql' ? FORMER_CHECKSUMS[name] : undefined)
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  cache.set(provider, migrations)
  return migrations
}
