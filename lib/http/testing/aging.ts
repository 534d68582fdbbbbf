/** Makes what is stored older, where a test would otherwise have to wait. */
import { storedDate, type TestDatabase } from '../../db/testing/databases.ts'
import type { TestServer } from './test-server.ts'

export const MINUTE = 60
export const HOUR = 3600
export const DAY = 86_400

/** How old a session is to be, in seconds; what is left out stays. */
export interface Age {
  created_at?: number
  last_used_at?: number
  authenticated_at?: number
  expires_at?: number
}

/** @param where a further condition on the rows, with no values of its own */
export async function ageSessions(
  { sql, database }: Pick<TestServer, 'sql' | 'database'>,
  userId: number,
  age: Age,
  where = '1 = 1',
): Promise<void> {
  for (const [column, seconds] of Object.entries(age)) {
    const at = storedDate(database.kind, new Date(Date.now() - seconds * 1000))
    await sql(`UPDATE accounts_session SET ${column} = ? WHERE user_id = ? AND ${where}`, [at, userId])
  }
}

/**
 * Moves every date in a PostgreSQL database into the past, as if it had been unused for so many seconds. The audit log
 * keeps its dates: no one can change it.
 */
export async function letTimePass({ sql }: Pick<TestDatabase, 'sql'>, seconds: number): Promise<void> {
  const columns = await sql(
    `SELECT table_name AS "table", string_agg(format('%1$I = %1$I - interval ''${seconds} s''', column_name), ', ') AS changes
     FROM information_schema.columns
     WHERE table_schema = current_schema() AND data_type LIKE 'timestamp%' AND table_name <> 'accounts_auditevent'
     GROUP BY table_name`,
  )
  for (const { table, changes } of columns) await sql(`UPDATE "${table}" SET ${changes}`)
}
