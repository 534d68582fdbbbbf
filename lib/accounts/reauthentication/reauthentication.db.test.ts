/** Step-up: entering the password or a code again (ASVS 7.5.1, MF-4). */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { recentEvents } from '../../audit/list-events.ts'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, type User } from '../../db/client.ts'
import type { Context } from '../../http/endpoint.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import type { Principal } from '../../sessions/principal.ts'
import { isRecentlyAuthenticated, startSession } from '../../sessions/session.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { beginAuthenticator, confirmAuthenticator } from '../second-factor/second-factor.ts'
import { reauthenticate } from './endpoints.ts'

afterAll(() => hashingPool().close())

const START = new Date('2026-03-01T10:00:00Z')
const PASSWORD = 'Old-Passw0rd-quartz'
const MINUTE = 60_000
const later = (milliseconds: number) => new Date(START.getTime() + milliseconds)

let user: User
let sid: string
beforeEach(async () => {
  user = await newUser({ password: await makePassword(PASSWORD) })
  sid = (await database().$transaction((tx) => signIn(tx, user, contextAt(START)))).sid
})

const recent = (context: Context) => isRecentlyAuthenticated(context.principal as Principal, context.now)

describe('a login', () => {
  it('counts for REAUTHENTICATION_TIMEOUT and no longer', async () => {
    expect(await recent(contextOf(user, START, sid))).toBe(true)
    expect(await recent(contextOf(user, later(10 * MINUTE - 1), sid))).toBe(true)
    expect(await recent(contextOf(user, later(10 * MINUTE), sid))).toBe(false)
  })

  it('counts for its own session and account alone', async () => {
    const other = await newUser()
    expect(await recent(contextOf(other, START, sid))).toBe(false)
    expect(await recent(contextOf(user, START, 'another'))).toBe(false)
  })

  it('a token of the original never counts, nor does the session that continues it', async () => {
    expect(await recent(contextOf(user, START, null))).toBe(false)
    const adopted = await database().$transaction((tx) => startSession(tx, user, 'api', contextAt(START), { amr: null }))
    expect(await recent(contextOf(user, START, adopted.id))).toBe(false)
  })
})

describe('entering the password again', () => {
  it('makes the session as good as after a login, and is written down', async () => {
    const now = later(60 * MINUTE)
    await reauthenticate({ password: PASSWORD }, contextOf(user, now, sid))
    expect(await recent(contextOf(user, later(70 * MINUTE - 1), sid))).toBe(true)
    expect(await recent(contextOf(user, later(70 * MINUTE), sid))).toBe(false)
    expect(await recentEvents(user.id)).toMatchObject([{ event: 'reauthenticated', outcome: 'success', sessionId: sid, at: now }])
  })

  it('with a wrong one changes nothing, and is written down without it', async () => {
    const now = later(60 * MINUTE)
    for (const password of ['wrong-canary', `${PASSWORD} `, 'x'.repeat(5000)]) {
      await expect(reauthenticate({ password }, contextOf(user, now, sid))).rejects.toMatchObject({
        errors: { password: ['password_incorrect'] },
      })
    }
    expect(await recent(contextOf(user, now, sid))).toBe(false)
    const events = await recentEvents(user.id)
    expect(events.map(({ event, outcome }) => [event, outcome])).toEqual(Array(3).fill(['reauthentication_failed', 'failure']))
    expect(JSON.stringify(events)).not.toContain('canary')
  })

  it('does not count when the password was replaced, or the session ended, while it was checked', async () => {
    const now = later(60 * MINUTE)
    await database().user.update({ where: { id: user.id }, data: { password: await makePassword('another one 42') } })
    await expect(reauthenticate({ password: PASSWORD }, contextOf(user, now, sid))).rejects.toThrow()
    await database().user.update({ where: { id: user.id }, data: { password: user.password } })
    await database().session.update({ where: { id: sid }, data: { endedAt: now } })
    await expect(reauthenticate({ password: PASSWORD }, contextOf(user, now, sid))).rejects.toThrow()
    expect(await recent(contextOf(user, now, sid))).toBe(false)
  })

  it('is refused to a token of the original, whatever the password', async () => {
    for (const password of [PASSWORD, 'wrong']) {
      const refused = reauthenticate({ password }, contextOf(user, START, null))
      await expect(refused).rejects.toMatchObject({ status: 403, body: { code: 'no_session' } })
    }
  })
})

