/** Where the tests find what they need: the project, and a PostgreSQL server if there is one. */
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

export const projectDirectory = join(import.meta.dirname, '..')

/** Kept in the environment, so that the workers know what the runner found. */
const FOUND = 'LATCHKEY_E2E_POSTGRESQL'

/**
 * The URL of a PostgreSQL database whose user may create databases: TEST_DATABASE_URL, else what answers at
 * 127.0.0.1:5432; null when none does.
 */
export async function findPostgresql(): Promise<string | null> {
  const known = process.env[FOUND]
  if (known !== undefined) return known === '' ? null : known
  const given = process.env.TEST_DATABASE_URL
  const found = given ? await firstReachable([given]) : await firstReachable(localUrls())
  process.env[FOUND] = found ?? ''
  return found
}

function localUrls(): string[] {
  const { username } = userInfo()
  return [`postgresql://${username}@127.0.0.1:5432/postgres`, 'postgresql://postgres:postgres@127.0.0.1:5432/postgres']
}

async function firstReachable(urls: string[]): Promise<string | null> {
  for (const url of urls) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    try {
      await client.connect()
      await client.end()
      return url
    } catch {
      // The next one may answer.
    }
  }
  return null
}
