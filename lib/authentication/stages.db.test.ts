/** Logins that a stage holds back (LG-3), with a stage that these tests alone register. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { logIn, loginEndpoint } from '../accounts/login/endpoints.ts'
import { meEndpoint } from '../accounts/profile/endpoints.ts'
import { signUp } from '../accounts/signup/sign-up.ts'
import { tokenObtainEndpoint } from '../accounts/token-obtain/endpoints.ts'
import { recentEvents } from '../audit/list-events.ts'
import { database, type User } from '../db/client.ts'
import type { Context, Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { settings } from '../settings.ts'
import { newUser } from '../users/testing/new-user.ts'
import { type CompletedLogin, completeLogin, type PendingLogin, resumeLogin } from './complete-login.ts'
import { LoginRefused, passwordIdentity } from './identify.ts'
import { stages } from './stages.ts'
import { holdLogins } from './testing/hold-logins.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const PASSWORD = 'Harbour-lantern-41'

const withFactor = new Set<number>()
const incomplete = new Set<number>()
const takeAway = [
  holdLogins('mfa', ({ user, amr }) => (withFactor.has(user.id) || user.name === 'Has a factor') && !amr.includes('mfa')),
  holdLogins('profile', ({ user }) => incomplete.has(user.id)),
]
afterAll(async () => {
  for (const remove of takeAway) remove()
  await hashingPool().close()
})

let password: string
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})

let user: User
beforeEach(async () => {
  user = await newUser({ password })
  withFactor.add(user.id)
})

const begin = async (context = contextAt(NOW), remember = false) => {
  const login = await completeLogin(passwordIdentity(user), { remember }, context)
  if (login?.status !== 'pending') throw new Error('not held back')
  return login
}
const resume = (ticket: string, context: Context = contextAt(later(1))) => resumeLogin(ticket, ['mfa'], context)
const sessions = () => database().session.findMany({ where: { userId: user.id } })
const events = async () => (await recentEvents(user.id)).map(({ event }) => event)
const browser = (ticket: string | null, now = NOW) =>
  contextAt(now, { client: 'browser', cookies: ticket === null ? null : `latchkey_login=${ticket}` })
const requireComplete = (login: CompletedLogin | PendingLogin | null) => {
  if (login?.status !== 'complete') throw new Error('not complete')
  return login
}

const post = (endpoint: Endpoint, body: string, headers: Record<string, string>) =>
  serve(endpoint).POST(new Request(`http://localhost${endpoint.contract.path}`, { method: 'POST', body, headers }))
const credentials = () => ({ email: user.email, password: PASSWORD })

describe('a login that a stage holds back', () => {
  it('LG-3: answers an API client with a ticket that is no token, and starts no session', async () => {
    for (const endpoint of [loginEndpoint, tokenObtainEndpoint]) {
      const response = await post(endpoint, JSON.stringify(credentials()), { 'content-type': 'application/json' })
      expect(response.status).toBe(403)
      expect(response.headers.get('set-cookie')).toBeNull()
      const body = (await response.json()) as Record<string, string>
      const answer = { detail: 'Enter a code to finish signing in.', code: 'mfa_required', methods: ['totp'] }
      expect(body).toEqual({ ...answer, ticket: expect.stringMatching(/^[\w-]{43}$/) })
      const me = serve(meEndpoint)
      const authorization = `Bearer ${body.ticket}`
      expect((await me.GET(new Request('http://localhost/api/accounts/me/', { headers: { authorization } }))).status).toBe(401)
    }
    expect(await sessions()).toEqual([])
    expect(await events()).toEqual([])
    expect((await database().user.findUniqueOrThrow({ where: { id: user.id } })).lastLogin).toBeNull()
  })

  it('leads a browser to the page of the stage, with the ticket in an httpOnly cookie', async () => {
    const form = (fields: Record<string, string>) =>
      post(loginEndpoint, new URLSearchParams({ ...credentials(), ...fields }).toString(), {
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      })
    const response = await form({ next: '/settings/security' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/login/mfa?next=%2Fsettings%2Fsecurity'])
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^latchkey_login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    expect((await form({})).headers.get('location')).toBe('/login/mfa')
    expect(await sessions()).toEqual([])
  })

  it('leaves accounts alone that the stage is not about', async () => {
    withFactor.delete(user.id)
    const response = await post(loginEndpoint, JSON.stringify(credentials()), { 'content-type': 'application/json' })
    expect([response.status, await response.json()]).toMatchObject([200, { message: 'Login successful' }])
    expect(await sessions()).toMatchObject([{ amr: 'pwd', credentialId: null }])
    expect(await database().pendingLogin.count({ where: { userId: user.id } })).toBe(0)
  })

  it('holds a sign-up back, too, whose account is there already', async () => {
    const email = `${Math.random()}@example.com`
    const input = { email, name: 'Has a factor', phone: email.slice(0, 18), password: PASSWORD, confirm_password: PASSWORD }
    const result = await signUp(input, contextAt(NOW))
    expect(result).toMatchObject({ status: 403, body: { code: 'mfa_required' } })
    const created = await database().user.findUniqueOrThrow({ where: { email } })
    expect(await database().session.count({ where: { userId: created.id } })).toBe(0)
    expect(requireComplete(await resume((result.body as { ticket: string }).ticket))).toMatchObject({ user: { email } })
  })
})

describe('resuming it', () => {
  it('starts the session, with what was verified, and records the login then', async () => {
    const { ticket } = await begin()
    const { sid, tokens } = requireComplete(await resume(ticket))
    expect(tokens).toMatchObject({ access: expect.any(String), refresh: expect.any(String) })
    expect(await sessions()).toMatchObject([{ id: sid, amr: 'pwd mfa', authenticatedAt: later(1) }])
    expect(await events()).toEqual(['logged_in'])
    expect((await database().user.findUniqueOrThrow({ where: { id: user.id } })).lastLogin).toEqual(later(1))
  })

  it('works once; of ten at once one succeeds', async () => {
    const { ticket } = await begin()
    const logins = await Promise.all(Array.from({ length: 10 }, () => resume(ticket)))
    expect(logins.filter((login) => login !== null)).toHaveLength(1)
    expect(await sessions()).toHaveLength(1)
    expect(await resume(ticket)).toBeNull()
  })

  it('works for ten minutes', async () => {
    const [first, second] = [await begin(), await begin()]
    expect(await resume(first.ticket, contextAt(later(600)))).toBeNull()
    expect(await resume(second.ticket, contextAt(later(599)))).not.toBeNull()
  })

  it('takes no ticket that it did not issue, and keeps no ticket', async () => {
    const { ticket } = await begin()
    const rows = await database().pendingLogin.findMany({ where: { userId: user.id } })
    expect(JSON.stringify(rows)).not.toContain(ticket)
    for (const wrong of ['', 'x', ticket.slice(1), rows[0]?.digest ?? '']) expect(await resume(wrong)).toBeNull()
  })

  it('is for the client that began it: a browser with its cookie, an API client without', async () => {
    const [ofBrowser, ofClient] = [await begin(browser(null)), await begin()]
    expect(await resume(ofBrowser.ticket)).toBeNull()
    expect(await resume(ofBrowser.ticket, browser(null))).toBeNull()
    expect(await resume(ofBrowser.ticket, browser(ofClient.ticket))).toBeNull()
    expect(await resume(ofClient.ticket, browser(ofClient.ticket))).toBeNull()
    expect(requireComplete(await resume(ofBrowser.ticket, browser(ofBrowser.ticket))).cookie?.expires).toBeNull()
    expect(await resume(ofClient.ticket)).not.toBeNull()
  })

  it('keeps a browser signed in that asked for it', async () => {
    const { ticket } = await begin(browser(null), true)
    const { sid, cookie } = requireComplete(await resume(ticket, browser(ticket)))
    expect(cookie?.expires).toEqual((await database().session.findUniqueOrThrow({ where: { id: sid } })).expiresAt)
  })

  it.each<[string, () => Promise<unknown>]>([
    ['another password', () => database().user.update({ where: { id: user.id }, data: { password: `${password}x` } })],
    ['a deactivation', () => database().user.update({ where: { id: user.id }, data: { isActive: false } })],
    [
      'a deactivation that was taken back',
      async () => {
        for (const isActive of [false, true]) await database().user.update({ where: { id: user.id }, data: { isActive } })
      },
    ],
    ['the deletion of the account', () => database().user.delete({ where: { id: user.id } })],
  ])('does not work after %s', async (_, change) => {
    const { ticket } = await begin()
    await change()
    expect(await resume(ticket)).toBeNull()
    expect(await sessions()).toEqual([])
  })

  it('does not work when the password is replaced while the stages are asked', async () => {
    const { ticket } = await begin()
    const stage = {
      name: 'slow',
      refusal: 'wrong_credentials' as const,
      applies: async () => {
        await database().user.update({ where: { id: user.id }, data: { password: `${password}x` } })
        return false
      },
    }
    stages.push(stage)
    expect(await resume(ticket).finally(() => stages.splice(stages.indexOf(stage), 1))).toBeNull()
    expect(await sessions()).toEqual([])
  })

  it('leads to the next stage, with another ticket', async () => {
    incomplete.add(user.id)
    const first = await begin()
    const second = await resume(first.ticket)
    expect(second).toMatchObject({ status: 'pending', challenge: { code: 'profile_required' } })
    if (second?.status !== 'pending') return
    expect(await resume(first.ticket)).toBeNull()
    expect(await sessions()).toEqual([])
    incomplete.delete(user.id)
    requireComplete(await resumeLogin(second.ticket, [], contextAt(later(2))))
    expect(await sessions()).toMatchObject([{ amr: 'pwd mfa' }])
  })
})

describe('a login that a stage refuses', () => {
  it('of an inactive account looks like a wrong credential, and is recorded as one', async () => {
    const inactive = await newUser({ password, isActive: false })
    expect(await completeLogin(passwordIdentity(inactive), {}, contextAt(NOW))).toBeNull()
    expect(await recentEvents(inactive.id)).toMatchObject([{ event: 'login_failed', detail: { reason: 'wrong_credentials' } }])
  })

  it('starts no session once the password was replaced or the account deactivated since it was identified', async () => {
    for (const data of [{ password: `${password}x` }, { isActive: false }]) {
      const changed = await newUser({ password })
      await database().user.update({ where: { id: changed.id }, data })
      expect(await completeLogin(passwordIdentity(changed), {}, contextAt(NOW))).toBeNull()
      expect(await database().session.count({ where: { userId: changed.id } })).toBe(0)
    }
  })

  it('says that the email address is not verified to the right password only', async () => {
    const { EMAIL_VERIFICATION: before } = settings()
    Object.assign(settings(), { EMAIL_VERIFICATION: 'mandatory' })
    try {
      await expect(logIn(credentials(), contextAt(NOW))).rejects.toThrow(LoginRefused)
      await expect(logIn({ ...credentials(), password: 'wrong' }, contextAt(NOW))).rejects.not.toThrow(LoginRefused)
    } finally {
      Object.assign(settings(), { EMAIL_VERIFICATION: before })
    }
    expect(await sessions()).toEqual([])
  })
})
