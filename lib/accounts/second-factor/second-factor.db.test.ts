/** Authenticator apps and recovery codes, from setting one up to losing it (MF-1 to MF-5, LG-3, SU-5). */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recentEvents } from '../../audit/list-events.ts'
import { completeLogin } from '../../authentication/complete-login.ts'
import { passwordIdentity } from '../../authentication/identify.ts'
import { unsavedRecoveryCodes } from '../../credentials/recovery-codes.ts'
import { secondFactorsOf } from '../../credentials/second-factors.ts'
import { pendingEnrolment } from '../../credentials/totp.ts'
import { database, type User } from '../../db/client.ts'
import type { AuthenticatedContext, Context, Result } from '../../http/endpoint.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { finishLogin } from './finish-login.ts'
import {
  beginAuthenticator,
  confirmAuthenticator,
  readSecondFactor,
  removeAuthenticator,
  replaceCodes,
  saveCodes,
} from './second-factor.ts'

const START = new Date('2026-03-01T10:00:00Z')
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const STEP = 30

afterAll(() => hashingPool().close())

let password: string
beforeAll(async () => {
  password = await makePassword('Harbour-lantern-41')
})

let user: User
beforeEach(async () => {
  user = await newUser({ password, emailVerifiedAt: START })
})

const owner = (now: Date, client: Context['client'] = 'api'): AuthenticatedContext =>
  ({ ...contextOf(user, now, null), client }) as AuthenticatedContext

/** What an app shows at a time. */
const codeOf = (secret: string, now: Date) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() })

const begin = async (now: Date) => (await beginAuthenticator({}, owner(now))).body as { secret: string; uri: string }

async function addApp(now = START, client: Context['client'] = 'api'): Promise<{ secret: string; codes: string[] }> {
  const { secret } = await begin(now)
  const answer = await confirmAuthenticator({ code: codeOf(secret, now) }, owner(now, client))
  return { secret, codes: (answer.body as { recovery_codes: string[] }).recovery_codes }
}

async function ticketAt(now: Date): Promise<string> {
  const login = await completeLogin(passwordIdentity(user), {}, contextAt(now))
  if (login?.status !== 'pending') throw new Error('not held back')
  return login.ticket
}

const finish = (ticket: string, code: string, now: Date): Promise<Result> => finishLogin({ ticket, code }, contextAt(now))
const outcome = (finished: Promise<Result>) =>
  finished.then(
    ({ status = 200 }) => status,
    (error) => error.errors?.code?.[0] ?? error.status ?? error,
  )
const events = async () => (await recentEvents(user.id)).map(({ event }) => event)
const emails = async () =>
  (await database().outboxMail.findMany({ where: { userId: user.id }, orderBy: { id: 'asc' } })).map(({ kind }) => kind)

