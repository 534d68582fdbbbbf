import type { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import type { DatabaseTarget } from '../settings-values.ts'
import { migrate, migrationStatus } from './migrate.ts'
import { readOnly } from './migration-connection.ts'
import { readMigrations } from './migration-files.ts'
import { takeoverProblems } from './takeover-problems.ts'
import {
  connect,
  countRows,
  djangoDatabase,
  emptyDatabase,
  insertAsDjango,
  insertStatement,
  postgresql,
  run,
  schemaOf,
  withRole,
  withSettings,
} from './testing/empty-database.ts'

const COMPLETE = { pending: [], missing: [], searchIndexes: [] }
const status = (target: DatabaseTarget) => readOnly(target, (rows) => migrationStatus(rows, 'postgresql'))

describe.runIf(postgresql)('tables in two schemas of the search path', () => {
  const onPath = (target: DatabaseTarget, ...schemas: string[]) =>
    ({ ...withSettings(target, { search_path: schemas.join(',') }), schema: undefined }) as DatabaseTarget

  it('Django’s are taken over where they are, ours are made in the first, and what is lost of either is restored', async () => {
    const django = await djangoDatabase()
    const ours = emptyDatabase()
    await run(ours.target, 'SELECT 1')
    await insertAsDjango(django.target, 'ada@example.com')
    const target = onPath(django.target, schemaOf(ours.target), schemaOf(django.target))
    expect(await takeoverProblems(true, target)).toEqual({ problems: [], takenOver: false })
    expect(await migrate(target)).toHaveLength(readMigrations('postgresql').length)
    expect(await status(target)).toEqual(COMPLETE)
    expect(await migrate(target)).toEqual([])
    expect(await run(django.target, "SELECT to_regclass('accounts_session') AS found")).toEqual([{ found: null }])
    const lost = ['accounts_user_email_lower_key', 'accounts_session_created_at']
    await run(django.target, `DROP INDEX ${lost[0]}`)
    await run(ours.target, `DROP INDEX ${lost[1]}`)
    expect((await status(target))?.missing.sort()).toEqual(lost.map((name) => `index ${name}`).sort())
    expect((await migrate(target)).sort()).toEqual(lost.map((name) => `index ${name}`).sort())
    expect(await status(target)).toEqual(COMPLETE)
  })

  it('a schema that comes before the one with the history begins no second one', async () => {
    const [before, now] = [emptyDatabase(), emptyDatabase()]
    await migrate(before.target)
    await run(now.target, 'SELECT 1')
    expect(await migrate(onPath(before.target, schemaOf(now.target), schemaOf(before.target)))).toEqual([])
  })
})

describe.runIf(postgresql)('a takeover reads', () => {
  it('for as long as it takes, regardless of the role’s limits, and cannot write', async () => {
    const { target } = await djangoDatabase()
    const limited = withSettings(target, { statement_timeout: '100ms', idle_in_transaction_session_timeout: '100ms' })
    expect(await readOnly(limited, (rows) => rows("SELECT 'read' AS done, pg_sleep(0.3)::text"))).toMatchObject([{ done: 'read' }])
    await expect(readOnly(limited, (rows) => rows('DELETE FROM accounts_user'))).rejects.toThrow('read-only transaction')
  })
})

describe.runIf(postgresql)('what the role may not do is said with the GRANT', () => {
  const problemsOf = async (target: DatabaseTarget) => (await takeoverProblems(true, target)).problems.map(({ id, hint }) => [id, hint])

  it.each([false, true])('where it may not even read the tables (taken over: %s)', async (takenOver) => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    if (takenOver) await migrate(target)
    await withRole(async (role, asRole) => {
      const schema = schemaOf(target)
      await run(target, `GRANT USAGE ON SCHEMA ${schema} TO ${role}`)
      expect(await problemsOf(asRole(target))).toEqual([
        ['database.E005', expect.stringContaining(`GRANT root TO ${role};`)],
        ['database.E006', `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role};`],
      ])
    })
  })

  it('where it may not use the schema, or not make it', async () => {
    const [made, unmade] = [(await djangoDatabase()).target, emptyDatabase().target]
    await withRole(async (role, asRole) => {
      const database = new URL(made.provider === 'postgresql' ? made.connectionString : '').pathname.slice(1)
      expect(await problemsOf(asRole(made))).toEqual([['database.E006', `GRANT USAGE, CREATE ON SCHEMA ${schemaOf(made)} TO ${role};`]])
      expect(await problemsOf(asRole(unmade))).toEqual([['database.E006', `GRANT CREATE ON DATABASE ${database} TO ${role};`]])
    })
  })

  it('a role that owns its schema, and may make no other, migrates', async () => {
    const { target } = emptyDatabase()
    await run(target, 'SELECT 1')
    await withRole(async (role, asRole) => {
      await run(target, `ALTER SCHEMA ${schemaOf(target)} OWNER TO ${role}`)
      expect(await problemsOf(asRole(target))).toEqual([])
      expect(await migrate(asRole(target))).toHaveLength(readMigrations('postgresql').length)
    })
  })
})

