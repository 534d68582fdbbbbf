/** Throw-away databases: a file in a temporary directory, or a database of its own in PostgreSQL. */
import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createClient } from '@libsql/client'
import { Client } from 'pg'
import { toDjangoDate } from '../sqlite-dates.ts'

export type DatabaseKind = 'sqlite' | 'postgresql'
export type SqlValue = string | number | boolean | null
type Row = Record<string, unknown>

/** Runs one statement; `?` stands for a value in both kinds of database. */
export type Sql = (query: string, values?: SqlValue[]) => Promise<Row[]>

export interface TestDatabase {
  kind: DatabaseKind
  url: string
  sql: Sql
  drop: () => Promise<void>
}

/** Statements of a database, each by a connection of its own. */
export const sqlOf = (kind: DatabaseKind, url: string): Sql => (kind === 'sqlite' ? sqliteSql(url) : postgresqlSql(url))

/** An instant as such a database's rows have it: on SQLite dates are text, and compare as such. */
export const storedDate = (kind: DatabaseKind, date: Date) => (kind === 'sqlite' ? toDjangoDate(date) : date.toISOString())

/** How long a statement waits for a server's write, in milliseconds. */
const BUSY_TIMEOUT = 10_000
const RETRY_INTERVAL = 10

/** @param template the URL of a database to copy, to which nothing is connected; without it the new one is empty */
export const createDatabase = (kind: DatabaseKind, template?: string): Promise<TestDatabase> =>
  kind === 'sqlite' ? createSqlite(template) : createPostgresql(template)

async function createSqlite(template?: string): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'lk-test-'))
  const file = join(directory, 'accounts.sqlite3')
  if (template !== undefined) await copyFile(template.slice('file:'.length), file)
  const url = `file:${file}`
  return { kind: 'sqlite', url, sql: sqliteSql(url), drop: () => rm(directory, { recursive: true, force: true, maxRetries: 5 }) }
}

/**
 * Retries by itself: the driver's wait blocks the event loop, on which a server in this process holds the lock. Each attempt has a
 * connection of its own: a failed one keeps its statement open, and what is written beside that is rolled back with it.
 */
function sqliteSql(url: string): Sql {
  return async (query, values = []) => {
    const deadline = performance.now() + BUSY_TIMEOUT
    for (;;) {
      const client = createClient({ url, timeout: 0 })
      try {
        const { rows } = await client.execute({ sql: query, args: values })
        return rows.map((row) => ({ ...row }))
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() >= deadline) throw error
      } finally {
        client.close()
      }
      await setTimeout(RETRY_INTERVAL)
    }
  }
}

async function createPostgresql(template?: string): Promise<TestDatabase> {
  const server = await findPostgresql()
  if (server === null) throw new Error('no PostgreSQL to make a database in')
  const name = `lk_test_${randomBytes(6).toString('hex')}`
  const administer = postgresqlSql(withoutFlushes(server))
  const copied = template === undefined ? '' : ` TEMPLATE ${new URL(template).pathname.slice(1)}`
  await administer(`CREATE DATABASE ${name}${copied}`)
  await administer(`ALTER DATABASE ${name} SET synchronous_commit = off`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const drop = async () => {
    await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { kind: 'postgresql', url: url.href, sql: postgresqlSql(url.href), drop }
}

/** Commits need not survive a crash of PostgreSQL in tests: a database is made in a fifth of the time. */
function withoutFlushes(server: string): string {
  const url = new URL(server)
  url.searchParams.set('options', '-c synchronous_commit=off')
  return url.href
}

function postgresqlSql(url: string): Sql {
  return async (query, values = []) => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: BUSY_TIMEOUT })
    await client.connect()
    try {
      let position = 0
      // Without values the text may hold several statements.
      if (values.length === 0) return (await client.query<Row>(query)).rows
      const numbered = query.replace(/\?/g, () => `$${++position}`)
      return (await client.query<Row>(numbered, values)).rows
    } finally {
      await client.end()
    }
  }
}

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
