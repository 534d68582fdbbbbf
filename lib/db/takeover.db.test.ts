import { describe, expect, it } from 'vitest'
import type { DatabaseTarget } from '../settings-values.ts'
import { openDatabase } from './client.ts'
import { expectedSchema } from './expected-schema.ts'
import { migrate, migrationStatus } from './migrate.ts'
import { readOnly } from './migration-connection.ts'
import { readMigrations } from './migration-files.ts'
import { takeoverProblems } from './takeover-problems.ts'
import { djangoDatabase, emptyDatabase, insertAsDjango, postgresql, run, schemaOf, withRole } from './testing/empty-database.ts'

const provider = postgresql ? 'postgresql' : 'sqlite'
const COMPLETE = { pending: [], missing: [], searchIndexes: [] }
const status = (target: DatabaseTarget) => readOnly(target, (rows) => migrationStatus(rows, provider))
const catalogue = (target: DatabaseTarget) =>
  run(
    target,
    postgresql
      ? `SELECT relname, relkind FROM pg_class WHERE relnamespace = '${target.provider === 'postgresql' ? target.schema : ''}'::regnamespace ORDER BY 1`
      : 'SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2',
  )

describe('any subset of the original’s apps is taken over', () => {
  const BLACKLIST = ['token_blacklist_blacklistedtoken', 'token_blacklist_outstandingtoken']
  it.each([
    ['all of them', []],
    ['no token_blacklist, as the tutorial has it', BLACKLIST],
    ['no admin', ['django_admin_log']],
    ['no sessions', ['django_session']],
    ['neither token_blacklist, admin nor sessions', [...BLACKLIST, 'django_admin_log', 'django_session']],
    ['half of token_blacklist', ['token_blacklist_blacklistedtoken']],
    ['no groups of users', ['accounts_user_groups', 'accounts_user_user_permissions']],
  ])('%s', async (_, without) => {
    const { target } = await djangoDatabase(without)
    await insertAsDjango(target, 'ada@example.com')
    expect(await takeoverProblems(true, target)).toEqual({ problems: [], takenOver: false })
    expect((await migrate(target)).length).toBe(readMigrations(provider).length)
    expect(await status(target)).toEqual(COMPLETE)
    expect(await migrate(target)).toEqual([])
    const db = openDatabase(target)
    const user = await db.user.findUniqueOrThrow({ where: { email: 'ada@example.com' } })
    const token = { token: 'x', jti: 'y', expiresAt: new Date(), userId: user.id }
    await db.outstandingToken.create({ data: { ...token, blacklisted: { create: { blacklistedAt: new Date() } } } })
    const entry = { actionTime: new Date(), objectRepr: 'x', actionFlag: 1, changeMessage: '' }
    await db.logEntry.create({ data: { ...entry, userId: user.id } })
    await db.userGroup.create({ data: { user: { connect: { id: user.id } }, group: { create: { name: 'Support' } } } })
    await db.$disconnect()
  })
})

