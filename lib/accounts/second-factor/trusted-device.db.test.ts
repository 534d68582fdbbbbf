/** "Trust this device": logins in a browser that need no second factor for a while, and all that ends this (MF-6). */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recentEvents } from '../../audit/list-events.ts'
import { completeLogin } from '../../authentication/complete-login.ts'
import { passwordIdentity } from '../../authentication/identify.ts'
import { trustedDevicesOf } from '../../authentication/known-device.ts'
import { database, type User } from '../../db/client.ts'
import type { AuthenticatedContext, Context } from '../../http/endpoint.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { keepSessionsOfPassword } from '../../sessions/lifetimes.ts'
import { type EndReason, revokeAllSessions } from '../../sessions/session.ts'
import { type Settings, settings } from '../../settings.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { changePassword } from '../password-change/endpoints.ts'
import { finishLogin } from './finish-login.ts'
import { beginAuthenticator, confirmAuthenticator, forgetDevices, removeAuthenticator, replaceCodes } from './second-factor.ts'

const START = new Date('2026-03-01T10:00:00Z')
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const DAY = 86_400
const PASSWORD = 'Harbour-lantern-41'

afterAll(() => hashingPool().close())

let password: string
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})

let user: User
let app: { secret: string; codes: string[] }
beforeEach(async () => {
  user = await newUser({ password, emailVerifiedAt: START })
  app = await addApp(user, START)
})

const owner = (of: User, now: Date): AuthenticatedContext => contextOf(of, now, null)
const codeOf = (secret: string, now: Date) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() })

async function addApp(of: User, now: Date): Promise<{ secret: string; codes: string[] }> {
  const { secret } = (await beginAuthenticator({}, owner(of, now))).body as { secret: string }
  const answer = await confirmAuthenticator({ code: codeOf(secret, now) }, owner(of, now))
  return { secret, codes: (answer.body as { recovery_codes: string[] }).recovery_codes }
}

const current = () => database().user.findUniqueOrThrow({ where: { id: user.id } })
const from = (now: Date, cookies: string | null, client: Context['client'] = 'browser') =>
  contextAt(now, { client, cookies: client === 'browser' ? cookies : null })

/** The cookie that finishing a login with a code sets, as the browser sends it; undefined for none. */
async function finish(now: Date, { trust = 'on', cookies = '', code = codeOf(app.secret, now) } = {}): Promise<string | undefined> {
  const login = await completeLogin(passwordIdentity(await current()), {}, from(now, null))
  if (login?.status !== 'pending') throw new Error('not held back')
  const context = from(now, `latchkey_login=${login.ticket}; ${cookies}`)
  const { setCookies = [] } = await finishLogin({ ticket: '-', code, trust }, context)
  return setCookies.find((cookie) => cookie.startsWith('latchkey_trusted='))?.split(';')[0]
}

const trust = async (now = later(60)) => (await finish(now)) ?? ''

/** Whether a login with these cookies needs no code. */
async function skips(cookies: string | null, now: Date, client: Context['client'] = 'browser'): Promise<boolean> {
  return (await completeLogin(passwordIdentity(await current()), {}, from(now, cookies, client)))?.status === 'complete'
}

async function withSettings(changed: Partial<Settings>, work: () => Promise<void>): Promise<void> {
  const before = { ...settings() }
  Object.assign(settings(), changed)
  try {
    await work()
  } finally {
    Object.assign(settings(), before)
  }
}