describe.runIf(postgresql)('the search’s indexes', () => {
  const TRIGRAMS = ['email', 'name', 'phone'].map((column) => `index accounts_user_${column}_trgm`)

  it('of an extension that came later are no loss, and are built by the next migrate', async () => {
    const { target } = await djangoDatabase()
    await migrate(target)
    await run(target, 'DROP EXTENSION pg_trgm CASCADE')
    expect(await status(target)).toEqual(COMPLETE)
    await run(target, 'CREATE EXTENSION pg_trgm SCHEMA public')
    expect(await status(target)).toEqual({ ...COMPLETE, searchIndexes: TRIGRAMS })
    expect(await migrate(target)).toEqual(TRIGRAMS)
    expect(await status(target)).toEqual(COMPLETE)
  })

  it('of an extension that the role may not use are left out', async () => {
    await withRole(async (role, asRole) => {
      const { target } = emptyDatabase()
      const schema = schemaOf(target)
      await run(target, `ALTER SCHEMA ${schema} OWNER TO ${role}`)
      await run(target, 'DROP EXTENSION pg_trgm CASCADE; CREATE SCHEMA closed; CREATE EXTENSION pg_trgm SCHEMA closed')
      const theirs = { ...withSettings(asRole(target), { search_path: schema }), schema: undefined } as DatabaseTarget
      try {
        expect(await migrate(theirs)).toHaveLength(readMigrations('postgresql').length)
        expect(await status(theirs)).toEqual(COMPLETE)
      } finally {
        await run(target, 'DROP EXTENSION pg_trgm CASCADE; CREATE EXTENSION pg_trgm SCHEMA public')
      }
    })
  })

  it('that cannot be built stop no migration', async () => {
    const { target } = await djangoDatabase()
    await migrate(target)
    await run(target, 'DROP EXTENSION pg_trgm CASCADE')
    await run(target, 'CREATE EXTENSION pg_trgm SCHEMA public; ALTER OPERATOR CLASS public.gin_trgm_ops USING gin RENAME TO other_ops')
    try {
      expect(await migrate(target)).toEqual([])
    } finally {
      await run(target, 'ALTER OPERATOR CLASS public.other_ops USING gin RENAME TO gin_trgm_ops')
    }
  })
})

