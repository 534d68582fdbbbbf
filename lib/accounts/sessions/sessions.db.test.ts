/** What a person sees of their sessions, and what ends them (RT-5, RT-9). */
import { beforeEach, describe, expect, it } from 'vitest'
import { completeLogin } from '../../authentication/complete-login.ts'
import { passwordIdentity } from '../../authentication/identify.ts'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, type User } from '../../db/client.ts'
import type { ApiError } from '../../errors.ts'
import { validateFields } from '../../fields/text.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { contextAt } from '../../http/testing/context.ts'
import { cookieExpiry, verifySlidingToken, verifyToken } from '../../jwt/tokens.ts'
import { loadActiveUser, type Principal, principalFromCookie, principalFromHeader } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { newTokenId } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { checkSessionCookie } from '../../web/check-session-cookie.ts'
import { refreshTokens } from '../token-refresh/refresh-tokens.ts'
import { endOwnSession, logOutEverywhere, logoutAllSchema } from './endpoints.ts'
import { listSessions } from './list-sessions.ts'

const START = new Date('2026-03-01T10:00:00Z')
const MINUTE = 60_000
const DAY = 86_400_000
const CHROME = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const later = (milliseconds: number) => new Date(START.getTime() + milliseconds)

let user: User
beforeEach(async () => {
  user = await newUser()
})

async function apiSession(at = START, whose = user, marks: Partial<AuthenticatedContext> = {}) {
  const { tokens, sid } = await database().$transaction((tx) => signIn(tx, whose, contextAt(at, marks)))
  return { sid, access: tokens?.access as string, refresh: tokens?.refresh as string }
}

async function browserSession(at = START, remember = false) {
  const context = { ...contextAt(at), client: 'browser', userAgent: CHROME } as const
  const login = await completeLogin(passwordIdentity(user), { remember }, context)
  if (login?.status !== 'complete') throw new Error('The login is not complete')
  const { cookie, sid } = login
  return { sid, cookie: `latchkey=${cookie?.token}`, token: cookie?.token as string, expires: cookie?.expires }
}

/** The context of a request with an access token. */
async function asking(access: string, at = START, more: Partial<AuthenticatedContext> = {}): Promise<AuthenticatedContext> {
  const principal = (await principalFromHeader(`Bearer ${access}`, at)) as Principal
  return { ...contextAt(at, more), principal }
}

const stands = async (sid: string, at = START) => {
  const claims = { type: 'access', jti: 'x', exp: 0, iat: null, refreshExp: null, userId: user.id, sid, extra: {} }
  return typeof (await loadActiveUser(claims, at)) !== 'string'
}
const statusOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 200,
    (error: ApiError) => error.status,
  )

describe('RT-5: the end that nothing passes', () => {
  it('a client that refreshes daily is out on day 30, and no refresh token promises more', async () => {
    let { refresh } = await apiSession()
    const { sid } = await verifyToken(refresh, 'refresh', START)
    for (let day = 0.9; day < 30; day += 0.9) {
      const answer = await refreshTokens({ refresh }, contextAt(later(day * DAY)))
      refresh = (answer.body as { refresh: string }).refresh
      expect((await verifyToken(refresh, 'refresh', later(day * DAY))).exp * 1000).toBeLessThanOrEqual(later(30 * DAY).getTime())
    }
    expect(await stands(sid as string, later(30 * DAY - 1000))).toBe(true)
    expect(await stands(sid as string, later(30 * DAY))).toBe(false)
    await expect(refreshTokens({ refresh }, contextAt(later(30 * DAY)))).rejects.toThrow()
    await expect(refreshTokens({ refresh }, contextAt(later(31 * DAY)))).rejects.toThrow()
  })

  it('a shorter setting holds for the sessions that are there', async () => {
    const { sid } = await apiSession()
    await database().session.update({ where: { id: sid }, data: { expiresAt: later(300 * DAY), lastUsedAt: later(30 * DAY) } })
    expect(await stands(sid, later(30 * DAY - 1000))).toBe(true)
    expect(await stands(sid, later(30 * DAY))).toBe(false)
  })

  it.each([
    ['remembered', true, 30],
    ['not remembered', false, 1],
  ])('a browser’s cookie that is %s is extended by the middleware until then and no further', async (_title, remember, days) => {
    const { cookie, token, expires } = await browserSession(START, remember)
    const { claims } = await verifySlidingToken(token, START)
    expect(claims.refreshExp).toBe(later(days * DAY).getTime() / 1000)
    expect(expires).toEqual(remember ? later(days * DAY) : null)
    expect(cookieExpiry(claims)).toBe(remember ? claims.refreshExp : null)
    let header = cookie
    for (const at of [6 * MINUTE, days * DAY - 2 * MINUTE]) {
      const gate = await checkSessionCookie(header, later(at))
      expect(gate).toMatchObject({ kind: 'extended', expires: cookieExpiry(claims) })
      if (gate.kind === 'extended') header = `latchkey=${gate.token}`
    }
    const extended = await verifySlidingToken(header.slice('latchkey='.length), later(days * DAY - MINUTE))
    expect([extended.claims.exp, extended.claims.refreshExp]).toEqual([claims.refreshExp, claims.refreshExp])
    expect(await checkSessionCookie(header, later(days * DAY))).toEqual({ kind: 'none' })
    expect(await principalFromCookie(header, later(days * DAY))).toBeNull()
  })
})

