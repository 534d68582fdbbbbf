import { database, provider } from './client.ts'
import type { Connection } from './migration-connection.ts'

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
