/** For tests: databases beside the test's own, empty or as Django makes them. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { Client } from 'pg'
import { settings } from '../../settings.ts'
import { type DatabaseTarget, databaseTarget } from '../../settings-values.ts'

export const postgresql = process.env.TEST_PROVIDER === 'postgresql'

const directory = mkdtempSync(join(tmpdir(), 'latchkey-databases-'))
// Not after the first file: the next ones of this worker use it, too.
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))

export interface EmptyDatabase {
  url: string
  target: DatabaseTarget
}

/** A file, or a schema of the test's own PostgreSQL database, which goes with it. */
export function emptyDatabase(): EmptyDatabase {
  const name = `m${randomBytes(5).toString('hex')}`
  const url = postgresql ? `${settings().DATABASE_URL}?schema=${name}` : `file:${join(directory, `${name}.sqlite3`)}`
  return { url, target: databaseTarget(url) }
}

/** Runs SQL in a target; the rows of a SELECT come back. */
export async function run(target: DatabaseTarget, sql: string): Promise<Record<string, unknown>[]> {
  if (target.provider === 'sqlite') {
    const client = createClient({ url: `file:${target.file}` })
    try {
      if (/^(SELECT|PRAGMA table_info)/.test(sql)) return (await client.execute(sql)).rows as unknown as Record<string, unknown>[]
      await client.executeMultiple(sql)
      return []
    } finally {
      client.close()
    }
  }
  const client = await connect(target)
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}

/** A connection to a schema in PostgreSQL. The caller ends it. */
export async function connect(target: DatabaseTarget): Promise<Client> {
  if (target.provider !== 'postgresql') throw new Error('for PostgreSQL only')
  const client = new Client({ connectionString: target.connectionString })
  await client.connect()
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${target.schema}; SET search_path = ${target.schema}`)
  return client
}

export const countRows = async (target: DatabaseTarget, table: string) =>
  Number((await run(target, `SELECT count(*) AS n FROM ${table}`))[0]?.n)

/** A database as Django 3.2 makes it for the original. @param without tables that it lacks */
export async function djangoDatabase(without: readonly string[] = []): Promise<EmptyDatabase> {
  const made = emptyDatabase()
  const schema = readFileSync(join(import.meta.dirname, `django-schema.${made.target.provider}.sql`), 'utf8')
  await run(made.target, postgresql ? schema.replaceAll('public.', '') : schema.replace(/^CREATE TABLE sqlite_sequence.*$/m, ''))
  for (const table of without) await run(made.target, `DROP TABLE ${table}${postgresql ? ' CASCADE' : ''}`)
  return made
}

let phones = 0

/** Inserts an account as Django does: its own columns alone. */
export const insertAsDjango = (target: DatabaseTarget, email: string, phone = `+1555${String(++phones).padStart(7, '0')}`) =>
  run(target, insertStatement(email, phone))

export function insertStatement(email: string, phone = `+1555${String(++phones).padStart(7, '0')}`): string {
  const [no, yes] = postgresql ? ['false', 'true'] : ['0', '1']
  return `INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, is_staff, is_active, date_joined, name, email, phone)
     VALUES ('!', ${no}, '${email}', '', '', ${no}, ${yes}, '2023-05-01 09:30:15.123456', 'Ada', '${email}', '${phone}')`
}

/** The target's ?schema=. */
export const schemaOf = (target: DatabaseTarget) => (target.provider === 'postgresql' && target.schema) || ''

/** Runs `work` with a role that owns nothing and may do nothing. */
export async function withRole(work: (role: string, asRole: (target: DatabaseTarget) => DatabaseTarget) => Promise<void>): Promise<void> {
  const { target } = emptyDatabase()
  const role = `role_${schemaOf(target)}`
  await run(target, `CREATE ROLE ${role} LOGIN`)
  try {
    await work(role, (given) => {
      if (given.provider !== 'postgresql') throw new Error('for PostgreSQL only')
      const url = new URL(given.connectionString)
      url.username = role
      return { ...given, connectionString: url.href }
    })
  } finally {
    await run(target, `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`)
  }
}

/** The same database with settings of the session, as `ALTER ROLE … SET` gives them. */
export function withSettings(target: DatabaseTarget, given: Record<string, string>): DatabaseTarget {
  if (target.provider !== 'postgresql') throw new Error('for PostgreSQL only')
  const url = new URL(target.connectionString)
  const options = Object.entries(given).map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '\\ ')}`)
  url.searchParams.set('options', options.join(' '))
  return { ...target, connectionString: url.href }
}
