import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, lockUser, type User } from '../../db/client.ts'
import { ApiError, TokenError, ValidationFailed } from '../../errors.ts'
import { contextAt } from '../../http/testing/context.ts'
import { flushExpired } from '../../jobs/testing/run-due.ts'
import { CLOCK_SKEW, signToken, verifyToken } from '../../jwt/tokens.ts'
import { blacklistRefreshToken } from '../../sessions/blacklist-refresh-token.ts'
import { loadActiveUser } from '../../sessions/principal.ts'
import { revokeAllSessions } from '../../sessions/session.ts'
import { type Settings, settings } from '../../settings.ts'
import { newTokenId, outstandingRow, seconds, tokenDigest } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { verifyAnyToken } from '../token-verify/endpoints.ts'
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
  typeof (await loadActiveUser(await verifyToken(access, 'access', at(offset)), at(offset))) !== 'string'
const sessionOf = async ({ access }: Pair) => (await verifyToken(access, 'access', START)).sid as string
const rowOf = async (token: string, offset = 0) => {
  const { jti } = await verifyToken(token, 'refresh', at(offset))
  return database().outstandingToken.findUniqueOrThrow({ where: { jti }, include: { blacklisted: true } })
}
const events = (event: string) => database().auditEvent.findMany({ where: { event, subjectId: user.id } })
const messages = () => database().outboxMail.findMany({ where: { userId: user.id } })
/** A refresh token that the original signed: it names no session. */
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
/** Until the test's end. */
const set = (changed: Partial<Settings>) => Object.assign(settings(), changed)

const { ROTATE_REFRESH_TOKENS, ROTATION_GRACE_PERIOD, BLACKLIST_AFTER_ROTATION, LEEWAY } = settings()
afterEach(() => set({ ROTATE_REFRESH_TOKENS, ROTATION_GRACE_PERIOD, BLACKLIST_AFTER_ROTATION, LEEWAY }))