describe.runIf(postgresql)('beside others who write', () => {
  it('an open transaction on the accounts delays a migration, and other clients only briefly', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    const [holder, writer] = [await connect(target), await connect(target)]
    try {
      await holder.query('BEGIN')
      await holder.query("UPDATE accounts_user SET name = 'Ada L' WHERE id = 1")
      const migrated = migrate(target)
      const waiting = 'SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = $1::regclass'
      while ((await writer.query(waiting, ['accounts_user'])).rows[0].n === 0);
      const started = performance.now()
      await writer.query(insertStatement('bea@example.com'))
      expect(performance.now() - started).toBeLessThan(8000)
      await holder.query('COMMIT')
      expect((await migrated).length).toBe(readMigrations('postgresql').length)
    } finally {
      await holder.end()
      await writer.end()
    }
    expect(await countRows(target, 'accounts_user')).toBe(2)
    expect(await status(target)).toEqual(COMPLETE)
  })

  it('three processes that start together take over a database with accounts once', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    const applied = (await Promise.all([migrate(target), migrate(target), migrate(target)])).map((names) => names.length)
    expect(applied.sort((a, b) => a - b)).toEqual([0, 0, readMigrations('postgresql').length])
    expect(await status(target)).toEqual(COMPLETE)
  })

  describe('an index is built while a transaction keeps it waiting', () => {
    /** Begins to restore two lost indexes, and runs `whileWaiting` when the first has waited for `milliseconds`. */
    async function restoring(settings: Record<string, string>, milliseconds: number, whileWaiting: (observer: Client) => Promise<void>) {
      const { target } = await djangoDatabase()
      await insertAsDjango(target, 'ada@example.com')
      await migrate(target)
      await run(target, 'DROP INDEX accounts_user_email_lower_key; DROP INDEX accounts_user_name_email')
      const [holder, observer] = [await connect(target), await connect(target)]
      try {
        await holder.query("BEGIN; UPDATE accounts_user SET name = 'Ada L' WHERE id = 1")
        const restored = migrate(withSettings(target, settings)).catch((error: Error) => error)
        let ended = false
        void restored.then(() => {
          ended = true
        })
        const waited = `${BUILDING} AND now() - query_start > interval '${milliseconds} milliseconds'`
        while (!ended && (await observer.query(waited)).rows.length === 0);
        await whileWaiting(observer)
        await holder.query('COMMIT')
        return await restored
      } finally {
        await holder.end()
        await observer.end()
      }
    }
    const BUILDING =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE%INDEX CONCURRENTLY%' AND state = 'active'"
    const LOCK =
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

    it('under its lock for as long as it takes, regardless of the role’s limits and isolation', async () => {
      const settings = {
        default_transaction_isolation: 'repeatable read',
        statement_timeout: '500ms',
        idle_in_transaction_session_timeout: '500ms',
      }
      const made = await restoring(settings, 1000, async (observer) => {
        expect((await observer.query(LOCK)).rows).toHaveLength(1)
      })
      expect(made).toEqual(expect.arrayContaining(['index accounts_user_email_lower_key', 'index accounts_user_name_email']))
    })

    it('and the migration fails when the lock is lost', async () => {
      const error = await restoring({}, 0, async (observer) => {
        await observer.query(`SELECT pg_terminate_backend(pid) FROM (${LOCK}) AS lock`)
      })
      expect(String(error)).toContain('keeps other processes from migrating was ended')
    })

    it('and one that is cancelled is named, with the limit that may have done it', async () => {
      const error = await restoring({}, 0, async (observer) => {
        await observer.query(`SELECT pg_cancel_backend(pid) FROM (${BUILDING}) AS build`)
      })
      expect(String(error)).toMatch(/the index accounts_user_\w+ was not built: .*statement_timeout/)
    })
  })

  it('an invalid index, as a killed build leaves it, is missing and built again', async () => {
    const { target } = await djangoDatabase()
    await insertAsDjango(target, 'ada@example.com')
    await migrate(target)
    await run(target, 'DROP INDEX accounts_user_email_lower_key')
    await insertAsDjango(target, 'ADA@example.com')
    const build = 'CREATE UNIQUE INDEX CONCURRENTLY accounts_user_email_lower_key ON accounts_user (lower(email COLLATE "C"))'
    await expect(run(target, build)).rejects.toThrow(/could not create unique index/)
    expect((await status(target))?.missing).toEqual(['index accounts_user_email_lower_key'])
    await run(target, "DELETE FROM accounts_user WHERE email = 'ADA@example.com'")
    expect(await migrate(target)).toEqual(['index accounts_user_email_lower_key'])
    await expect(insertAsDjango(target, 'ADA@example.com')).rejects.toThrow(/accounts_user_email_lower_key/)
  })
})