describe('setting up an app', () => {
  it('changes nothing for the account until its first code has been entered', async () => {
    const { secret } = await begin(START)
    expect((await completeLogin(passwordIdentity(user), {}, contextAt(START)))?.status).toBe('complete')
    expect(await outcome(confirmAuthenticator({ code: '000000' }, owner(START)))).toBe('second_factor_incorrect')
    expect((await completeLogin(passwordIdentity(user), {}, contextAt(START)))?.status).toBe('complete')
    await confirmAuthenticator({ code: codeOf(secret, START) }, owner(START))
    expect((await completeLogin(passwordIdentity(user), {}, contextAt(START)))?.status).toBe('pending')
    expect(await events()).toContain('second_factor_enabled')
    expect(await emails()).toContain('second_factor_enabled')
  })

  it('MF-3: the secret has 160 bits, differs each time, and is nowhere in the database as it is', async () => {
    const [first, second] = [await begin(START), await begin(START)]
    expect(Secret.fromBase32(first.secret).bytes).toHaveLength(20)
    expect(first.secret).not.toBe(second.secret)
    expect(second.uri).toContain(`secret=${second.secret}`)
    const { device } = await secondFactorsOf(user.id)
    expect(JSON.stringify(device)).not.toContain(second.secret)
    expect(await outcome(confirmAuthenticator({ code: codeOf(first.secret, START) }, owner(START)))).toBe('second_factor_incorrect')
  })

  it('MF-3: the secret is shown for an hour, and never again once the app has been added', async () => {
    const { secret } = await begin(START)
    const shown = async (now: Date) => pendingEnrolment((await secondFactorsOf(user.id)).device, user.email, now)?.secret
    expect(await shown(later(3600))).toBe(secret)
    expect(await shown(later(3601))).toBeUndefined()
    await confirmAuthenticator({ code: codeOf(secret, START) }, owner(START))
    expect(await shown(START)).toBeUndefined()
    expect(JSON.stringify((await readSecondFactor({}, owner(START))).body)).not.toContain(secret)
  })

  it('a second one is refused, and leaves the first as it is', async () => {
    const { secret } = await addApp()
    await expect(begin(later(60))).rejects.toMatchObject({ status: 409 })
    expect(await outcome(finish(await ticketAt(later(60)), codeOf(secret, later(60)), later(60)))).toBe(200)
  })

  it('SU-5: an account whose address is not verified cannot prepare a lock for the owner of the address', async () => {
    user = await newUser({ password, emailVerifiedAt: null })
    await expect(begin(START)).rejects.toMatchObject({ status: 403, body: { code: 'email_not_verified' } })
  })

  it('one code adds one app, however often it is sent at once', async () => {
    const { secret } = await begin(START)
    const code = codeOf(secret, START)
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcome(confirmAuthenticator({ code }, owner(START)))))
    expect(outcomes.filter((status) => status === 200)).toHaveLength(1)
    expect((await secondFactorsOf(user.id)).recoveryCodes).toHaveLength(10)
    expect((await events()).filter((event) => event === 'second_factor_enabled')).toHaveLength(1)
  })
})

