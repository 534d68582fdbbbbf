import type { SqlDriverAdapter, SqlQuery } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../settings.ts'
import { databaseTarget } from '../settings-values.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type Database, isUnavailable, openDatabase } from './client.ts'
import { migrate } from './migrate.ts'
import { hasPgbouncer, type Pooler, startPgbouncer } from './testing/start-pgbouncer.ts'

describe.runIf(process.env.TEST_PROVIDER === 'postgresql' && hasPgbouncer())('behind PgBouncer in transaction mode', () => {
  let pooler: Pooler
  let id: number
  beforeAll(async () => {
    pooler = await startPgbouncer(settings().DATABASE_URL)
    id = (await newUser()).id
  })
  afterAll(() => pooler.stop())

  it.each(['', '?schema=through_pooler', '?pgbouncer=true'])('a database%s is migrated and serves', async (parameters) => {
    const target = databaseTarget(pooler.url + parameters)
    await migrate(target)
    const db = openDatabase(target)
    const names = Array.from({ length: 30 }, (_, index) => `${parameters} ${index}`)
    await Promise.all(
      names.map((name) =>
        db.$transaction(async (tx) => {
          await tx.$executeRaw`INSERT INTO auth_group (name) VALUES (${name})`
          return tx.group.findUniqueOrThrow({ where: { name } })
        }),
      ),
    )
    const counts = await Promise.all(names.map((name) => db.$queryRaw`SELECT 1 AS one FROM auth_group WHERE name = ${name}`))
    expect(counts).toEqual(names.map(() => [{ one: 1 }]))
    await db.$disconnect()
  })

  it('a prepared statement is answered, whichever connection the pooler takes for it', async () => {
    let adapter: SqlDriverAdapter | undefined
    const keep = (connected: SqlDriverAdapter) => {
      adapter = connected
      return connected
    }
    const db = openDatabase(databaseTarget(pooler.url), keep)
    await db.$connect()
    const ask = async (value: number) => {
      const query = { sql: 'SELECT $1::int AS asked', args: [value], argTypes: [{ scalarType: 'int', arity: 'scalar' }], name: 'asked' }
      return (await adapter?.queryRaw(query as SqlQuery))?.rows
    }
    expect(await ask(1)).toEqual([[1]])
    // This takes the connection on which the statement was prepared, so that the next one is another.
    const other = new pg.Client({ connectionString: pooler.url })
    await other.connect()
    await other.query('BEGIN')
    expect(await ask(2)).toEqual([[2]])
    await other.query('ROLLBACK')
    await other.end()
    expect(await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index)))).toEqual(
      Array.from({ length: 30 }, (_, index) => [[index]]),
    )
    await db.$disconnect()
  })

  it('a statement that takes too long is ended, and no setting reaches the pooler’s other clients', async () => {
    const db: Database = openDatabase(databaseTarget(pooler.url))
    const at = new Date('2027-03-14T02:30:00.123Z')
    await db.user.update({ where: { id }, data: { dateJoined: at } })
    const other = new pg.Client({ connectionString: pooler.url })
    await other.connect()
    await other.query("SET TimeZone = 'Asia/Kolkata'")
    for (let round = 0; round < 5; round++) {
      await db.$transaction((tx) => tx.user.count())
      expect((await db.user.findUniqueOrThrow({ where: { id } })).dateJoined).toEqual(at)
      const { rows } = await other.query("SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS limit")
      expect(rows).toEqual([{ zone: 'Asia/Kolkata', limit: '0' }])
    }
    await other.end()
    const ended = db.$transaction((tx) =>
      tx.$executeRaw`SET LOCAL statement_timeout = 100`.then(() => tx.$queryRaw`SELECT pg_sleep(5)::text`),
    )
    await expect(ended).rejects.toSatisfy(isUnavailable)
    await db.$disconnect()
  })
})
