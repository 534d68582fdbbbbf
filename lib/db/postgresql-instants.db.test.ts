import * as fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../settings.ts'
import { databaseTarget } from '../settings-values.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type Database, openDatabase } from './client.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 30)

/** Also the instants that a clock skips or shows twice, in Europe, America and half an hour further. */
const instant = fc.oneof(
  fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2200-01-01T00:00:00Z'), noInvalidDate: true }),
  fc
    .constantFrom(
      '2027-03-14T02:30:00.001Z',
      '2027-03-14T07:00:00.000Z',
      '2026-11-01T05:30:00.999Z',
      '2026-11-01T06:30:00.000Z',
      '2027-03-28T01:30:00.500Z',
      '2026-10-25T01:00:00.000Z',
      '1883-11-18T17:00:00.000Z',
    )
    .map((text) => new Date(text)),
)

const ownZone = process.env.TZ

describe.runIf(process.env.TEST_PROVIDER === 'postgresql').each([
  ['America/New_York', 'Asia/Kolkata', 'ISO, MDY'],
  ['Asia/Kathmandu', 'America/St_Johns', 'German'],
  ['Australia/Lord_Howe', 'UTC', 'SQL, DMY'],
])('in a database whose time zone is %s, a process in %s and dates written as %s', (zone, processZone, dateStyle) => {
  // A suite that is skipped is collected all the same: on SQLite there is no connection string.
  const { connectionString = 'postgresql://unused/unused' } = databaseTarget(settings().DATABASE_URL) as { connectionString?: string }
  const name = new URL(connectionString).pathname.slice(1)
  let db: Database
  let sql: pg.Client
  let id: number

  beforeAll(async () => {
    const setup = new pg.Client({ connectionString })
    await setup.connect()
    await setup.query(`ALTER DATABASE ${name} SET timezone = '${zone}'; ALTER DATABASE ${name} SET datestyle = '${dateStyle}'`)
    await setup.end()
    process.env.TZ = processZone
    db = openDatabase(databaseTarget(settings().DATABASE_URL))
    sql = new pg.Client({ connectionString })
    await sql.connect()
    id = (await newUser()).id
  })
  afterAll(async () => {
    process.env.TZ = ownZone ?? ''
    await sql.query(`ALTER DATABASE ${name} RESET timezone; ALTER DATABASE ${name} RESET datestyle`)
    await sql.end()
    await db.$disconnect()
  })

  /** How SQL reads the column in any session time zone. */
  const stored = async () => {
    const { rows } = await sql.query('SELECT extract(epoch FROM date_joined) * 1000 AS at FROM accounts_user WHERE id = $1', [id])
    return Math.round(Number(rows[0].at))
  }

  it('what is written by the client is that instant for SQL, and read back the same', async () => {
    await fc.assert(
      fc.asyncProperty(instant, fc.constantFrom('model', 'raw', 'transaction'), async (at, by) => {
        if (by === 'model') await db.user.update({ where: { id }, data: { dateJoined: at } })
        if (by === 'raw') await db.$executeRaw`UPDATE accounts_user SET date_joined = ${at} WHERE id = ${id}`
        if (by === 'transaction') await db.$transaction((tx) => tx.user.update({ where: { id }, data: { dateJoined: at } }))
        expect(await stored()).toBe(at.getTime())
        expect((await db.user.findUniqueOrThrow({ where: { id } })).dateJoined).toEqual(at)
        const [row] = await db.$queryRaw<{ at: Date; all: Date[] }[]>`
          SELECT date_joined AS at, array_agg(date_joined) AS all FROM accounts_user WHERE id = ${id} GROUP BY date_joined`
        expect(row?.at).toEqual(at)
        expect(row?.all.map((each) => new Date(each))).toEqual([at])
      }),
      { numRuns: RUNS },
    )
  })

  it('what SQL writes is read as that instant, and compared as it', async () => {
    await fc.assert(
      fc.asyncProperty(instant, async (at) => {
        await sql.query('UPDATE accounts_user SET date_joined = to_timestamp($2 / 1000.0) WHERE id = $1', [id, at.getTime()])
        expect((await db.user.findUniqueOrThrow({ where: { id } })).dateJoined).toEqual(at)
        const before = new Date(at.getTime() - 1000)
        const after = new Date(at.getTime() + 1000)
        expect(await db.user.count({ where: { id, dateJoined: { gt: before, lt: after } } })).toBe(1)
        expect(
          await db.$queryRaw`SELECT 1 FROM accounts_user WHERE id = ${id} AND date_joined BETWEEN ${before} AND ${after}`,
        ).toHaveLength(1)
      }),
      { numRuns: RUNS },
    )
  })

  it('the session itself counts in UTC, so that functions of dates in SQL do, too', async () => {
    expect(await db.$queryRaw`SELECT current_setting('TimeZone') AS zone`).toEqual([{ zone: 'UTC' }])
  })
})