describe('MF-6: a trusted device', () => {
  it('needs no code for 30 days and no longer, and its sessions do not claim one', async () => {
    const cookie = await trust()
    expect(await skips(null, later(120))).toBe(false)
    expect(await skips(cookie, later(60 + 30 * DAY - 1))).toBe(true)
    const session = await database().session.findFirstOrThrow({ where: { userId: user.id }, orderBy: { createdAt: 'desc' } })
    expect(session.amr).toBe('pwd')
    expect(await skips(cookie, later(60 + 30 * DAY))).toBe(false)
    expect((await recentEvents(user.id)).map(({ event }) => event)).toContain('device_trusted')
  })

  it('is one by its cookie alone, of which the database has a digest', async () => {
    const cookie = await trust()
    const secret = cookie.slice('latchkey_trusted='.length)
    expect(secret).toMatch(/^[\w-]{43}$/)
    const rows = await database().trustedDevice.findMany({ where: { userId: user.id } })
    expect(JSON.stringify(rows)).not.toContain(secret)
    const [row] = rows
    for (const forged of ['', 'x', row?.digest, 'A'.repeat(43), `${secret}x`, secret.slice(0, 42)])
      expect(await skips(`latchkey_trusted=${forged}`, later(120)), forged).toBe(false)
    expect(await skips(`${cookie}; latchkey_trusted=other`, later(120)), 'two of one name').toBe(false)
    expect(await skips(cookie, later(120), 'api'), 'an API client has none').toBe(false)
  })

  it('does not depend on SECRET_KEY: who knows it makes no cookie, and a new one ends none', async () => {
    const cookie = await trust()
    await withSettings({ SECRET_KEY: 'k'.repeat(50), SECRET_KEY_FALLBACKS: [] }, async () => {
      expect(await skips(cookie, later(120))).toBe(true)
    })
  })

  it('is not made unless the box was ticked, nor by a recovery code', async () => {
    expect(await finish(later(60), { trust: '' })).toBeUndefined()
    expect(await finish(later(90), { code: app.codes[0] ?? '' })).toBeUndefined()
    expect(await database().trustedDevice.count({ where: { userId: user.id } })).toBe(0)
  })

  it('opens no other account, neither by its cookie nor by a copy of its row', async () => {
    const cookie = await trust()
    const { id: _, ...row } = await database().trustedDevice.findFirstOrThrow({ where: { userId: user.id } })
    user = await newUser({ password, emailVerifiedAt: START })
    app = await addApp(user, START)
    expect(await skips(cookie, later(120))).toBe(false)
    await database().trustedDevice.deleteMany({ where: { userId: row.userId } })
    await database().trustedDevice.create({ data: { ...row, userId: user.id } })
    expect(await skips(cookie, later(120))).toBe(false)
  })

  it('is one for up to five accounts, and each has a secret that was never in the browser before', async () => {
    const planted = `latchkey_trusted=${'A'.repeat(43)}`
    const first = user
    let cookies = (await finish(later(60), { cookies: planted })) ?? ''
    expect(cookies.split('.')).toHaveLength(2)
    expect(cookies.startsWith(planted)).toBe(false)
    user = await newUser({ password, emailVerifiedAt: START })
    app = await addApp(user, START)
    cookies = (await finish(later(60), { cookies })) ?? ''
    expect(await skips(cookies, later(120))).toBe(true)
    user = first
    expect(await skips(cookies, later(120))).toBe(true)
  })

  it('follows TRUSTED_DEVICE_LIFETIME at once where it is shorter, and `0` trusts none', async () => {
    const cookie = await trust()
    await withSettings({ TRUSTED_DEVICE_LIFETIME: DAY }, async () => {
      expect(await skips(cookie, later(60 + DAY - 1))).toBe(true)
      expect(await skips(cookie, later(60 + DAY))).toBe(false)
    })
    await withSettings({ TRUSTED_DEVICE_LIFETIME: 90 * DAY }, async () => {
      expect(await skips(cookie, later(60 + 30 * DAY)), 'a longer one counts for new devices').toBe(false)
    })
    await withSettings({ TRUSTED_DEVICE_LIFETIME: 0 }, async () => {
      expect(await skips(cookie, later(120))).toBe(false)
      expect(await finish(later(150))).toBeUndefined()
    })
  })

  it('is none where MFA_REQUIRED obliges the account, whose next login shows its second factor', async () => {
    const cookie = await trust()
    await withSettings({ MFA_REQUIRED: 'staff' }, async () => {
      expect(await skips(cookie, later(120))).toBe(true)
      await database().user.update({ where: { id: user.id }, data: { isStaff: true } })
      expect(await skips(cookie, later(120))).toBe(false)
      expect(await finish(later(150))).toBeUndefined()
      expect(await trustedDevicesOf(await current(), later(150))).toEqual({ count: 0, until: null })
    })
  })
})

