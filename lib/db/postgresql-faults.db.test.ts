import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../settings.ts'
import { databaseTarget } from '../settings-values.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type Database, isUnavailable, postgresqlAdapter } from './client.ts'
import { PrismaClient } from './generated/postgresql/client.ts'

/** How long the client under test waits for a statement, in milliseconds. */
const TIMEOUT = 1500

describe.runIf(process.env.TEST_PROVIDER === 'postgresql')('PostgreSQL', () => {
  const { connectionString } = databaseTarget(settings().DATABASE_URL) as { connectionString: string }
  let db: Database
  let sql: pg.Client
  let id: number
  const connect = (schema?: string) =>
    new PrismaClient({
      adapter: postgresqlAdapter({ connectionString, schema, poolSize: 3, timeout: TIMEOUT }),
    }) as unknown as Database

  beforeAll(async () => {
    id = (await newUser()).id
    db = connect()
    sql = new pg.Client({ connectionString })
    await sql.connect()
  })
  afterAll(async () => {
    await db.$disconnect()
    await sql.end()
  })

  /** The connections of the client under test. */
  const others = 'FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
  const terminate = () => sql.query(`SELECT pg_terminate_backend(pid) ${others}`)
  const failure = (work: Promise<unknown>) => expect(work).rejects.toSatisfy(isUnavailable)

  it('a connection that the server ends while it rests is replaced, with no uncaught error', async () => {
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 3 }, () => db.$queryRaw`SELECT pg_sleep(0.05)::text`))
      await terminate()
      await setTimeout(50)
      expect(await db.user.count({ where: { id } })).toBe(1)
    }
  })

  it.each<[string, (begun: () => Promise<unknown>) => Promise<unknown>]>([
    ['runs a statement', (begun) => Promise.all([db.$queryRaw`SELECT pg_sleep(5)::text`, setTimeout(200).then(begun)])],
    [
      'runs a statement of a transaction',
      (begun) => db.$transaction((tx) => Promise.all([tx.$queryRaw`SELECT pg_sleep(5)::text`, setTimeout(200).then(begun)])),
    ],
    [
      'waits for the next statement of a transaction',
      (begun) =>
        db.$transaction(async (tx) => {
          await tx.user.count()
          await begun()
          await setTimeout(50)
          return tx.user.count()
        }),
    ],
    [
      'is about to commit',
      (begun) =>
        db.$transaction(async (tx) => {
          await tx.user.updateMany({ where: { id }, data: { name: 'Lost' } })
          await begun()
          await setTimeout(50)
        }),
    ],
  ])('a connection that the server ends while it %s is a failure that says to come back, and the next works', async (_when, work) => {
    await failure(work(terminate))
    expect((await db.user.findUniqueOrThrow({ where: { id } })).name).not.toBe('Lost')
  })

  it('a statement that takes too long is ended on the server, too, and its connection serves nothing else', async () => {
    await sql.query('BEGIN')
    await sql.query('UPDATE accounts_user SET phone = phone WHERE id = $1', [id])
    await failure(db.user.updateMany({ where: { id }, data: { name: 'Late' } }))
    await failure(db.$transaction((tx) => tx.user.updateMany({ where: { id }, data: { name: 'Late' } })))
    await setTimeout(300)
    expect((await sql.query(`SELECT query ${others} AND state <> 'idle' AND backend_type = 'client backend'`)).rows).toEqual([])
    await sql.query('COMMIT')
    expect((await db.user.findUniqueOrThrow({ where: { id } })).name).not.toBe('Late')
  })

  it('nothing of a session is set but what poolers know, and a transaction’s limits end with it', async () => {
    const limits = async (tx: Pick<Database, '$queryRaw'>) =>
      (await tx.$queryRaw<{ limit: string }[]>`SELECT current_setting('statement_timeout') AS limit`)[0]?.limit
    expect(await db.$transaction(limits)).toBe(`${TIMEOUT}ms`)
    expect(await Promise.all(Array.from({ length: 6 }, () => limits(db)))).toEqual(Array(6).fill('0'))
  })

  it('tables in a schema of their own are found by every statement, also by those that name no schema', async () => {
    await sql.query('CREATE SCHEMA "Own x"; CREATE TABLE "Own x".auth_group (LIKE auth_group INCLUDING ALL)')
    const inSchema = connect('Own x')
    const name = 'In a schema of its own'
    await inSchema.$executeRaw`INSERT INTO auth_group (id, name) VALUES (7, ${name})`
    expect(await inSchema.$queryRaw`SELECT name FROM auth_group`).toEqual([{ name }])
    expect(await inSchema.$transaction((tx) => tx.$queryRaw`SELECT id FROM auth_group`)).toEqual([{ id: 7 }])
    expect(await inSchema.group.count()).toBe(1)
    expect((await sql.query('SELECT 1 FROM auth_group WHERE name = $1', [name])).rows).toEqual([])
    await inSchema.$disconnect()
  })
})