describe('a code of the authenticator app', () => {
  const now = later(60 * MINUTE)
  const codeOf = (secret: string, at: Date) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() })
  let secret: string
  let codes: string[]

  beforeEach(async () => {
    user = await database().user.update({ where: { id: user.id }, data: { emailVerifiedAt: START } })
    secret = ((await beginAuthenticator({}, contextOf(user, START, sid))).body as { secret: string }).secret
    const added = await confirmAuthenticator({ code: codeOf(secret, START) }, contextOf(user, START, sid))
    codes = (added.body as { recovery_codes: string[] }).recovery_codes
  })

  const enter = (code: string, at = now) =>
    reauthenticate({ code }, contextOf(user, at, sid)).then(
      () => 'confirmed',
      (error) => error.errors?.code?.[0] ?? error.status,
    )

  it('makes the session as good as the password does, once, and is audited', async () => {
    const code = codeOf(secret, now)
    expect(await enter(code)).toBe('confirmed')
    expect(await recent(contextOf(user, later(70 * MINUTE - 1), sid))).toBe(true)
    expect(await enter(code)).toBe('second_factor_incorrect')
    const [failed, confirmed] = await recentEvents(user.id)
    expect(confirmed).toMatchObject({ event: 'reauthenticated', sessionId: sid, detail: { method: 'totp' } })
    expect(failed).toMatchObject({ event: 'reauthentication_failed', outcome: 'failure', sessionId: sid, detail: { reason: 'wrong_code' } })
  })

  it('of 10 parallel uses of one, one succeeds', async () => {
    const code = codeOf(secret, now)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => enter(code)))
    expect(outcomes.filter((outcome) => outcome === 'confirmed')).toHaveLength(1)
  })

  it('a recovery code does not count, and stays unused', async () => {
    expect(await enter(codes[0] ?? '')).toBe('second_factor_incorrect')
    expect(await database().recoveryCode.count({ where: { userId: user.id, usedAt: null } })).toBe(10)
    expect(await recent(contextOf(user, now, sid))).toBe(false)
  })

  it('a code of another account’s app does not count, nor one where there is no app', async () => {
    const other = await newUser({ emailVerifiedAt: START })
    const foreign = ((await beginAuthenticator({}, contextOf(other, START, null))).body as { secret: string }).secret
    await confirmAuthenticator({ code: codeOf(foreign, START) }, contextOf(other, START, null))
    expect(await enter(codeOf(foreign, now))).toBe('second_factor_incorrect')
    await database().totpDevice.deleteMany({ where: { userId: user.id } })
    expect(await enter(codeOf(secret, now))).toBe('second_factor_incorrect')
  })

  it('MF-2: wrong ones count together with those of logins, so a stolen session allows no more guesses', async () => {
    const outcomes: unknown[] = []
    for (let count = 0; count < 11; count++) outcomes.push(await enter('000000'))
    expect(outcomes).toEqual([...Array(10).fill('second_factor_incorrect'), 429])
    expect(await enter(codeOf(secret, now))).toBe(429)
  })

  it('stays unused where the session has ended since', async () => {
    await database().session.update({ where: { id: sid }, data: { endedAt: now } })
    expect(await enter(codeOf(secret, now))).toBe('second_factor_incorrect')
    const { lastUsedAt } = await database().totpDevice.findUniqueOrThrow({ where: { userId: user.id } })
    expect(lastUsedAt).toEqual(START)
  })
})
