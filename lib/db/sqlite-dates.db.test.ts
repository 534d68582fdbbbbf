/** SQLite alone: there dates are text, and what the spelling is decides what Django's functions read and how rows compare. */
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPasskey } from '../credentials/testing/new-passkey.ts'
import { blacklistTokensOf } from '../tokens/refresh-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { database } from './client.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 50)

/** `str()` of Python's datetime, in milliseconds. */
const DJANGO = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.(?!000000)\d{3}000)?$/

const column = (table: string, name: string) => `SELECT "${name}" || '' AS text FROM "${table}" WHERE "${name}" IS NOT NULL`
const textsOf = async (table: string, name: string) =>
  (await database().$queryRawUnsafe<{ text: string }[]>(column(table, name))).map(({ text }) => text)
const textOf = async (id: number) =>
  (await database().$queryRaw<{ text: string }[]>`SELECT date_joined || '' AS text FROM accounts_user WHERE id = ${id}`)[0]?.text
const store = (id: number, text: string) => database().$executeRaw`UPDATE accounts_user SET date_joined = ${text} WHERE id = ${id}`

/** A row of every table that has dates, with all of them. */
async function writeEveryModel(at: Date): Promise<void> {
  const db = database()
  const dates = { dateJoined: at, lastLogin: at, emailVerifiedAt: at, deletionDueAt: at, tokensNotBefore: at }
  const user = await newUser(dates)
  const userId = user.id
  await db.logEntry.create({ data: { actionTime: at, userId, objectRepr: 'x', actionFlag: 1, changeMessage: '' } })
  const session = { userId, kind: 'api', userAgent: '', createdAt: at, lastUsedAt: at, expiresAt: at, endedAt: at, authenticatedAt: at }
  await db.session.create({ data: { id: `session-${userId}`, ...session } })
  const token = { token: '', createdAt: at, expiresAt: new Date(at.getTime() + 5000), rotatedAt: at, userId }
  await db.outstandingToken.create({
    data: { ...token, jti: `with-${userId}`, blacklisted: { create: { blacklistedAt: at } } },
  })
  await db.outstandingToken.create({ data: { ...token, jti: `without-${userId}` } })
  await db.$transaction((tx) => blacklistTokensOf(tx, userId, at))
  const link = { userId, purpose: 'x', email: '', nonce: '', digest: `digest-${userId}`, codeDigest: '' }
  await db.oneTimeToken.create({ data: { ...link, createdAt: at, expiresAt: at, usedAt: at, voidedAt: at } })
  const login = { userId, digest: `login-${userId}`, kind: 'x', amr: '', remember: false, passwordDigest: '', deactivations: 0 }
  await db.pendingLogin.create({ data: { ...login, createdAt: at, expiresAt: at, usedAt: at } })
  await db.totpDevice.create({ data: { userId, secret: 'x', createdAt: at, confirmedAt: at, lastUsedAt: at } })
  await db.recoveryCode.create({ data: { userId, digest: `recovery-${userId}`, createdAt: at, usedAt: at } })
  const trusted = { userId, digest: `trusted-${userId}`, passwordDigest: '', deactivations: 0 }
  await db.trustedDevice.create({ data: { ...trusted, createdAt: at, expiresAt: at } })
  const external = { userId, issuer: 'x', subject: `person-${userId}` }
  await db.externalAccount.create({ data: { ...external, createdAt: at, lastUsedAt: at } })
  const atProvider = { userId, purpose: 'x', provider: 'x', kind: 'x', digest: `at-provider-${userId}` }
  await db.externalLogin.create({ data: { ...atProvider, createdAt: at, expiresAt: at, usedAt: at } })
  await newPasskey(userId, at, { lastUsedAt: at })
  await db.usedChallenge.create({ data: { digest: `challenge-${userId}`, expiresAt: at } })
  const mail = { kind: 'x', recipient: '', subject: '', text: '', html: '', messageId: `mail-${userId}` }
  await db.outboxMail.create({ data: { ...mail, createdAt: at, nextAttemptAt: at, sentAt: at, failedAt: at } })
  await db.auditEvent.create({ data: { at, event: 'x', outcome: 'success', userAgent: '', requestId: '', detail: '{}' } })
  await db.idempotencyKey.create({ data: { id: `key-${userId}`, fingerprint: '', expiresAt: at } })
  const device = { userId, createdAt: at, lastSeenAt: at }
  await db.knownDevice.createMany({ data: [{ ...device, fingerprint: 'a' }] })
  await db.knownDevice.upsert({
    where: { userId_fingerprint: { userId, fingerprint: 'b' } },
    create: { ...device, fingerprint: 'b' },
    update: {},
  })
  await db.user.updateMany({ where: { id: userId, dateJoined: at }, data: { lastLogin: at } })
}

const ownZone = process.env.TZ