beforeEach(async () => {
  user = await newUser()
  first = (await database().$transaction((tx) => signIn(tx, user, contextAt(START)))).tokens as Pair
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

  it('a replay is written down and told to the owner, once for each session, with nothing secret', async () => {
    const second = await exchange(first.refresh, 10)
    const thief = { clientIp: '203.0.113.9', userAgent: 'curl/8.5' }
    const replay = (refresh: string) => refreshTokens({ refresh }, contextAt(at(3600), thief)).catch((error: Error) => error.message)
    const replays = await Promise.all([first, first, first].map(({ refresh }) => replay(refresh)))
    expect([...replays, await replay(first.refresh)]).toEqual(Array(4).fill('Token is blacklisted'))
    expect(await events('refresh_token_replayed')).toMatchObject([
      { outcome: 'failure', sessionId: await sessionOf(first), ipAddress: '203.0.113.9', actorId: null },
    ])
    const [message, ...more] = await messages()
    expect(more).toEqual([])
    expect(message).toMatchObject({ kind: 'refresh_token_replayed', recipient: user.email, oneTimeTokenId: null })
    expect(message?.text).toContain('Time: 1 March 2026 at 11:00 UTC\nAddress: 203.0.113.9\nDevice: curl')
    expect(message?.text).toContain('Signed out: Unknown device, signed in on 1 March 2026 at 10:00 UTC')
    for (const token of [first, second].flatMap(({ refresh, access }) => [refresh, access])) {
      expect(message?.text + (message?.html ?? '')).not.toContain(token.split('.')[2])
    }
  })

  it('a replay after the logout is no news: no event and no email', async () => {
    const second = await exchange(first.refresh, 10)
    await blacklistRefreshToken(second.refresh, contextAt(at(20)))
    expect(await refusal(first.refresh, 25)).toBe('Token is blacklisted')
    expect(await refusal(first.refresh, 3600)).toBe('Token is blacklisted')
    expect(await events('refresh_token_replayed')).toEqual([])
    expect(await messages()).toEqual([])
  })

  it('without a grace a parent is refused in the very moment of its rotation', async () => {
    set({ ROTATION_GRACE_PERIOD: 0 })
    const second = await exchange(first.refresh, 10)
    expect(await refusal(first.refresh, 10)).toBe('Token is blacklisted')
    expect(await opens(second.access, 10)).toBe(false)
  })

  it.each([0, 30])('a clock that was set back opens no grace again (%i s)', async (ROTATION_GRACE_PERIOD) => {
    set({ ROTATION_GRACE_PERIOD })
    await exchange(first.refresh, 100)
    expect(await refusal(first.refresh, 100 - Math.max(ROTATION_GRACE_PERIOD, 1))).toBe('Token is blacklisted')
    expect(await events('refresh_token_replayed')).toHaveLength(1)
  })

  it.each([true, false])(
    'the original reads a rotated token as its BLACKLIST_AFTER_ROTATION=%s says; a replay is found out',
    async (on) => {
      set({ BLACKLIST_AFTER_ROTATION: on })
      const second = await exchange(first.refresh, 10)
      expect((await rowOf(first.refresh)).blacklisted !== null).toBe(on)
      expect((await rowOf(second.refresh)).blacklisted).toBeNull()
      expect((await exchange(first.refresh, 39)).refresh).toBe(second.refresh)
      await expect(verifyAnyToken({ token: first.refresh }, contextAt(at(39)))).rejects.toThrow(on ? ValidationFailed : TokenError)
      expect(await refusal(first.refresh, 40)).toBe('Token is blacklisted')
      expect(await opens(second.access, 41)).toBe(false)
    },
  )

  it('ROTATE_REFRESH_TOKENS=false gives an access token alone, as often as asked, whose whole life the session lasts', async () => {
    set({ ROTATE_REFRESH_TOKENS: false })
    const { refresh } = (await database().$transaction((tx) => signIn(tx, user, contextAt(START)))).tokens as Pair
    expect(Object.keys(await exchange(refresh, 1))).toEqual(['access'])
    const last = await exchange(refresh, 86_399)
    expect(Object.keys(last)).toEqual(['access'])
    expect(await opens(last.access, 86_399 + 3599)).toBe(true)
    expect((await rowOf(refresh)).rotatedAt).toBeNull()
    await blacklistRefreshToken(refresh, contextAt(at(86_399)))
    expect(await opens(last.access, 86_399)).toBe(false)
    expect(await refusal(refresh, 86_399)).toBe('Token is blacklisted')
  })

  it('a token rotated before ROTATE_REFRESH_TOKENS was turned off is still spent', async () => {
    await exchange(first.refresh, 10)
    set({ ROTATE_REFRESH_TOKENS: false })
    expect(await refusal(first.refresh, 3600)).toBe('Token is blacklisted')
  })

  it('extends the session as far as its newest token lives', async () => {
    await exchange(first.refresh, 3600)
    const { expiresAt } = await database().session.findUniqueOrThrow({ where: { id: await sessionOf(first) } })
    expect(expiresAt).toEqual(at(3600 + 86_400))
  })

  it('after a logout no token is issued, in either order', async () => {
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
  it('are honoured without a row, and their successor has a session that can be ended', async () => {
    const second = await exchange(await legacy(), 1)
    const claims = await verifyToken(second.refresh, 'refresh', at(1))
    expect(claims.sid).not.toBeNull()
    expect(claims.extra).toEqual({ tenant: 'x' })
    await blacklistRefreshToken(second.refresh, contextAt(at(2)))
    expect(await opens(second.access, 3)).toBe(false)
  })

  it('ten at once begin one session', async () => {
    const token = await legacy()
    const pairs = await Promise.all(Array.from({ length: 10 }, () => exchange(token, 1)))
    expect(new Set(await Promise.all(pairs.map(sessionOf))).size).toBe(1)
  })

  it('one that is used again and again goes on as one session, which is no theft: no email, no event', async () => {
    const token = await legacy()
    const pairs: Pair[] = []
    for (const offset of [1, 31, 60, 1800, 3599]) pairs.push(await exchange(token, offset))
    for (const { access } of pairs) expect(await opens(access, 3600)).toBe(true)
    const sids = await Promise.all(pairs.map(async ({ access }) => (await verifyToken(access, 'access', at(3600))).sid))
    expect(new Set(sids).size).toBe(1)
    const { refresh } = pairs[0] as Pair
    expect(await refusal(refresh, 3600)).toBe('accepted')
    expect(await events('refresh_token_replayed')).toEqual([])
    expect(await messages()).toEqual([])
    expect((await rowOf(token, 3599)).blacklisted, 'the original takes it, too').toBeNull()
    expect(await refusal(token, 3600)).toBe('Token is invalid or expired')
  })

  it('one that was spent before it could be used again stays so, which is no theft either', async () => {
    const token = await legacy()
    await outstandingRow(database(), await verifyToken(token, 'refresh', START), token)
    const { jti } = await rowOf(token)
    await database().outstandingToken.update({ where: { jti }, data: { rotatedAt: START, successorJti: (await rowOf(first.refresh)).jti } })
    for (const rotates of [true, false]) {
      set({ ROTATE_REFRESH_TOKENS: rotates })
      expect(await refusal(token, 60)).toBe('Token is blacklisted')
    }
    expect(await opens(first.access, 60)).toBe(true)
    expect(await messages()).toEqual([])
  })

  it('ends with its session, however that ends', async () => {
    const token = await legacy()
    const { refresh } = await exchange(token, 1)
    await blacklistRefreshToken(refresh, contextAt(at(2)))
    expect((await rowOf(token)).blacklisted).not.toBeNull()
    expect(await refusal(token, 3)).toBe('Token is blacklisted')
  })

  it.each([true, false])('a logout with one that was rotated ends its successor’s session (blacklisted: %s)', async (on) => {
    set({ BLACKLIST_AFTER_ROTATION: on })
    const token = await legacy()
    const second = await exchange(token, 1)
    await blacklistRefreshToken(token, contextAt(at(2)))
    expect(await opens(second.access, 3)).toBe(false)
    expect(await refusal(second.refresh, 3)).toBe('Token is blacklisted')
    expect(await events('logged_out')).toHaveLength(1)
  })

  it('after a logout no token issued concurrently works, in either order', async () => {
    const token = await legacy()
    const answers = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => exchange(token, 1)),
      blacklistRefreshToken(token, contextAt(at(1))),
      ...Array.from({ length: 4 }, () => exchange(token, 1)),
    ])
    for (const answer of answers) {
      if (answer.status === 'rejected' || !answer.value) continue
      expect(await opens(answer.value.access, 2)).toBe(false)
      expect(await refusal(answer.value.refresh, 2)).toBe('Token is blacklisted')
    }
    expect(await refusal(token, 2)).toBe('Token is blacklisted')
  })

  it.each([
    ['with', true],
    ['without', false],
  ])('a refresh waits for a concurrent end of all sessions: for a token %s a row it then issues nothing', async (_title, hasRow) => {
    const token = await legacy()
    if (hasRow) await outstandingRow(database(), await verifyToken(token, 'refresh', START), token)
    let refreshed = Promise.resolve('not asked')
    await database().$transaction(async (tx) => {
      await lockUser(tx, user.id)
      let settled = false
      refreshed = refusal(token, 1).finally(() => {
        settled = true
      })
      // SQLite has no reads next to a writer of the same process; in PostgreSQL the refresh waits for the account's lock.
      const waits = async () => (await tx.$queryRaw<unknown[]>`SELECT 1 FROM pg_locks WHERE NOT granted`).length > 0
      if (process.env.TEST_PROVIDER === 'postgresql') await vi.waitFor(async () => expect(settled || (await waits())).toBe(true), 4000)
      await revokeAllSessions(tx, user.id, 'password_change', at(1))
    })
    expect(await refreshed).toBe('Token is blacklisted')
    expect(await database().session.count({ where: { userId: user.id, endedAt: null } })).toBe(0)
  })

  it('one of no account is blacklisted like any other, also concurrently', async () => {
    const token = await legacy({ userId: 999_999_999 })
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => blacklistRefreshToken(token, contextAt(at(1)))))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(TokenError)
  })

  it('are refused once blacklisted, and when they name no account', async () => {
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
    await flushExpired(at(86_400 + CLOCK_SKEW))
    const left = await database().outstandingToken.findMany({ where: { userId: user.id } })
    expect(left.map((row) => row.token)).toEqual([tokenDigest(second.refresh)])
    expect(await database().session.count({ where: { userId: user.id } })).toBe(1)
    await flushExpired(at(3600 + 86_400 + CLOCK_SKEW))
    expect(await database().outstandingToken.count({ where: { userId: user.id } })).toBe(0)
    expect(await database().session.count({ where: { userId: user.id } })).toBe(0)
    expect(await refusal(second.refresh, 86_400)).toBe('Token is blacklisted')
  })

  describe.each(['ours', 'Django’s'])('%s, with LEEWAY', (whose) => {
    /** Django's deletes at the end itself, LEEWAY or not; its rows here are the test's own alone. */
    const flush = async (offset: number) => {
      if (whose === 'ours') return void (await flushExpired(at(offset)))
      const ended = { userId: user.id, expiresAt: { lte: at(offset) } }
      await database().blacklistedToken.deleteMany({ where: { token: ended } })
      await database().outstandingToken.deleteMany({ where: ended })
    }

    it.each([true, false])('brings no rotated or blacklisted token back (BLACKLIST_AFTER_ROTATION=%s)', async (on) => {
      set({ LEEWAY: 300, BLACKLIST_AFTER_ROTATION: on })
      const rotated = first.refresh
      const child = await exchange(rotated, 3600)
      const original = await legacy({ exp: seconds(START) + 86_400 })
      const loggedOut = await legacy({ exp: seconds(START) + 86_400 })
      const grandchild = await exchange(original, 1)
      await blacklistRefreshToken(loggedOut, contextAt(at(1)))
      // Ends the session that the original’s token began, and with it that token.
      await blacklistRefreshToken(grandchild.refresh, contextAt(at(1)))
      for (const offset of [86_399, 86_400, 86_699, 86_700, 86_760]) {
        await flush(offset)
        for (const token of [rotated, original, loggedOut]) {
          expect(await refusal(token, offset)).toBe(offset < 86_700 ? 'Token is blacklisted' : 'Token is invalid or expired')
          await expect(verifyAnyToken({ token }, contextAt(at(offset)))).rejects.toThrow()
        }
      }
      expect(await opens(child.access, 3601)).toBe(false)
      expect(await refusal(child.refresh, 86_401)).toBe('Token is blacklisted')
      expect(await refusal(grandchild.refresh, 2)).toBe('Token is blacklisted')
    })
  })

  it('a live token is accepted until LEEWAY is over, and its session as long', async () => {
    set({ LEEWAY: 300 })
    await flushExpired(at(86_699))
    const second = await exchange(first.refresh, 86_699)
    expect(await opens(second.access, 86_699)).toBe(true)
    const other = (await database().$transaction((tx) => signIn(tx, user, contextAt(START)))).tokens as Pair
    expect(await refusal(other.refresh, 86_700)).toBe('Token is invalid or expired')
  })

  it('a session within LEEWAY ends with the others', async () => {
    set({ LEEWAY: 300 })
    await database().$transaction((tx) => revokeAllSessions(tx, user.id, 'password_change', at(86_500)))
    expect(await refusal(first.refresh, 86_501)).toBe('Token is blacklisted')
  })

  it.runIf(process.env.TEST_PROVIDER === 'sqlite')('keeps a row of the same day that Django wrote and that is still in time', async () => {
    await database().$executeRawUnsafe(
      `INSERT INTO token_blacklist_outstandingtoken (token, expires_at, jti) VALUES ('t', '2026-03-01 23:00:00', 'django-${user.id}')`,
    )
    await flushExpired(new Date('2026-03-01T23:00:59Z'))
    expect(await database().outstandingToken.count({ where: { jti: `django-${user.id}` } })).toBe(1)
    await flushExpired(new Date('2026-03-01T23:01:00Z'))
    expect(await database().outstandingToken.count({ where: { jti: `django-${user.id}` } })).toBe(0)
  })
})
