/** Known devices, the email about a new one, and what logins leave in the audit log (LG-4, AU-1, RL-4). */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { recentEvents } from '../audit/list-events.ts'
import { database, type User } from '../db/client.ts'
import type { Context } from '../http/endpoint.ts'
import { contextAt } from '../http/testing/context.ts'
import { hashingPool } from '../passwords/pool.ts'
import { revokeAllSessions, startSession } from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { newUser } from '../users/testing/new-user.ts'
import { completeLogin } from './complete-login.ts'
import { authenticatePassword, passwordIdentity } from './identify.ts'
import { matchDevice } from './known-device.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const FIREFOX_LATER = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const HOME = { clientIp: '198.51.100.7', userAgent: FIREFOX }
const AWAY = { clientIp: '203.0.113.9', userAgent: 'python-requests/2.32.3' }

let user: User
beforeEach(async () => {
  user = await newUser()
})
afterAll(() => hashingPool().close())

/** A login; the first one of an account knows no other device. */
async function arrive(marks: Partial<Context>, whose = user) {
  const login = await completeLogin(passwordIdentity(whose), {}, contextAt(NOW, marks))
  if (login?.status !== 'complete') throw new Error('not signed in')
  return login
}
const messages = () => database().outboxMail.findMany({ where: { userId: user.id } })
const cookieOf = (device: string | undefined) => `latchkey_device=${device}`
const recognised = async (marks: Partial<Context>, id = user.id) => (await matchDevice(id, contextAt(NOW, marks)))?.by ?? null

describe('a new device (LG-4)', () => {
  it('is told to the owner with time, place and device, and nothing secret; the first of an account is not', async () => {
    await arrive(HOME)
    expect(await messages()).toEqual([])
    const { tokens } = await arrive(AWAY)
    const [message] = await messages()
    expect(message).toMatchObject({ kind: 'new_device', recipient: user.email, oneTimeTokenId: null })
    for (const fact of ['1 March 2026 at 10:00 UTC', '203.0.113.9', 'Device:']) expect(message?.text).toContain(fact)
    expect(message?.text).not.toMatch(/token|eyJ/)
    expect(message?.text).not.toContain(tokens?.refresh)
  })

  it('is known the next time, also after the program was updated and from the same /64', async () => {
    await arrive({ ...HOME, clientIp: '2001:db8:1:2::a' })
    await arrive({ clientIp: '2001:db8:1:2:ffff::b', userAgent: FIREFOX_LATER })
    expect(await messages()).toEqual([])
    await arrive({ clientIp: '2001:db8:1:3::a', userAgent: FIREFOX })
    expect(await messages()).toHaveLength(1)
  })

  it('a browser is known by its cookie wherever it goes', async () => {
    const { cookie } = await arrive({ ...HOME, client: 'browser' })
    await arrive({ ...AWAY, client: 'browser', cookies: cookieOf(cookie?.device) })
    expect(await messages()).toEqual([])
  })
})

describe('a session', () => {
  it('says how its owner authenticated; one that continues a token of the original does not', async () => {
    const { sid } = await arrive(HOME)
    const continued = await database().$transaction((tx) => startSession(tx, user, 'api', contextAt(NOW), { amr: null }))
    const rows = await database().session.findMany({ where: { userId: user.id }, select: { id: true, amr: true, authenticatedAt: true } })
    expect(rows).toHaveLength(2)
    expect(rows).toContainEqual({ id: sid, amr: 'pwd', authenticatedAt: NOW })
    expect(rows).toContainEqual({ id: continued.id, amr: null, authenticatedAt: null })
  })
})