describe.runIf(process.env.TEST_PROVIDER === 'sqlite')('dates in SQLite', () => {
  beforeAll(() => {
    process.env.TZ = 'Asia/Kathmandu'
  })
  afterAll(() => {
    process.env.TZ = ownZone ?? ''
  })

  it('every column of every table holds them as Django spells them', async () => {
    const wholeSecond = new Date('2026-11-29T13:11:59.000Z')
    for (const at of [new Date('2026-11-29T13:11:59.644Z'), wholeSecond]) await writeEveryModel(at)
    const columns = await database().$queryRaw<{ table: string; name: string }[]>`
      SELECT t.name AS "table", c.name FROM sqlite_master t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND lower(c.type) = 'datetime' AND t.name NOT IN ('_prisma_migrations', 'django_session')`
    expect(columns.length).toBeGreaterThan(25)
    for (const { table, name } of columns) {
      const texts = await textsOf(table, name)
      expect(texts.length, `${table}.${name} is written here`).toBeGreaterThanOrEqual(2)
      for (const text of texts) expect(text, `${table}.${name}`).toMatch(DJANGO)
    }
  })

  it('what is written by the client is what Django would write, and read back the same', async () => {
    const { id } = await newUser()
    const instant = fc.oneof(
      fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
      fc.integer({ min: 0, max: 253_402_300_799 }).map((seconds) => new Date(seconds * 1000)),
    )
    await fc.assert(
      fc.asyncProperty(instant, fc.constantFrom('model', 'raw', 'transaction'), async (at, by) => {
        const db = database()
        if (by === 'model') await db.user.update({ where: { id }, data: { dateJoined: at } })
        if (by === 'raw') await db.$executeRaw`UPDATE accounts_user SET date_joined = ${at} WHERE id = ${id}`
        if (by === 'transaction') await db.$transaction((tx) => tx.user.update({ where: { id }, data: { dateJoined: at } }))
        expect(await textOf(id)).toMatch(DJANGO)
        expect((await db.user.findUniqueOrThrow({ where: { id } })).dateJoined).toEqual(at)
        expect(await db.$queryRaw`SELECT date_joined AS at FROM accounts_user WHERE id = ${id}`).toEqual([{ at }])
        const { _max } = await db.user.aggregate({ where: { id, dateJoined: at }, _max: { dateJoined: true } })
        expect(_max.dateJoined).toEqual(at)
      }),
      { numRuns: RUNS },
    )
  })

  it.each([
    ['2023-05-01 09:30:15.123456', '2023-05-01T09:30:15.123Z', 'Django'],
    ['2023-05-01 09:30:15', '2023-05-01T09:30:15.000Z', 'Django, in a whole second'],
    ['2023-05-01T09:30:15.123+00:00', '2023-05-01T09:30:15.123Z', 'Latchkey before'],
    ['2023-05-01T09:30:15.000+00:00', '2023-05-01T09:30:15.000Z', 'Latchkey before, in a whole second'],
    ['2023-05-01', '2023-05-01T00:00:00.000Z', 'a person'],
  ])('%s is read as %s, as %s wrote it', async (text, iso) => {
    const { id } = await newUser()
    await store(id, text)
    expect((await database().user.findUniqueOrThrow({ where: { id } })).dateJoined).toEqual(new Date(iso))
    expect(await database().$queryRaw`SELECT date_joined AS at FROM accounts_user WHERE id = ${id}`).toEqual([{ at: new Date(iso) }])
  })

  it('conditions and orders are right around a second, among rows of ours and of Django’s', async () => {
    const base = Date.parse('2026-11-29T13:11:59.000Z')
    const ours = [-1, 0, 1, 644, 999, 1000]
    // In microseconds after the second.
    const theirs: [text: string, at: number][] = [
      ['2026-11-29 13:11:58.999999', -1],
      ['2026-11-29 13:11:59', 0],
      ['2026-11-29 13:11:59.000001', 1],
      ['2026-11-29 13:11:59.644001', 644_001],
      ['2026-11-29 13:12:00', 1_000_000],
    ]
    const at = new Map<number, number>()
    for (const offset of ours) at.set((await newUser({ dateJoined: new Date(base + offset) })).id, offset * 1000)
    for (const [text, microseconds] of theirs) {
      const { id } = await newUser()
      await store(id, text)
      at.set(id, microseconds)
    }
    const id = { in: [...at.keys()] }
    const found = async (dateJoined: object) =>
      (await database().user.findMany({ where: { id, dateJoined }, select: { id: true } })).map((row) => at.get(row.id)).sort()
    const raw = async (operator: string, date: Date) =>
      (await database().$queryRawUnsafe<{ id: number }[]>(`SELECT id FROM accounts_user WHERE date_joined ${operator} ?`, date)).flatMap(
        (row) => at.get(row.id) ?? [],
      )
    const expected = (holds: (microseconds: number) => boolean) => [...at.values()].filter(holds).sort()
    for (const offset of [-2, -1, 0, 1, 643, 644, 645, 999, 1000, 1001]) {
      const [date, limit] = [new Date(base + offset), offset * 1000]
      expect(await found({ gt: date })).toEqual(expected((one) => one > limit))
      expect(await found({ gte: date })).toEqual(expected((one) => one >= limit))
      expect(await found({ lt: date })).toEqual(expected((one) => one < limit))
      expect(await found({ lte: date })).toEqual(expected((one) => one <= limit))
      expect(await found({ equals: date })).toEqual(expected((one) => one === limit))
      expect(await found({ in: [date] })).toEqual(expected((one) => one === limit))
      expect((await raw('<=', date)).sort()).toEqual(expected((one) => one <= limit))
    }
    const ordered = await database().user.findMany({ where: { id }, orderBy: { dateJoined: 'asc' }, select: { id: true } })
    expect(ordered.map((row) => at.get(row.id))).toEqual([...at.values()].sort((a, b) => a - b))
  })
})
