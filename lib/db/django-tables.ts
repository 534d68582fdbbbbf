import { database, provider } from './client.ts'

/** Whether the database is one that Django's `migrate` has worked on, so that a Django may be using it beside us. */
export async function hasDjangoTables(): Promise<boolean> {
  const rows =
    provider() === 'sqlite'
      ? await database().$queryRaw<unknown[]>`SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'django_migrations'`
      : await database().$queryRaw<unknown[]>`SELECT 1 AS found WHERE to_regclass('django_migrations') IS NOT NULL`
  return rows.length > 0
}
