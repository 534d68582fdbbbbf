import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { migrate } from '../db/migrate.ts'
import { connect, djangoDatabase, emptyDatabase, postgresql, run, schemaOf, withRole, withSettings } from '../db/testing/empty-database.ts'
import { settings } from '../settings.ts'
import { databaseProblems } from './database-problems.ts'

const { DATABASE_URL } = settings()
afterEach(() => {
  Object.assign(settings(), { DATABASE_URL })
})

async function problemsAt(url: string): Promise<string[]> {
  Object.assign(settings(), { DATABASE_URL: url })
  return (await databaseProblems()).map(({ id }) => id)
}

it('a database that cannot be reached is a warning', async () => {
  const away = postgresql ? 'postgresql://root@127.0.0.1:1/none' : `file:${join(tmpdir(), 'not-there', 'none.sqlite3')}`
  expect(await problemsAt(away)).toEqual(postgresql ? ['database.W001'] : [])
})

it.runIf(!postgresql)('a file that is no database is an error', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-'))
  const file = join(directory, 'text.sqlite3')
  writeFileSync(file, 'This is a text. '.repeat(100))
  expect(await problemsAt(`file:${file}`)).toEqual(['database.E010'])
  rmSync(directory, { recursive: true })
})

it.runIf(postgresql)('a table that another session locks for longer than the role waits is a warning', async () => {
  const { target } = await djangoDatabase()
  await migrate(target)
  const holder = await connect(target)
  try {
    await holder.query('BEGIN; LOCK TABLE accounts_user')
    const hurried = withSettings(target, { lock_timeout: '50ms' }) as { connectionString: string }
    expect(await problemsAt(`${hurried.connectionString}&schema=${schemaOf(target)}`)).toEqual(['database.W001'])
  } finally {
    await holder.end()
  }
})

it.runIf(postgresql)('a role that may not read the tables is an error', async () => {
  const { target } = emptyDatabase()
  await withRole(async (role, asRole) => {
    await run(target, `CREATE TABLE public.django_migrations (id int); REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`)
    const theirs = asRole({ ...target, schema: undefined } as typeof target)
    expect(await problemsAt(theirs.provider === 'postgresql' ? theirs.connectionString : '')).toContain('database.E005')
    await run(target, 'DROP TABLE public.django_migrations')
  })
})