describe('a database is looked at before it is changed', () => {
  /** The problems' ids, and that a look changes nothing. */
  async function idsOf(target: DatabaseTarget): Promise<string[]> {
    const before = await catalogue(target)
    const { problems } = await takeoverProblems(true, target)
    expect(await catalogue(target)).toEqual(before)
    return problems.map(({ id }) => id)
  }

  it('an empty one and one of our own have no problems', async () => {
    const { target } = emptyDatabase()
    expect(await takeoverProblems(true, target)).toEqual({ problems: [], takenOver: false })
    await migrate(target)
    expect(await takeoverProblems(true, target)).toEqual({ problems: [], takenOver: true })
  })

  it('accounts whose addresses differ in capitals or in the form of the domain are all listed with their ids', async () => {
    const { target } = await djangoDatabase()
    const emails = [
      'Ada@example.com',
      'ada@example.com',
      'bob@example.com',
      'hans@münchen.example',
      'hans@XN--mnchen-3ya.example',
      'eva@münchen.example',
      'ADA@example.com',
    ]
    for (const email of emails) await insertAsDjango(target, email)
    const { problems } = await takeoverProblems(false, target)
    expect(problems.map(({ id }) => id)).toEqual(['database.E007'])
    expect(problems[0]?.message.split('\n\t')).toEqual([
      '2 email addresses are spelt differently by several accounts:',
      '"ada@example.com": account 1 ("Ada@example.com"), account 2 ("ada@example.com"), account 7 ("ADA@example.com")',
      '"hans@xn--mnchen-3ya.example": account 4 ("hans@münchen.example"), account 5 ("hans@XN--mnchen-3ya.example")',
    ])
    await run(target, 'DELETE FROM accounts_user WHERE id IN (1, 5, 7)')
    expect(await idsOf(target)).toEqual([])
  })

  it('once taken over, only what the unique index refuses stops a start', async () => {
    const { target } = await djangoDatabase()
    await migrate(target)
    await run(target, 'DROP INDEX accounts_user_email_lower_key')
    for (const email of ['hans@münchen.example', 'hans@xn--mnchen-3ya.example']) await insertAsDjango(target, email)
    expect((await takeoverProblems(false, target)).problems).toEqual([])
    expect(await idsOf(target)).toEqual(['database.E007'])
    expect(await migrate(target)).toEqual(['index accounts_user_email_lower_key'])
    await run(target, 'DROP INDEX accounts_user_email_lower_key')
    await insertAsDjango(target, 'HANS@münchen.example')
    const { problems } = await takeoverProblems(false, target)
    expect(problems[0]?.message.split('\n\t').slice(1)).toEqual([
      '"hans@münchen.example": account 1 ("hans@münchen.example"), account 3 ("HANS@münchen.example")',
    ])
  })

  it('a column that must be filled and has no default', async () => {
    const { target } = await djangoDatabase()
    await run(target, `ALTER TABLE accounts_user ADD COLUMN bio varchar(20) NOT NULL DEFAULT ''`)
    expect(await idsOf(target)).toEqual([])
    if (postgresql) await run(target, 'ALTER TABLE accounts_user ALTER COLUMN bio DROP DEFAULT')
    else await remakeUserTable(target, 'bio varchar(20) NOT NULL')
    expect(await idsOf(target)).toEqual(['database.E004'])
  })

  it('a user table of another name, with or without django’s history', async () => {
    const { target } = await djangoDatabase()
    await run(target, 'ALTER TABLE accounts_user RENAME TO users_user')
    expect(await idsOf(target)).toEqual(['database.E001'])
    expect((await takeoverProblems(false, target)).problems[0]?.message).toContain('users_user')
  })

  it('columns of the original that are not there', async () => {
    const { target } = await djangoDatabase()
    await run(target, 'ALTER TABLE accounts_user RENAME COLUMN phone TO mobile')
    const { problems } = await takeoverProblems(false, target)
    expect(problems.map(({ id, message }) => [id, message])).toContainEqual(['database.E002', 'Missing columns: phone.'])
  })

  it('keys that are no integers', async () => {
    const { target } = emptyDatabase()
    await run(target, `CREATE TABLE accounts_user (id ${postgresql ? 'uuid' : 'char(32)'} PRIMARY KEY, email varchar(254))`)
    expect(await idsOf(target)).toContain('database.E003')
  })

  it.runIf(postgresql)('a role that neither owns the tables nor may make any', async () => {
    const { target } = await djangoDatabase()
    await withRole(async (role, asRole) => {
      await run(
        target,
        `GRANT USAGE ON SCHEMA ${schemaOf(target)} TO ${role}; GRANT SELECT ON ALL TABLES IN SCHEMA ${schemaOf(target)} TO ${role}`,
      )
      const { problems } = await takeoverProblems(true, asRole(target))
      expect(problems.map(({ id }) => id)).toEqual(['database.E005', 'database.E006'])
      expect(problems[0]?.message).toContain('token_blacklist_outstandingtoken')
    })
  })
})

const TIME = '2026-03-01 10:00:00'