describe('a device cookie', () => {
  it('outlives a change of SECRET_KEY: it counts as long as the former key is a fallback, and a login makes it one of the new', async () => {
    const present = settings().SECRET_KEY
    const changeTo = (SECRET_KEY: string, ...SECRET_KEY_FALLBACKS: string[]) =>
      Object.assign(settings(), { SECRET_KEY, SECRET_KEY_FALLBACKS })
    try {
      const former = (await arrive({ ...HOME, client: 'browser' })).cookie?.device
      const marks = (device: string | undefined) => ({ ...AWAY, client: 'browser' as const, cookies: cookieOf(device) })
      changeTo('x'.repeat(32))
      expect(await recognised(marks(former))).toBeNull()
      changeTo('x'.repeat(32), present)
      expect(await recognised(marks(former))).toBe('cookie')
      const renewed = (await arrive(marks(former))).cookie?.device
      expect(await messages()).toEqual([])
      expect((await arrive(marks(renewed))).cookie?.device, 'renewed once').toBe(renewed)
      changeTo('x'.repeat(32))
      expect(await recognised({ ...marks(renewed), clientIp: '192.0.2.1' })).toBe('cookie')
    } finally {
      changeTo(present)
    }
  })

  it('counts for its account alone, and only while the account knows it', async () => {
    const { cookie } = await arrive({ ...HOME, client: 'browser' })
    const marks = { ...AWAY, cookies: cookieOf(cookie?.device) }
    expect(await recognised(marks)).toBe('cookie')
    expect(await recognised(marks, (await newUser()).id)).toBeNull()
    await database().$transaction((tx) => revokeAllSessions(tx, user.id, 'ownership_proven', NOW))
    expect(await recognised(marks)).toBeNull()
  })

  it('holds an entry for each of several accounts, and a planted one makes no device known', async () => {
    const attacker = await newUser()
    const planted = (await arrive({ ...AWAY, client: 'browser' }, attacker)).cookie?.device
    const { cookie } = await arrive({ ...HOME, client: 'browser', cookies: cookieOf(planted) })
    expect(await recognised({ ...AWAY, cookies: cookieOf(planted) })).toBeNull()
    const both = { clientIp: '192.0.2.3', userAgent: 'x', cookies: cookieOf(cookie?.device) }
    expect(await recognised(both)).toBe('cookie')
    expect(await recognised(both, attacker.id)).toBe('cookie')
  })

  it.each(['', '.', 'x', 'x'.repeat(44), `${'x'.repeat(44)}.`.repeat(200), '%', '..\0'])('of rubbish is no device: %j', async (rubbish) => {
    expect(await recognised({ cookies: cookieOf(rubbish) })).toBeNull()
  })

  it('is kept as a digest', async () => {
    const { cookie } = await arrive({ ...HOME, client: 'browser' })
    const rows = await database().knownDevice.findMany({ where: { userId: user.id } })
    expect(rows).toHaveLength(2)
    for (const { fingerprint } of rows) expect([fingerprint.length, cookie?.device.includes(fingerprint)]).toEqual([64, false])
  })
})

describe('the audit log (AU-1)', () => {
  it('has a row for each login, and each failure with its account where there is one', async () => {
    const { sid } = await arrive(HOME)
    await arrive(AWAY)
    await authenticatePassword(user.email, 'wrong', contextAt(NOW, AWAY))
    const events = await recentEvents(user.id)
    expect(events.map(({ event, outcome, bySelf, detail }) => ({ event, outcome, bySelf, detail }))).toEqual([
      { event: 'login_failed', outcome: 'failure', bySelf: false, detail: { reason: 'wrong_credentials' } },
      { event: 'logged_in', outcome: 'success', bySelf: true, detail: { newDevice: true } },
      { event: 'logged_in', outcome: 'success', bySelf: true, detail: { newDevice: false } },
    ])
    expect(events[2]).toMatchObject({ sessionId: sid, clientIp: HOME.clientIp, userAgent: FIREFOX, at: NOW })
  })

  it('a failure for an unknown account is a row too, and holds neither email nor password', async () => {
    const before = await database().auditEvent.count()
    await authenticatePassword('nobody-at-all@example.com', 'Sup3r-secret-canary', contextAt(NOW, AWAY))
    await authenticatePassword('x'.repeat(3000), 'y'.repeat(3000), contextAt(NOW, { ...AWAY, userAgent: 'a\0b\ud800' }))
    const rows = await database().auditEvent.findMany({ orderBy: { id: 'desc' }, take: 2 })
    expect(await database().auditEvent.count()).toBe(before + 2)
    for (const row of rows) expect([row.event, row.subjectId]).toEqual(['login_failed', null])
    expect(JSON.stringify(rows)).not.toMatch(/canary|nobody-at-all|xxx|yyy/)
  })

  it('is read in pages, the newest first', async () => {
    for (let n = 0; n < 5; n++) await arrive(HOME)
    const first = await recentEvents(user.id, null, 3)
    const second = await recentEvents(user.id, first.at(-1)?.id, 3)
    expect([first.length, second.length]).toEqual([3, 2])
    const ids = [...first, ...second].map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => b - a))
  })
})
