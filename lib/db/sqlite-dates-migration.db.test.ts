/** The rows that Latchkey wrote on SQLite before it spelt dates as Django does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DatabaseTarget } from '../settings-values.ts'
import { openDatabase } from './client.ts'
import { migrate, migrationStatus } from './migrate.ts'
import { readOnly } from './migration-connection.ts'
import { readMigrations } from './migration-files.ts'
import { djangoDatabase, emptyDatabase, insertAsDjango, postgresql, run } from './testing/empty-database.ts'

const MIGRATION = '20261129211000_django_dates'
const before = () => readMigrations('sqlite').filter(({ name }) => name < MIGRATION)

/** How Prisma's adapter spells dates, with and without a fraction. */
const SPELT = { fraction: '2026-11-29T13:11:59.644+00:00', second: '2026-11-29T13:11:59.000+00:00' }
const DJANGO = ['2026-11-29 13:11:59.644000', '2026-11-29 13:11:59']

/** Tables of later migrations never held a date in another spelling. */
const laterTables = readMigrations('sqlite')
  .filter(({ name }) => name > MIGRATION)
  .flatMap(({ statements }) => statements.flatMap(({ changes }) => changes))
  .filter(({ kind, action }) => kind === 'table' && action === 'create')
  .map(({ name }) => name)

async function dateColumns(target: DatabaseTarget) {
  const columns = await run(
    target,
    `SELECT t.name AS "table", c.name FROM sqlite_master t, pragma_table_info(t.name) c
     WHERE t.type = 'table' AND lower(c.type) = 'datetime' AND t.name NOT IN ('_prisma_migrations', 'django_session', 'django_migrations') ORDER BY 1, 2`,
  )
  return columns.filter(({ table }) => !laterTables.includes(String(table)))
}

/** A row in each table that has dates, whose dates are all spelt so. Columns that must be filled hold the row's number. */
async function insertOldRows(target: DatabaseTarget): Promise<void> {
  const tables = new Set((await dateColumns(target)).map(({ table }) => String(table)))
  const statements = ['PRAGMA foreign_keys = OFF']
  for (const table of tables) {
    const columns = await run(target, `SELECT name, lower(type) AS type, "notnull" AS required, pk FROM pragma_table_info('${table}')`)
    for (const [index, spelt] of [SPELT.fraction, SPELT.second].entries()) {
      const set = columns.filter(({ type, required, pk }) => type === 'datetime' || Number(required) === 1 || Number(pk) === 1)
      const values = set.map(({ type }) => (type === 'datetime' ? `'${spelt}'` : String(1000 + index)))
      statements.push(`INSERT INTO "${table}" (${set.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${values.join(', ')})`)
    }
  }
  await run(target, statements.join(';\n'))
}

const textsOf = async (target: DatabaseTarget, table: unknown, name: unknown) =>
  (await run(target, `SELECT "${name}" || '' AS text FROM "${table}" WHERE "${name}" IS NOT NULL ORDER BY 1 DESC`)).map(({ text }) => text)

