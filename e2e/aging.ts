/** Makes an account's sessions older, where a test would otherwise have to wait. */
import type { TestServer } from './server.ts'

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
export async function ageSessions(server: Pick<TestServer, 'sql'>, userId: number, age: Age, where = '1 = 1'): Promise<void> {
  for (const [column, seconds] of Object.entries(age)) {
    const at = new Date(Date.now() - seconds * 1000).toISOString()
    await server.sql(`UPDATE accounts_session SET ${column} = ? WHERE user_id = ? AND ${where}`, [at, userId])
  }
}