describe('a login with an app', () => {
  it('LG-3: is finished by its code, and its session says so', async () => {
    const { secret } = await addApp()
    const now = later(60)
    const answer = await finish(await ticketAt(now), codeOf(secret, now), now)
    expect(answer.body).toMatchObject({ message: 'Login successful', user: { id: user.id } })
    const [session] = await database().session.findMany({ where: { userId: user.id } })
    expect(session?.amr).toBe('pwd otp mfa')
  })

  it('MF-1: takes the code of the step before and after, and none beyond', async () => {
    const { secret } = await addApp()
    for (const [offset, expected] of [
      [-2 * STEP, 'second_factor_incorrect'],
      [2 * STEP, 'second_factor_incorrect'],
      [-STEP, 200],
      [STEP, 200],
    ] as const) {
      const now = later(600 + offset * 10)
      expect(await outcome(finish(await ticketAt(now), codeOf(secret, new Date(now.getTime() + offset * 1000)), now)), `${offset}`).toBe(
        expected,
      )
    }
  })

  it('MF-1: takes a code once, and none of an earlier step after it', async () => {
    const { secret } = await addApp()
    const now = later(600)
    const code = codeOf(secret, now)
    expect(await outcome(finish(await ticketAt(now), code, now))).toBe(200)
    expect(await outcome(finish(await ticketAt(now), code, now))).toBe('second_factor_incorrect')
    expect(await outcome(finish(await ticketAt(now), codeOf(secret, later(600 - STEP)), now))).toBe('second_factor_incorrect')
  })

  it('MF-1: the code that added the app does not finish a login', async () => {
    const { secret } = await addApp()
    expect(await outcome(finish(await ticketAt(START), codeOf(secret, START), START))).toBe('second_factor_incorrect')
  })

  it('MF-1: of 10 parallel uses of one code, each with a ticket of its own, one succeeds', async () => {
    const { secret } = await addApp()
    const now = later(600)
    const tickets: string[] = []
    for (let count = 0; count < 10; count++) tickets.push(await ticketAt(now))
    const outcomes = await Promise.all(tickets.map((ticket) => outcome(finish(ticket, codeOf(secret, now), now))))
    expect(outcomes.filter((status) => status === 200)).toHaveLength(1)
    expect(await database().session.count({ where: { userId: user.id } })).toBe(1)
  })

  it('MF-2: a ticket has five tries, however many come at once; then the right code is 401', async () => {
    const { secret } = await addApp()
    const now = later(600)
    const ticket = await ticketAt(now)
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => outcome(finish(ticket, '000000', now))))
    expect(outcomes.filter((code) => String(code).startsWith('second_factor_'))).toHaveLength(5)
    expect(outcomes.filter((code) => code === 401)).toHaveLength(4)
    expect(await outcome(finish(ticket, codeOf(secret, now), now))).toBe(401)
  })

  it('MF-2: new tickets give no new tries: the limit is the account’s, and its owner is told', async () => {
    const { secret } = await addApp()
    const now = later(600)
    const outcomes: unknown[] = []
    for (let round = 0; round < 4; round++) {
      const ticket = await ticketAt(now)
      for (let count = 0; count < 3; count++) outcomes.push(await outcome(finish(ticket, '000000', now)))
    }
    expect(outcomes.slice(0, 10).every((code) => String(code).startsWith('second_factor_'))).toBe(true)
    expect(outcomes.slice(10)).toEqual([429, 429])
    expect(await outcome(finish(await ticketAt(now), codeOf(secret, now), now))).toBe(429)
    expect(await emails()).toContain('second_factor_attempts')
    const anHourLater = later(600 + 3601)
    expect(await outcome(finish(await ticketAt(anHourLater), codeOf(secret, anHourLater), anHourLater))).toBe(200)
  })

  it('MF-2: a ticket that is unknown, expired, used or another client’s is 401', async () => {
    const { secret } = await addApp()
    const now = later(600)
    const ticket = await ticketAt(now)
    expect(await outcome(finish('x', codeOf(secret, now), now))).toBe(401)
    const asBrowser = contextAt(now, { client: 'browser', cookies: null })
    expect(await finishLogin({ ticket, code: codeOf(secret, now) }, asBrowser)).toMatchObject({ flash: { status: 'sign_in_expired' } })
    expect(await outcome(finish(ticket, codeOf(secret, later(1201)), later(1201)))).toBe(401)
    const fresh = await ticketAt(later(1300))
    expect(await outcome(finish(fresh, codeOf(secret, later(1300)), later(1300)))).toBe(200)
    expect(await outcome(finish(fresh, codeOf(secret, later(1330)), later(1330)))).toBe(401)
  })

  it('the page speaks of the clock only after two wrong codes', async () => {
    await addApp()
    const now = later(600)
    const ticket = await ticketAt(now)
    const codes = [1, 2, 3].map(() => () => outcome(finish(ticket, '000000', now)))
    const outcomes: unknown[] = []
    for (const enter of codes) outcomes.push(await enter())
    expect(outcomes).toEqual(['second_factor_incorrect', 'second_factor_incorrect', 'second_factor_clock'])
  })

  it('is refused where its secret’s key is gone, while a recovery code still works', async () => {
    const { secret, codes } = await addApp()
    await database().totpDevice.update({ where: { userId: user.id }, data: { secret: `00000000.${'A'.repeat(60)}` } })
    const now = later(600)
    expect(await outcome(finish(await ticketAt(now), codeOf(secret, now), now))).toBe('second_factor_incorrect')
    expect(await outcome(finish(await ticketAt(now), codes[0] ?? '', now))).toBe(200)
  })

  it('a secret that is moved to another account opens nothing there', async () => {
    const { secret } = await addApp()
    const { device } = await secondFactorsOf(user.id)
    const victim = await newUser({ password, emailVerifiedAt: START })
    await database().totpDevice.create({ data: { userId: victim.id, secret: device?.secret ?? '', createdAt: START, confirmedAt: START } })
    user = victim
    const now = later(600)
    expect(await outcome(finish(await ticketAt(now), codeOf(secret, now), now))).toBe('second_factor_incorrect')
  })
})

