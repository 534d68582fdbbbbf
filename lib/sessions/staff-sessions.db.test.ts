/** STAFF_SESSION_IDLE_TIMEOUT and STAFF_SESSION_ABSOLUTE_LIFETIME: who is staff is out sooner. */
import { describe, expect, it } from 'vitest'
import { listSessions } from '../accounts/sessions/list-sessions.ts'
import { refreshTokens } from '../accounts/token-refresh/refresh-tokens.ts'
import { loadObjects } from '../admin/core/list-objects.ts'
import { sessionAdmin } from '../admin/models/sessions/declaration.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database, type User } from '../db/client.ts'
import { contextAt } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type Principal, principalFromCookie, principalFromHeader } from './principal.ts'

process.env.STAFF_SESSION_IDLE_TIMEOUT = '20m'
process.env.STAFF_SESSION_ABSOLUTE_LIFETIME = '50m'

const START = new Date('2026-03-01T10:00:00Z')
const later = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

async function arrive(user: User) {
  const { tokens, sid } = await database().$transaction((tx) => signIn(tx, user, contextAt(START)))
  const browser = await database().$transaction((tx) => signIn(tx, user, contextAt(START, { client: 'browser' })))
  return { sid, access: tokens?.access as string, refresh: tokens?.refresh as string, cookie: `latchkey=${browser.cookie?.token}` }
}

const byPage = async (cookie: string, minutes: number) => (await principalFromCookie(cookie, later(minutes))) !== null
const byApi = (access: string, minutes: number) =>
  principalFromHeader(`Bearer ${access}`, later(minutes)).then(
    () => true,
    () => false,
  )
const byRefresh = (refresh: string, minutes: number) =>
  refreshTokens({ refresh }, contextAt(later(minutes))).then(
    ({ body }) => (body as { refresh: string }).refresh,
    () => null,
  )

describe('a session of staff', () => {
  it('is over after so long without use, on pages, in the API and at a refresh', async () => {
    const one = await arrive(await newUser({ isStaff: true }))
    expect([await byPage(one.cookie, 19.9), await byApi(one.access, 19.9)]).toEqual([true, true])
    expect([await byPage(one.cookie, 39.8), await byApi(one.access, 39.8)]).toEqual([true, true])
    const two = await arrive(await newUser({ isStaff: true }))
    expect([await byPage(two.cookie, 20), await byApi(two.access, 20)]).toEqual([false, false])
    expect(await byRefresh(two.refresh, 20)).toBeNull()
    expect(await byPage(two.cookie, 20.1), 'and asking does not revive it').toBe(false)
  })

  it('is over so long after its login, however often it was used and refreshed', async () => {
    const { cookie, access, ...rest } = await arrive(await newUser({ isStaff: true }))
    let refresh = rest.refresh
    for (const minutes of [15, 30, 45, 49.9]) {
      expect([await byPage(cookie, minutes), await byApi(access, minutes)]).toEqual([true, true])
      refresh = (await byRefresh(refresh, minutes)) ?? ''
      expect(refresh).not.toBe('')
    }
    expect([await byPage(cookie, 50), await byApi(access, 50), await byRefresh(refresh, 50)]).toEqual([false, false, null])
  })

  it('becomes one when its owner is made staff; no other session is shortened', async () => {
    const user = await newUser()
    const { cookie, access, refresh } = await arrive(user)
    expect([await byPage(cookie, 40), await byApi(access, 40)]).toEqual([true, true])
    await database().user.update({ where: { id: user.id }, data: { isStaff: true } })
    expect([await byPage(cookie, 49.9), await byApi(access, 49.9)]).toEqual([true, true])
    expect([await byPage(cookie, 51), await byApi(access, 51), await byRefresh(refresh, 51)]).toEqual([false, false, null])
  })

  it('tells its owner and the administrators the moment at which it ends', async () => {
    for (const isStaff of [true, false]) {
      const user = await newUser({ isStaff })
      const { sid, cookie, access } = await arrive(user)
      for (const minutes of [0, 15, 34.9]) {
        const principal = await principalFromHeader(`Bearer ${access}`, later(minutes))
        const [own] = await listSessions(principal as Principal, later(minutes))
        const [shown] = await loadObjects(sessionAdmin, [sid])
        const ends = isStaff ? later(Math.min(minutes + 20, 50)) : own?.expiresAt
        expect([own?.current, own?.expiresAt, shown?.expires_at]).toEqual([true, ends, ends?.toISOString()])
      }
      expect(await byApi(access, 50), 'staff are out by then').toBe(!isStaff)
      expect(await byPage(cookie, 50)).toBe(!isStaff)
    }
  })
})
