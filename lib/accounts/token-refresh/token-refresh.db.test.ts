import { beforeEach, describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { ApiError, TokenError } from '../../errors.ts'
import { signToken, verifyToken } from '../../gate/tokens.ts'
import { contextAt } from '../../http/testing/context.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { liveUser } from '../../sessions/live-user.ts'
import { logIn } from '../../sessions/log-in.ts'
import { flushExpired } from '../../tokens/flush-expired.ts'
import { newTokenId, seconds, tokenDigest } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { refreshTokens } from './refresh-tokens.ts'

interface Pair {
  access: string
  refresh: string
}

const START = new Date('2026-03-01T10:00:00Z')
const at = (offset: number) => new Date(START.getTime() + offset * 1000)

let user: User
let first: Pair

const exchange = async (refresh: string, offset: number) => (await refreshTokens({ refresh }, contextAt(at(offset)))).body as Pair
const refusal = (refresh: string, offset: number) =>
  exchange(refresh, offset).then(
    () => 'accepted',
    (error: Error) => error.message,
  )
const opens = async (access: string, offset: number) =>
  typeof (await liveUser(await verifyToken(access, 'access', at(offset)), at(offset))) !== 'string'
const sessionOf = async ({ access }: Pair) => (await verifyToken(access, 'access', START)).sid as string

beforeEach(async () => {
  user = await newUser()
  first = (await database().$transaction((tx) => logIn(tx, user, contextAt(START)))).tokens as Pair
})

describe('rotation (RT-1 to RT-4)', () => {
  it('gives a new pair of the same session, and the database holds no token', async () => {
    const second = await exchange(first.refresh, 10)
    expect(second.refresh).not.toBe(first.refresh)
    expect(await opens(second.access, 10)).toBe(true)
    expect((await verifyToken(second.refresh, 'refresh', at(10))).sid).toBe(await sessionOf(first))
    const rows = await database().outstandingToken.findMany({ where: { userId: user.id } })
    expect(rows.map((row) => row.token).sort()).toEqual([first, second].map((pair) => tokenDigest(pair.refresh)).sort())
  })

  it('the parent within the grace gets the same successor, one second later the session is over', async () => {
    const second = await exchange(first.refresh, 10)
    expect((await exchange(first.refresh, 39)).refresh).toBe(second.refresh)
    expect(await refusal(first.refresh, 40)).toBe('Token is blacklisted')
    expect(await opens(second.access, 41)).toBe(false)
    expect(await refusal(second.refresh, 41)).toBe('Token is blacklisted')
  })

  it('an older ancestor ends the session even within the grace', async () => {
    const second = await exchange(first.refresh, 1)
    const third = await exchange(second.refresh, 2)
    expect(await refusal(first.refresh, 3)).toBe('Token is blacklisted')
    expect(await refusal(third.refresh, 4)).toBe('Token is blacklisted')
    expect(await opens(third.access, 4)).toBe(false)
    const session = await database().session.findUniqueOrThrow({ where: { id: await sessionOf(first) } })
    expect(session.endReason).toBe('replay')
  })

  it('twenty at once make one successor and one live leaf', async () => {
    const pairs = await Promise.all(Array.from({ length: 20 }, () => exchange(first.refresh, 5)))
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1)
    expect(await database().outstandingToken.count({ where: { userId: user.id, rotatedAt: null } })).toBe(1)
    expect(await refusal((pairs[0] as Pair).refresh, 6)).toBe('accepted')
  })

  it('extends the session as far as its newest token lives', async () => {
    await exchange(first.refresh, 3600)
    const { expiresAt } = await database().session.findUniqueOrThrow({ where: { id: await sessionOf(first) } })
    expect(expiresAt).toEqual(at(3600 + 86_400))
  })

  it('after a logout nothing is minted, whoever was faster', async () => {
    const [refreshed] = await Promise.allSettled([exchange(first.refresh, 5), blacklistRefreshToken(first.refresh, contextAt(at(5)))])
    if (refreshed.status === 'fulfilled') {
      expect(await opens(refreshed.value.access, 6)).toBe(false)
      expect(await refusal(refreshed.value.refresh, 6)).toBe('Token is blacklisted')
    }
    expect(await refusal(first.refresh, 6)).toBe('Token is blacklisted')
  })
})

describe('the account behind the token (LG-2)', () => {
  it.each([
    ['deactivated', () => database().user.update({ where: { id: user.id }, data: { isActive: false } })],
    ['deleted', () => database().user.delete({ where: { id: user.id } })],
  ])('%s: refresh and access end at once', async (_title, change) => {
    await change()
    await expect(exchange(first.refresh, 1)).rejects.toThrow(ApiError)
    expect(await opens(first.access, 1)).toBe(false)
  })
})

describe('tokens that the original issued', () => {
  const legacy = (more: object = {}) =>
    signToken('refresh', {
      jti: newTokenId(),
      iat: seconds(START),
      exp: seconds(START) + 3600,
      refreshExp: null,
      userId: user.id,
      sid: null,
      extra: { tenant: 'x' },
      ...more,
    })

  it('are honoured without a row, and their successor has a session that can be ended', async () => {
    const second = await exchange(await legacy(), 1)
    const claims = await verifyToken(second.refresh, 'refresh', at(1))
    expect(claims.sid).not.toBeNull()
    expect(claims.extra).toEqual({ tenant: 'x' })
    await blacklistRefreshToken(second.refresh, contextAt(at(2)))
    expect(await opens(second.access, 3)).toBe(false)
  })

  it('ten at once make one successor', async () => {
    const token = await legacy()
    const pairs = await Promise.all(Array.from({ length: 10 }, () => exchange(token, 1)))
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1)
  })

  it('are refused once blacklisted, and when they name nobody', async () => {
    const token = await legacy()
    await blacklistRefreshToken(token, contextAt(at(1)))
    expect(await refusal(token, 2)).toBe('Token is blacklisted')
    await expect(blacklistRefreshToken(token, contextAt(at(2)))).rejects.toThrow(TokenError)
    await expect(exchange(await legacy({ userId: 999_999_999 }), 1)).rejects.toThrow('No active account found for the given token.')
  })
})

describe('flushexpiredtokens', () => {
  it('deletes what has expired and nothing else, and what it deletes stays refused', async () => {
    const second = await exchange(first.refresh, 3600)
    await flushExpired(at(86_400))
    const left = await database().outstandingToken.findMany({ where: { userId: user.id } })
    expect(left.map((row) => row.token)).toEqual([tokenDigest(second.refresh)])
    expect(await database().session.count({ where: { userId: user.id } })).toBe(1)
    await flushExpired(at(3600 + 86_400))
    expect(await database().outstandingToken.count({ where: { userId: user.id } })).toBe(0)
    expect(await database().session.count({ where: { userId: user.id } })).toBe(0)
    expect(await refusal(second.refresh, 86_400)).toBe('Token is blacklisted')
  })

  it.runIf(process.env.TEST_PROVIDER === 'sqlite')('keeps a row of the same day that Django wrote and that is still in time', async () => {
    await database().$executeRawUnsafe(
      `INSERT INTO token_blacklist_outstandingtoken (token, expires_at, jti) VALUES ('t', '2026-03-01 23:00:00', 'django-${user.id}')`,
    )
    await flushExpired(new Date('2026-03-01T22:59:59Z'))
    expect(await database().outstandingToken.count({ where: { jti: `django-${user.id}` } })).toBe(1)
    await flushExpired(new Date('2026-03-01T23:00:00Z'))
    expect(await database().outstandingToken.count({ where: { jti: `django-${user.id}` } })).toBe(0)
  })
})