describe('RT-5: disuse', () => {
  it('ends a session after SESSION_IDLE_TIMEOUT, counted from its last use', async () => {
    const { sid, cookie } = await browserSession(START, true)
    expect(settings().SESSION_IDLE_TIMEOUT).toBe(14 * 86_400)
    expect(await stands(sid, later(14 * DAY - 1000))).toBe(true)
    expect(await stands(sid, later(28 * DAY - 2000))).toBe(true)
    expect(await principalFromCookie(cookie, later(42 * DAY))).toBeNull()
    const other = await browserSession(START, true)
    expect(await stands(other.sid, later(14 * DAY))).toBe(false)
    expect(await stands(other.sid, later(14 * DAY + 1000)), 'and asking does not revive it').toBe(false)
  })

  it('nothing that ended by disuse is listed, counted, or brought back by a longer setting', async () => {
    const idle = await browserSession(START, true)
    const now = later(15 * DAY)
    const { access } = await apiSession(now)
    const context = await asking(access, now)
    expect(await listSessions(context.principal as never, now)).toHaveLength(1)
    expect(await logOutEverywhere({}, context)).toMatchObject({ body: { sessions_ended: 0 } })
    expect(await database().session.findUnique({ where: { id: idle.sid } })).toMatchObject({ endedAt: now })
  })
})

describe('RT-9: the list', () => {
  it('names the account’s live sessions: the one that asks first, then the one used last', async () => {
    const oldest = await apiSession(START, user, { userAgent: 'curl/8.5.0' })
    const browser = await browserSession(later(MINUTE))
    const mine = await apiSession(later(2 * MINUTE))
    const ended = await apiSession(later(2 * MINUTE))
    const stranger = await newUser()
    await apiSession(START, stranger)
    await endOwnSession({}, await asking(mine.access, later(3 * MINUTE), { params: { id: ended.sid } }))
    await principalFromHeader(`Bearer ${oldest.access}`, later(10 * MINUTE))
    const now = later(20 * MINUTE)
    const { principal } = await asking(mine.access, now)
    const sessions = await listSessions(principal as never, now)
    expect(sessions.map(({ id, current, kind, device }) => ({ id, current, kind, device }))).toEqual([
      { id: mine.sid, current: true, kind: 'api', device: 'Unknown device' },
      { id: oldest.sid, current: false, kind: 'api', device: 'curl' },
      { id: browser.sid, current: false, kind: 'browser', device: 'Chrome on macOS' },
    ])
    expect(sessions[1]).toMatchObject({ address: '127.0.0.1', createdAt: START, lastUsedAt: later(10 * MINUTE) })
  })

  it('a token of the original, which has no session, sees the others and is none of them', async () => {
    const { sid } = await apiSession()
    const claims = { type: 'access', jti: 'x', exp: 0, iat: null, refreshExp: null, userId: user.id, sid: null, extra: {} }
    const sessions = await listSessions({ user, claims, via: 'header', extendedToken: null }, START)
    expect(sessions.map(({ id, current }) => [id, current])).toEqual([[sid, false]])
  })
})