const triggers = (target: DatabaseTarget) =>
  run(target, "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
const status = (target: DatabaseTarget) => readOnly(target, (rows) => migrationStatus(rows, 'sqlite'))

describe.runIf(!postgresql)('the migration to Django’s spelling of dates', () => {
  it('rewrites every date of ours, audit rows included, and leaves triggers and Django’s rows as they were', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    await migrate(target, before())
    await insertOldRows(target)
    await run(target, "UPDATE accounts_user SET last_login = '2023-05-01 09:30:15.1234' WHERE id = 1")
    const [columns, then] = [await dateColumns(target), await triggers(target)]
    expect(columns.length).toBeGreaterThan(25)
    for (const { table, name } of columns) expect(await textsOf(target, table, name)).toContain(SPELT.fraction)

    expect(await migrate(target, [...before(), ...readMigrations('sqlite').filter(({ name }) => name === MIGRATION)])).toEqual([MIGRATION])

    for (const { table, name } of columns) {
      const texts = await textsOf(target, table, name)
      expect(
        texts.filter((text) => !String(text).startsWith('2023')),
        `${table}.${name}`,
      ).toEqual(DJANGO)
    }
    expect(await run(target, "SELECT last_login || '' AS last, date_joined || '' AS joined FROM accounts_user WHERE id = 1")).toEqual([
      { last: '2023-05-01 09:30:15.1234', joined: '2023-05-01 09:30:15.123456' },
    ])
    expect(await triggers(target)).toEqual(then)
    expect(then.map(({ name }) => name)).toContain('accounts_auditevent_unchanged')
    await expect(run(target, "UPDATE accounts_auditevent SET outcome = 'x'")).rejects.toThrow(/append-only/)
    await run(
      target,
      `INSERT INTO accounts_auditevent SELECT 7, strftime('%Y-%m-%d %H:%M:%f000', 'now', '-11 hours'), event, outcome, actor_id,
      subject_id, session_id, ip_address, user_agent, request_id, detail FROM accounts_auditevent WHERE id = 1000`,
    )
    await expect(run(target, 'DELETE FROM accounts_auditevent WHERE id = 7')).rejects.toThrow(/append-only/)
    expect((await status(target))?.missing).toEqual([])
  })

  it('works where Django has dropped columns, indexes and tables since the migration before', async () => {
    const { target } = emptyDatabase()
    await migrate(target, before())
    await run(
      target,
      `DROP INDEX accounts_user_email_verified_at_email; ALTER TABLE accounts_user DROP COLUMN email_verified_at;
       DROP TABLE token_blacklist_blacklistedtoken; DROP TRIGGER accounts_auditevent_unchanged`,
    )
    expect(await migrate(target)).toContain(MIGRATION)
    expect(await status(target)).toEqual({ pending: [], missing: [], searchIndexes: [] })
    await insertOldRows(target)
    await expect(run(target, "UPDATE accounts_auditevent SET outcome = 'x'")).rejects.toThrow(/append-only/)
  })

  it('can be taken back for a release from before it, dates with Django’s microseconds and the audit log apart', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    await migrate(target, before())
    await insertOldRows(target)
    await migrate(target)
    await run(target, readFileSync(join('prisma', 'sqlite-dates-back.sql'), 'utf8'))
    for (const { table, name } of await dateColumns(target)) {
      const texts = (await textsOf(target, table, name)).filter((text) => !String(text).startsWith('2023'))
      expect(texts, `${table}.${name}`).toEqual(table === 'accounts_auditevent' ? DJANGO : [SPELT.fraction, SPELT.second])
    }
    expect(await run(target, "SELECT date_joined || '' AS joined FROM accounts_user WHERE id = 1")).toEqual([
      { joined: '2023-05-01 09:30:15.123456' },
    ])
  })

  it('dates that the previous version writes during the upgrade are read correctly, and sort as later on their day until the next start', async () => {
    const { target } = emptyDatabase()
    await migrate(target)
    await insertOldRows(target)
    const db = openDatabase(target)
    const at = new Date('2026-11-29T13:11:59.644Z')
    const found = (now: string) => db.session.count({ where: { id: '1000', expiresAt: { gt: new Date(now) } } })
    expect((await db.session.findUniqueOrThrow({ where: { id: '1000' } })).expiresAt).toEqual(at)
    expect(await Promise.all(['2026-11-29T13:11:59.643Z', '2026-11-29T23:59:59.999Z', '2026-11-30T00:00:00.000Z'].map(found))).toEqual([
      1, 1, 0,
    ])
    await db.$disconnect()
    expect(await migrate(target)).toEqual([])
    for (const { table, name } of await dateColumns(target)) {
      const untouched = table === 'accounts_auditevent' ? [SPELT.fraction, SPELT.second] : DJANGO
      expect(await textsOf(target, table, name), `${table}.${name}`).toEqual(untouched)
    }
    await run(target, readFileSync(join('prisma', 'migrations', 'sqlite', MIGRATION, 'migration.sql'), 'utf8'))
    expect(await textsOf(target, 'accounts_auditevent', 'at')).toEqual(DJANGO)
    expect(await status(target)).toEqual({ pending: [], missing: [], searchIndexes: [] })
  })
})