describe('recovery codes', () => {
  it('MF-5: are ten of 80 bits, of which the database has digests alone', async () => {
    const { codes } = await addApp()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}$/)
    const rows = JSON.stringify(await database().recoveryCode.findMany({ where: { userId: user.id } }))
    for (const code of codes) expect(rows).not.toContain(code)
    expect(rows).not.toContain('"sealed":"')
  })

  it('MF-5: each finishes one login, written in any way, and its owner is told', async () => {
    const { codes } = await addApp()
    const now = later(600)
    const [first = '', second = ''] = codes
    expect(await outcome(finish(await ticketAt(now), first.toUpperCase().replaceAll('-', ' '), now))).toBe(200)
    expect(await outcome(finish(await ticketAt(now), first, now))).toBe('second_factor_incorrect')
    expect(await outcome(finish(await ticketAt(now), second, now))).toBe(200)
    expect((await readSecondFactor({}, owner(now))).body).toMatchObject({ recovery_codes: { total: 10, left: 8 } })
    expect((await emails()).filter((kind) => kind === 'recovery_code_used')).toHaveLength(2)
  })

  it('MF-5: of 10 parallel uses of one, one succeeds', async () => {
    const { codes } = await addApp()
    const now = later(600)
    const tickets: string[] = []
    for (let count = 0; count < 10; count++) tickets.push(await ticketAt(now))
    const outcomes = await Promise.all(tickets.map((ticket) => outcome(finish(ticket, codes[0] ?? '', now))))
    expect(outcomes.filter((status) => status === 200)).toHaveLength(1)
  })

  it('MF-5: are replaced as a set, by a code', async () => {
    const { secret, codes } = await addApp()
    const now = later(600)
    expect(await outcome(replaceCodes({ code: '000000' }, owner(now)))).toBe('second_factor_incorrect')
    const answer = await replaceCodes({ code: codeOf(secret, now) }, owner(now))
    const { recovery_codes: fresh } = answer.body as { recovery_codes: string[] }
    expect(fresh.filter((code) => codes.includes(code))).toEqual([])
    expect(await outcome(finish(await ticketAt(now), codes[0] ?? '', now))).toBe('second_factor_incorrect')
    expect(await outcome(finish(await ticketAt(now), fresh[0] ?? '', now))).toBe(200)
    expect(await emails()).toContain('recovery_codes_replaced')
  })

  it('are shown to a browser until their owner has saved them, and never again', async () => {
    await addApp(START, 'browser')
    const shown = async () => unsavedRecoveryCodes((await secondFactorsOf(user.id)).recoveryCodes)
    const codes = await shown()
    expect(codes).toHaveLength(10)
    const now = later(600)
    expect(await outcome(finish(await ticketAt(now), codes[0] ?? '', now))).toBe(200)
    expect(await shown()).toEqual(codes.slice(1))
    await saveCodes({ saved: 'on' }, owner(now))
    expect(await shown()).toEqual([])
    expect(await outcome(finish(await ticketAt(now), codes[1] ?? '', now))).toBe(200)
  })
})

describe('removing the app', () => {
  it('MF-4: takes a code, ends the recovery codes, and tells the owner', async () => {
    const { secret } = await addApp()
    const now = later(600)
    expect(await outcome(removeAuthenticator({ code: '000000' }, owner(now)))).toBe('second_factor_incorrect')
    expect(await outcome(removeAuthenticator({ code: codeOf(secret, now) }, owner(now)))).toBe(204)
    expect((await readSecondFactor({}, owner(now))).body).toEqual({ authenticator: null, recovery_codes: null })
    expect((await completeLogin(passwordIdentity(user), {}, contextAt(now)))?.status).toBe('complete')
    expect(await events()).toContain('second_factor_disabled')
    expect(await emails()).toContain('second_factor_disabled')
  })

  it('MF-4: wrong codes count for the account’s limit, so a stolen session allows no more guesses than a login', async () => {
    await addApp()
    const now = later(600)
    const outcomes: unknown[] = []
    for (let count = 0; count < 11; count++) outcomes.push(await outcome(removeAuthenticator({ code: '000000' }, owner(now))))
    expect(outcomes.at(-1)).toBe(429)
    expect(outcomes.slice(0, 10)).toEqual(Array(10).fill('second_factor_incorrect'))
  })

  it('is 404 where there is none', async () => {
    await expect(removeAuthenticator({ code: '000000' }, owner(START))).rejects.toMatchObject({ status: 404 })
    await expect(replaceCodes({ code: '000000' }, owner(START))).rejects.toMatchObject({ status: 404 })
  })
})
