import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@libsql/client'
import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { toBigint } from '../../prisma/derive-postgresql.mjs'
import { schemaDiff } from '../../prisma/schema-diff.mjs'
import { settings } from '../settings.ts'
import { openDatabase } from './client.ts'
import { type DatabaseTarget, databaseTarget } from './database-url.ts'
import { migrate } from './migrate.ts'

const directory = mkdtempSync(join(tmpdir(), 'latchkey-migrate-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const postgresql = process.env.TEST_PROVIDER === 'postgresql'

/** An empty database beside the test's own: a file, or a schema of the same PostgreSQL database. */
function emptyDatabase(): { url: string; target: DatabaseTarget } {
  const name = `m${randomBytes(5).toString('hex')}`
  const url = postgresql ? `${settings().DATABASE_URL}?schema=${name}` : `file:${join(directory, `${name}.sqlite3`)}`
  return { url, target: databaseTarget(url) }
}

/** Runs SQL in a target; the rows of a SELECT come back. */
async function run(target: DatabaseTarget, sql: string): Promise<Record<string, unknown>[]> {
  if (target.provider === 'sqlite') {
    const client = createClient({ url: `file:${target.file}` })
    try {
      if (sql.startsWith('SELECT')) return (await client.execute(sql)).rows as unknown as Record<string, unknown>[]
      await client.executeMultiple(sql)
      return []
    } finally {
      client.close()
    }
  }
  const client = new Client({ connectionString: target.connectionString })
  await client.connect()
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${target.schema}; SET search_path = ${target.schema}`)
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}

const count = async (target: DatabaseTarget, table: string) => Number((await run(target, `SELECT count(*) AS n FROM ${table}`))[0]?.n)

describe('migrations', () => {
  it('are applied from empty, once, with a history that Prisma reads, and seed Django’s permissions', async () => {
    const { target } = emptyDatabase()
    const applied = await migrate(target)
    expect(applied[0]).toBe('20261123000000_django_tables')
    expect(await migrate(target)).toEqual([])
    expect(await count(target, '_prisma_migrations')).toBe(applied.length)
    expect(await count(target, 'auth_permission')).toBe(36)
    const [view] = await run(target, "SELECT id, name FROM auth_permission WHERE codename = 'view_user'")
    expect([Number(view?.id), view?.name]).toEqual([32, 'Can view user'])
  })

  it('are applied once by processes that start together', async () => {
    const { url, target } = emptyDatabase()
    const script =
      "import('./lib/db/migrate.ts').then(({ migrate }) => migrate()).then((names) => process.stdout.write(String(names.length)))"
    const start = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--eval', script], { env: { ...process.env, DATABASE_URL: url } })
    const outputs = (await Promise.all([start(), start(), start()])).map(({ stdout }) => Number(stdout))
    const total = await count(target, '_prisma_migrations')
    expect(outputs.reduce((sum, applied) => sum + applied, 0)).toBe(total)
    expect(await count(target, 'auth_permission')).toBe(36)
  })

  it('one that fails leaves the database as it was before it', async () => {
    const { target } = emptyDatabase()
    const good = { name: '1_good', sql: 'CREATE TABLE good (id INTEGER)', checksum: 'g' }
    const bad = { name: '2_bad', sql: 'CREATE TABLE half (id INTEGER); INSERT INTO good VALUES (1); SELECT * FROM nowhere', checksum: 'b' }
    await expect(migrate(target, [good, bad])).rejects.toThrow(/nowhere/)
    expect(await count(target, 'good')).toBe(0)
    await expect(count(target, 'half')).rejects.toThrow(/half/)
    expect(await migrate(target, [good, { ...bad, sql: 'CREATE TABLE half (id INTEGER)' }])).toEqual(['2_bad'])
  })

  it('one that was changed after it had been applied stops the start', async () => {
    const { target } = emptyDatabase()
    await migrate(target, [{ name: '1_a', sql: 'SELECT 1', checksum: 'a' }])
    await expect(migrate(target, [{ name: '1_a', sql: 'SELECT 2', checksum: 'b' }])).rejects.toThrow(/was changed/)
  })

  it('take over the original’s own tables in place, rows included, and its own INSERTs still work', async () => {
    const { target } = emptyDatabase()
    const schema = readFileSync(join(import.meta.dirname, 'testing', `django-schema.${target.provider}.sql`), 'utf8')
    await run(target, postgresql ? schema.replaceAll('public.', '') : schema.replace(/^CREATE TABLE sqlite_sequence.*$/m, ''))
    const insert = (email: string) =>
      run(
        target,
        `INSERT INTO accounts_user (password, is_superuser, username, first_name, last_name, is_staff, is_active, date_joined, name, email, phone)
         VALUES ('!', ${postgresql ? 'false' : '0'}, '${email}', '', '', ${postgresql ? 'false' : '0'}, ${postgresql ? 'true' : '1'}, '2023-05-01 09:30:15.123456', 'Ada', '${email}', '${email.slice(0, 20)}')`,
      )
    await insert('ada@example.com')
    await migrate(target)
    await insert('bea@example.com')
    const db = openDatabase(target)
    const users = await db.user.findMany({ orderBy: { id: 'asc' } })
    expect(users.map((user) => user.email)).toEqual(['ada@example.com', 'bea@example.com'])
    if (!postgresql) expect(users[0]?.dateJoined.toISOString()).toBe('2023-05-01T09:30:15.123Z')
    await db.$disconnect()
    await expect(insert('ADA@example.com')).rejects.toThrow(/unique/i)
  })
})

describe.runIf(postgresql)('on PostgreSQL', () => {
  it('the migrations make the very columns of the schema, with Django’s types', async () => {
    const [migrated, made] = [emptyDatabase().target, emptyDatabase().target]
    const source = readFileSync(join(import.meta.dirname, '..', '..', 'prisma', 'schema.prisma'), 'utf8')
    const derived = readFileSync(join(import.meta.dirname, '..', '..', 'prisma', 'postgresql', 'schema.prisma'), 'utf8')
    await migrate(migrated)
    const sql = toBigint(await schemaDiff('postgresql', null, derived), source)
    await run(made, sql.replace(/CREATE SCHEMA.*;/, ''))
    const columns = (target: DatabaseTarget) =>
      run(
        target,
        `SELECT table_name, column_name, data_type, is_nullable, character_maximum_length, numeric_precision
         FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations' ORDER BY 1, 2`,
      )
    const [actual, expected] = [await columns(migrated), await columns(made)]
    expect(actual).toEqual(expected)
    const type = (table: string, column: string) => actual.find((row) => row.table_name === table && row.column_name === column)?.data_type
    expect(type('accounts_user', 'id')).toBe('bigint')
    expect(type('accounts_user', 'date_joined')).toBe('timestamp with time zone')
    expect(type('accounts_user', 'email')).toBe('character varying')
  })
})