describe('RT-9: ending one', () => {
  it('holds from its next request on, for access token, refresh token and cookie, and is written down', async () => {
    const [mine, other, browser] = [await apiSession(), await apiSession(), await browserSession()]
    for (const { sid } of [other, browser]) {
      expect(await endOwnSession({}, await asking(mine.access, START, { params: { id: sid } }))).toMatchObject({ status: 204, body: null })
    }
    expect(await statusOf(principalFromHeader(`Bearer ${other.access}`, START))).toBe(401)
    await expect(refreshTokens({ refresh: other.refresh }, contextAt(START))).rejects.toThrow('Token is blacklisted')
    expect(await principalFromCookie(browser.cookie, START)).toBeNull()
    expect(await stands(mine.sid)).toBe(true)
    const events = await database().auditEvent.findMany({ where: { subjectId: user.id, event: 'session_ended' }, orderBy: { id: 'asc' } })
    expect(events.map(({ sessionId, detail }) => [sessionId, detail])).toEqual([
      [other.sid, '{"by":"owner"}'],
      [browser.sid, '{"by":"owner"}'],
    ])
  })

  it('another account’s, an unknown and an ended one are one 404, and stay as they are', async () => {
    const mine = await apiSession()
    const foreign = await apiSession(START, await newUser())
    const ended = await apiSession()
    await endOwnSession({}, await asking(mine.access, START, { params: { id: ended.sid } }))
    for (const id of [foreign.sid, newTokenId(), ended.sid, '', 'null', mine.sid.toUpperCase()]) {
      const refused = endOwnSession({}, await asking(mine.access, START, { params: { id } }))
      await expect(refused, id).rejects.toMatchObject({ status: 404, body: { detail: 'Not found.' } })
    }
    expect(await database().session.findUnique({ where: { id: foreign.sid } })).toMatchObject({ endedAt: null })
  })

  it('of ten requests at once for the same one, one ends it', async () => {
    const [mine, other] = [await apiSession(), await apiSession()]
    const contexts = await Promise.all(Array.from({ length: 10 }, () => asking(mine.access, START, { params: { id: other.sid } })))
    const statuses = await Promise.all(contexts.map((context) => statusOf(endOwnSession({}, context))))
    expect(statuses.sort()).toEqual([200, ...Array(9).fill(404)])
  })
})

describe('logging out everywhere', () => {
  it('ends all others, and the refresh tokens of the original, and is written down', async () => {
    const [mine, ...others] = [await apiSession(), await apiSession(), await browserSession()]
    const stranger = await newUser()
    const foreign = await apiSession(START, stranger)
    const legacy = await database().outstandingToken.create({
      data: { token: 'x', jti: newTokenId(), createdAt: START, expiresAt: later(DAY), userId: user.id },
    })
    const answer = await logOutEverywhere({}, await asking(mine.access))
    expect(answer).toEqual({
      body: { detail: 'All other sessions have been ended.', sessions_ended: 2 },
      flash: { values: { sessions_ended: '2' } },
    })
    expect(await Promise.all([mine, ...others].map(({ sid }) => stands(sid)))).toEqual([true, false, false])
    expect(await database().session.findUnique({ where: { id: foreign.sid } })).toMatchObject({ endedAt: null })
    expect(await database().blacklistedToken.count({ where: { tokenId: legacy.id } })).toBe(1)
    const [event] = await database().auditEvent.findMany({ where: { subjectId: user.id, event: 'sessions_ended' } })
    expect(event).toMatchObject({ sessionId: mine.sid, detail: '{"sessionsEnded":2,"current":false}' })
  })

  it.each(['true', 'on', '1'])('with current=%s this one, too', async (current) => {
    const [mine, other] = [await apiSession(), await apiSession()]
    expect(await logOutEverywhere(validateFields(logoutAllSchema, { current }).values, await asking(mine.access))).toMatchObject({
      body: { sessions_ended: 2 },
      cookie: null,
    })
    expect([await stands(mine.sid), await stands(other.sid)]).toEqual([false, false])
  })
})