/** What Django does on SQLite when it alters a table: a new one with its own columns alone, under the old one's name. */
async function remakeUserTable(target: DatabaseTarget, added: string): Promise<void> {
  const columns = (await run(target, 'PRAGMA table_info(accounts_user)')).map(({ name }) => String(name))
  const kept = columns.slice(0, 13).map((name) => `"${name}"`)
  const [{ sql } = {}] = await run(target, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'accounts_user'")
  const made = String(sql)
    .replace(/"accounts_user"/, '"new__accounts_user"')
    .replace(/, "?(deletion_due_at|bio)[\s\S]*$/, '')
    .replace(/\)\s*$/, '')
  await run(
    target,
    `PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; ${made}, ${added}); INSERT INTO new__accounts_user SELECT ${kept.join(', ')}, '' FROM accounts_user;
     DROP TABLE accounts_user; ALTER TABLE new__accounts_user RENAME TO accounts_user`,
  )
}

describe('what a database has lost of our schema', () => {
  it('is named and restored, all of it', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    await migrate(target)
    const onDjangosTables = expectedSchema(readMigrations(provider)).filter(
      ({ kind, table }) => kind !== 'table' && kind !== 'contents' && /^(accounts_user$|token_|django_)/.test(table),
    )
    const order = ['trigger', 'constraint', 'index', 'column']
    const dropped = onDjangosTables.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    for (const { kind, name, table } of dropped) {
      if (kind === 'column') await run(target, dropColumn(table, name.split('.')[1] ?? ''))
      else if (kind === 'constraint') await run(target, `ALTER TABLE ${table} DROP CONSTRAINT ${name}`)
      else await run(target, `DROP ${kind.toUpperCase()} IF EXISTS ${name}${postgresql && kind === 'trigger' ? ` ON ${table}` : ''}`)
    }
    const names = dropped.map(({ kind, name }) => `${kind} ${name}`).sort()
    const { missing, searchIndexes } = (await status(target)) ?? COMPLETE
    expect([...missing, ...searchIndexes].sort()).toEqual(names)
    expect((await migrate(target)).sort()).toEqual(expect.arrayContaining(names))
    expect(await status(target)).toEqual(COMPLETE)
  })

  it.runIf(!postgresql)('comes back after Django has remade the table in SQLite, the search of what changed before included', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    await migrate(target)
    await remakeUserTable(target, "bio varchar(20) NOT NULL DEFAULT ''")
    await insertAsDjango(target, 'bea@example.com')
    expect((await status(target))?.missing).toContain('column accounts_user.email_verified_at')
    await migrate(target)
    expect(await status(target)).toEqual(COMPLETE)
    expect(await run(target, `SELECT rowid FROM accounts_user_search WHERE accounts_user_search MATCH '"bea@"'`)).toHaveLength(1)
  })

  it('a count of deactivations that was lost comes back higher than that of any session', async () => {
    const { target } = await djangoDatabase()
    await migrate(target)
    for (const name of ['ada', 'bea', 'cyd', 'dee']) await insertAsDjango(target, `${name}@example.com`)
    const sessions = [
      [1, '0'],
      [2, '1'],
      [2, '4'],
      [3, 'NULL'],
    ].map(([user, count], index) => `('${index}', ${user}, '${TIME}', '${TIME}', '${TIME}', 'api', '', ${count})`)
    await run(
      target,
      `INSERT INTO accounts_session (id, user_id, created_at, last_used_at, expires_at, kind, user_agent, deactivations) VALUES ${sessions.join(', ')}`,
    )
    await run(target, `DROP TRIGGER accounts_user_deactivated${postgresql ? ' ON accounts_user' : ''}`)
    await run(target, dropColumn('accounts_user', 'deactivations'))
    await migrate(target)
    const counts = await run(target, 'SELECT deactivations FROM accounts_user ORDER BY id')
    expect(counts.map(({ deactivations }) => deactivations)).toEqual([1, 5, 0, 0])
    await migrate(target)
    expect(await run(target, 'SELECT deactivations FROM accounts_user ORDER BY id')).toEqual(counts)
  })

  it('a table that Django’s migrate took away comes back', async () => {
    const { target } = await djangoDatabase()
    await migrate(target)
    await run(target, `DROP TABLE token_blacklist_blacklistedtoken; DROP TABLE token_blacklist_outstandingtoken`)
    expect((await status(target))?.missing).toContain('table token_blacklist_outstandingtoken')
    await migrate(target)
    expect(await status(target)).toEqual(COMPLETE)
  })
})

const dropColumn = (table: string, column: string) => {
  // SQLite refuses to drop a column with a foreign key; the definition alone is what it keeps of one.
  if (postgresql || column !== 'session_id') return `ALTER TABLE ${table} DROP COLUMN ${column}`
  return `PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, ', "session_id" TEXT REFERENCES "accounts_session" ("id") ON DELETE SET NULL ON UPDATE NO ACTION', '') WHERE name = '${table}'; PRAGMA writable_schema = RESET`
}
