import { beforeEach, describe, expect, it } from 'vitest'
import { recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import type { Principal } from '../sessions/principal.ts'
import { newUser } from '../users/testing/new-user.ts'
import { completeLogin } from './complete-login.ts'
import { passwordIdentity } from './identify.ts'
import { failedSignIns, previousSignIn } from './sign-in-history.ts'

const START = new Date('2026-03-01T10:00:00Z')
const HOUR = 3_600_000
const later = (hours: number) => new Date(START.getTime() + hours * HOUR)
const OWN = { clientIp: '192.0.2.1', userAgent: 'Firefox/140' }
const FOREIGN = { clientIp: '198.51.100.7', userAgent: 'curl/8' }

let user: User
beforeEach(async () => {
  user = await newUser()
})

const signIn = async (hours: number, from = OWN) => {
  const login = await completeLogin(passwordIdentity(user), {}, contextAt(later(hours), from))
  if (login?.status !== 'complete') throw new Error('not signed in')
  return login.sid
}
const fail = (hours: number, from = OWN, reason: 'wrong_credentials' | 'not_staff' = 'wrong_credentials') =>
  recordEvent(
    database(),
    'login_failed',
    { outcome: 'failure', actorId: null, subjectId: user.id, detail: { reason } },
    contextAt(later(hours), from),
  )

describe('failed sign-ins', () => {
  it('count for 30 days, wrong passwords alone', async () => {
    await fail(0)
    await fail(1, OWN, 'not_staff')
    expect(await failedSignIns(user.id, null, later(2))).toMatchObject({ count: 1 })
    expect(await failedSignIns(user.id, null, later(30 * 24 + 1))).toEqual({ count: 0, alarming: false })
  })

  it('from known devices, or before the last sign-in, are not reported', async () => {
    await fail(0, FOREIGN)
    await signIn(1)
    await fail(2)
    expect(await failedSignIns(user.id, null, later(3))).toEqual({ count: 2, alarming: false })
  })

  it('from an unknown device alarm until the owner signs in, changes the password or looks', async () => {
    await signIn(0)
    await fail(1, FOREIGN)
    expect(await failedSignIns(user.id, null, later(2))).toEqual({ count: 1, alarming: true })
    expect(await failedSignIns(user.id, later(0.5), later(2)), 'a look before it').toMatchObject({ alarming: true })
    expect(await failedSignIns(user.id, later(1.5), later(2)), 'a look after it').toMatchObject({ alarming: false })
    const reset = { actorId: user.id, subjectId: user.id, detail: { sessionsEnded: 0 } }
    await recordEvent(database(), 'password_reset', reset, contextAt(later(2)))
    expect(await failedSignIns(user.id, null, later(3))).toEqual({ count: 1, alarming: false })
  })
})

describe('the last sign-in', () => {
  const principalOf = (of: User, sid: string | null) => contextOf(of, START, sid).principal as Principal
  const signUp = (at = user.dateJoined) =>
    recordEvent(database(), 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'password' } }, contextAt(at))

  it('is the one before this session; there was none where the log begins with the account', async () => {
    await signUp()
    const first = await signIn(0)
    expect(await previousSignIn(principalOf(user, first), later(0))).toBe('never')
    const second = await signIn(1)
    expect(await previousSignIn(principalOf(user, second), later(1))).toEqual(later(0))
  })

  it('is not known of an account that was there before the log, or whose log has been deleted', async () => {
    const sid = await signIn(0)
    expect(await previousSignIn(principalOf(user, sid), later(0))).toBeNull()
    await signUp(later(-1))
    expect(await previousSignIn(principalOf(user, sid), later(0)), 'a sign-up of an account that Django made').toBeNull()
  })

  it('may have been at Django, as far as last_login tells', async () => {
    const sid = await signIn(3)
    const of = { ...user, lastLogin: later(-5) }
    expect(await previousSignIn(principalOf(of, sid), later(3))).toEqual(later(-5))
    expect(await previousSignIn(principalOf({ ...of, lastLogin: later(3) }, sid), later(3)), 'this session’s own').toBeNull()
    expect(await previousSignIn(principalOf(of, null), null), 'a token without a session').toEqual(later(3))
  })
})