const END_REASONS: EndReason[] = ['password_change', 'password_reset', 'email_change', 'ownership_proven', 'logout_all', 'admin']
const NEW_PASSWORD = 'Corr3ct-horse-battery'

describe('MF-6: a device is trusted no longer', () => {
  const now = later(300)
  const setActive = (isActive: boolean) => database().user.update({ where: { id: user.id }, data: { isActive } })

  const endings: Record<string, () => Promise<unknown>> = {
    'after a new password': async () =>
      changePassword({ current_password: PASSWORD, password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }, owner(user, now)),
    'after a password that Django changed': async () =>
      database().user.update({ where: { id: user.id }, data: { password: await makePassword(NEW_PASSWORD) } }),
    'after a deactivation, also by Django, and for a moment': async () => {
      await setActive(false)
      await setActive(true)
    },
    'after its app was replaced': async () => {
      await removeAuthenticator({ code: app.codes[0] ?? '' }, owner(user, now))
      expect(await database().trustedDevice.count({ where: { userId: user.id } })).toBe(0)
      app = await addApp(user, now)
    },
    'after an app was added that did not know of it': async () => {
      await database().totpDevice.deleteMany({ where: { userId: user.id } })
      app = await addApp(user, now)
    },
    'after new recovery codes': async () => replaceCodes({ code: app.codes[0] ?? '' }, owner(user, now)),
    'after its owner forgot it': async () => forgetDevices({}, owner(user, now)),
  }
  for (const reason of END_REASONS)
    endings[`after all sessions ended: ${reason}`] = () =>
      database().$transaction((tx) => revokeAllSessions(tx, user.id, reason, now, 'the session that goes on'))

  it.each(Object.entries(endings))('%s', async (_, end) => {
    const cookie = await trust()
    expect(await skips(cookie, later(240))).toBe(true)
    await end()
    expect(await skips(cookie, later(360))).toBe(false)
  })

  it('is audited where its owner forgot some, and not where there were none', async () => {
    await trust()
    await forgetDevices({}, owner(user, now))
    await forgetDevices({}, owner(user, now))
    const forgotten = (await recentEvents(user.id)).filter(({ event }) => event === 'trusted_devices_forgotten')
    expect(forgotten).toMatchObject([{ detail: { devices: 1 } }])
  })

  it('but it stays so where the same password is hashed anew', async () => {
    const cookie = await trust()
    const renewed = await makePassword(PASSWORD)
    await database().$transaction(async (tx) => {
      await tx.user.update({ where: { id: user.id }, data: { password: renewed } })
      await keepSessionsOfPassword(tx, user.id, user.password, renewed)
    })
    expect(await skips(cookie, now)).toBe(true)
  })

  it('also where the password is changed at the very moment in which it is trusted', async () => {
    for (let round = 0; round < 5; round++) {
      const at = later(600 + round * 60)
      const before = await current()
      const replaced = async () => {
        const next = `${NEW_PASSWORD}-${round}`
        const { password: hash } = await database().user.update({
          where: { id: user.id },
          data: { password: await makePassword(next) },
        })
        await database().$transaction((tx) => revokeAllSessions(tx, user.id, 'password_change', at))
        return hash
      }
      const [cookie] = await Promise.all([finish(at).catch(() => undefined), replaced()])
      expect((await current()).password).not.toBe(before.password)
      expect(await skips(cookie ?? null, later(610 + round * 60))).toBe(false)
    }
  })
})
