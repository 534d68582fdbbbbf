import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { derivePostgresqlSchema, toBigint } from '../../prisma/derive-postgresql.mjs'
import { schemaDiff } from '../../prisma/schema-diff.mjs'
import type { DatabaseTarget } from '../settings-values.ts'
import { openDatabase } from './client.ts'
import { migrate } from './migrate.ts'
import { parseMigration, readMigrations } from './migration-files.ts'
import { countRows, djangoDatabase, emptyDatabase, insertAsDjango, postgresql, run } from './testing/empty-database.ts'

/** Checksums of the files of the first release that are not what they were on one of the databases. */
const RELEASED = {
  sqlite: {
    '20261123000000_django_tables': '8529af51860ec18a66ef14a3ea91c7defef98717885255ae0f52b9c82ca08a82',
    '20261124220610_admin_lists': 'f1db6af7a1fc0e35b0e8b0122ebbffbf90795fe7367cd3bab1b280f7231dd96e',
  },
  postgresql: {
    '20261123000000_django_tables': '9bcdbec74457c584249428c264e5d86a8dde391e753ce023395a36775fac4006',
    '20261124220610_admin_lists': '663caeb2f8efbc27bfdf13843bf0246ac8a51f63d1d3813d4a41bb8e3f3f2f5d',
  },
}

describe('migrations', () => {
  it('are applied from empty, once, with a history that Prisma reads, and seed Django’s permissions', async () => {
    const { target } = emptyDatabase()
    const applied = await migrate(target)
    expect(applied[0]).toBe('20261123000000_django_tables')
    expect(await migrate(target)).toEqual([])
    expect(await countRows(target, '_prisma_migrations')).toBe(applied.length)
    expect(await countRows(target, 'auth_permission')).toBe(36)
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
    const total = await countRows(target, '_prisma_migrations')
    expect(outputs.reduce((sum, applied) => sum + applied, 0)).toBe(total)
    expect(await countRows(target, 'auth_permission')).toBe(36)
  })

  it('one that fails leaves the database as it was before it', async () => {
    const { target } = emptyDatabase()
    const good = parseMigration('1_good', 'CREATE TABLE good (id INTEGER)')
    const bad = parseMigration('2_bad', 'CREATE TABLE half (id INTEGER); INSERT INTO good VALUES (1); SELECT * FROM nowhere')
    await expect(migrate(target, [good, bad])).rejects.toThrow(/nowhere/)
    expect(await countRows(target, 'good')).toBe(0)
    await expect(countRows(target, 'half')).rejects.toThrow(/half/)
    expect(await migrate(target, [good, parseMigration('2_bad', 'CREATE TABLE half (id INTEGER)')])).toEqual(['2_bad'])
  })

  it('one may change a column that Django has dropped since the one before made it', async () => {
    const { target } = emptyDatabase()
    const made = parseMigration('1_made', 'CREATE TABLE "kept" ("id" INTEGER); ALTER TABLE "kept" ADD COLUMN "extra" INTEGER')
    await migrate(target, [made])
    await run(target, 'ALTER TABLE "kept" DROP COLUMN "extra"; INSERT INTO "kept" VALUES (1)')
    await migrate(target, [made, parseMigration('2_changed', 'UPDATE "kept" SET "extra" = 2')])
    expect(Number((await run(target, 'SELECT extra FROM kept'))[0]?.extra)).toBe(2)
  })

  it('one that was changed after it had been applied stops the start', async () => {
    const { target } = emptyDatabase()
    await migrate(target, [parseMigration('1_a', 'SELECT 1')])
    await expect(migrate(target, [parseMigration('1_a', 'SELECT 2')])).rejects.toThrow(/was changed/)
  })

  it('a new database’s history is one that the previous release accepts, and each text’s own checksum is accepted here', async () => {
    const { target } = emptyDatabase()
    await migrate(target)
    const history = await run(target, 'SELECT migration_name, checksum FROM _prisma_migrations')
    const recorded = Object.fromEntries(history.map(({ migration_name, checksum }) => [migration_name, checksum]))
    expect(recorded).toMatchObject(postgresql ? RELEASED.postgresql : RELEASED.sqlite)
    for (const { name, checksum } of readMigrations(postgresql ? 'postgresql' : 'sqlite')) {
      await run(target, `UPDATE _prisma_migrations SET checksum = '${checksum}' WHERE migration_name = '${name}'`)
    }
    expect(await migrate(target)).toEqual([])
  })

  it('take over the original’s own tables in place, rows included, and its own INSERTs still work', async () => {
    const { target } = await djangoDatabase()
    const insert = (email: string) => insertAsDjango(target, email)
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
    await migrate(migrated)
    const sql = toBigint(await schemaDiff('postgresql', null, derivePostgresqlSchema(source)), source)
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
