/** The one statement that every request with a token costs: it finds what Prisma's queries would, and refuses what they would. */
import { beforeAll, describe, expect, it } from 'vitest'
import { database, disconnectDatabase, type User } from '../db/client.ts'
import { contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { activeSessionWhere } from './lifetimes.ts'
import { loadActiveUser } from './principal.ts'
import { startSession } from './session.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000)
const claimsOf = (userId: number, sid: string | null) =>
  ({ userId, sid, iat: NOW.getTime() / 1000 }) as Parameters<typeof loadActiveUser>[0]

let user: User
beforeAll(async () => {
  user = await newUser()
})

describe('the account', () => {
  it('is read as Prisma reads it: every column, dates to the millisecond, what is null, what is long', async () => {
    const everything = {
      lastLogin: new Date('2026-02-28T23:59:59.987Z'),
      dateJoined: new Date('1999-12-31T23:59:59.001Z'),
      emailVerifiedAt: new Date('2026-01-01T00:00:00Z'),
      tokensNotBefore: new Date('2025-06-01T12:00:00.5Z'),
      phoneE164: '+4930123456',
      name: 'محمد \u{1F600} ä\'"\\',
      isStaff: true,
      isSuperuser: true,
    }
    for (const other of [await newUser(), await newUser(everything)]) {
      const expected = await database().user.findUniqueOrThrow({ where: { id: other.id } })
      const { id: sid } = await database().$transaction((tx) => startSession(tx, other, 'api', contextOf(other, NOW)))
      expect(await loadActiveUser(claimsOf(other.id, sid), NOW)).toStrictEqual(expected)
    }
  })

  it('is read again after the database was disconnected', async () => {
    await disconnectDatabase()
    expect(await loadActiveUser(claimsOf(user.id, null), NOW)).toMatchObject({ id: user.id })
  })

  it.each([0, 999_999, 2 ** 31, 2 ** 53 - 1])('%s of no account is not found', async (id) => {
    expect(await loadActiveUser(claimsOf(id, null), NOW)).toBe('user_not_found')
  })
})

describe('a session', () => {
  const HOUR = 3600
  const DAY = 24 * HOUR
  /** Around each limit of the default settings, a second to each side. */
  const around = (seconds: number) => [seconds - 1, seconds, seconds + 1]
  const rows = [true, false].flatMap((isStaff) =>
    [
      ...[0, ...around(30 * DAY), ...around(12 * HOUR)].map((createdAgo) => ({ createdAgo, usedAgo: 0, expiresIn: 60, ended: false })),
      ...[...around(14 * DAY), ...around(HOUR)].map((usedAgo) => ({ createdAgo: usedAgo, usedAgo, expiresIn: 60, ended: false })),
      ...[-1, 0, 1].map((expiresIn) => ({ createdAgo: 10, usedAgo: 10, expiresIn, ended: false })),
      { createdAgo: 10, usedAgo: 10, expiresIn: 60, ended: true },
    ].map((row) => ({ ...row, isStaff })),
  )

  it('is one exactly where activeSessionWhere() finds it, on either side of every limit', async () => {
    const owners = { staff: await newUser({ isStaff: true }), others: await newUser() }
    const found: unknown[] = []
    for (const { createdAgo, usedAgo, expiresIn, ended, isStaff } of rows) {
      const owner = isStaff ? owners.staff : owners.others
      const { id } = await database().$transaction((tx) => startSession(tx, owner, 'api', contextOf(owner, NOW)))
      const data = { createdAt: ago(createdAgo), lastUsedAt: ago(usedAgo), expiresAt: ago(-expiresIn), endedAt: ended ? NOW : null }
      await database().session.update({ where: { id }, data })
      const isActive = (await database().session.count({ where: { id, ...activeSessionWhere(NOW) } })) === 1
      const answer = await loadActiveUser(claimsOf(owner.id, id), NOW)
      if ((typeof answer !== 'string') !== isActive) found.push({ createdAgo, usedAgo, expiresIn, ended, isStaff, isActive })
    }
    expect(found).toEqual([])
  })

  it('of another account, or of an unknown id, opens nothing', async () => {
    const other = await newUser()
    const { id } = await database().$transaction((tx) => startSession(tx, other, 'api', contextOf(other, NOW)))
    expect(await loadActiveUser(claimsOf(user.id, id), NOW)).toBe('session_ended')
    for (const sid of ['', 'x', 'x'.repeat(255), "' OR 1=1 --", '%', '$1']) {
      expect(await loadActiveUser(claimsOf(user.id, sid), NOW)).toBe('session_ended')
    }
  })
})
