import { afterAll, describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { serve } from '../../http/serve.ts'
import { contextAt } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { settings } from '../../settings.ts'
import { issueOneTimeToken, secretsForEmail } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { resendVerificationEndpoint, verifyEmailEndpoint } from './endpoints.ts'
import { inspectLink, inspectSignup } from './inspect-verification.ts'
import { newSignupCookie } from './pending-signup.ts'
import { resendVerification } from './resend-verification.ts'
import type { VerifyEmailInput } from './schema.ts'
import { enqueueVerificationEmail } from './verification-link.ts'
import { verifyEmail } from './verify-email.ts'

afterAll(() => hashingPool().close())

const NOW = new Date('2026-11-24T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const cookieHeader = (setCookie: string) => setCookie.split(';')[0] as string

/** What the newest email to an account would carry. */
async function newest(user: User, now = NOW) {
  const row = await database().oneTimeToken.findFirstOrThrow({ where: { userId: user.id }, orderBy: { id: 'desc' } })
  const secrets = await secretsForEmail(row.id, now)
  if (!secrets) throw new Error('not sent')
  return { ...secrets, row }
}

async function mailed(user: User, payload: string | null = null) {
  await database().$transaction((tx) => enqueueVerificationEmail(tx, user, NOW, payload))
  return newest(user)
}

const current = (user: User) => database().user.findUniqueOrThrow({ where: { id: user.id } })

/** The errors by which a confirmation is refused. */
async function refusal(input: VerifyEmailInput, context = contextAt(NOW)) {
  const error = await verifyEmail(input, context).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ValidationFailed)) throw error ?? new Error('was not refused')
  return error.errors
}

describe('confirming an address', () => {
  it('counts until EMAIL_VERIFICATION_TIMEOUT is over', async () => {
    const user = await newUser()
    const { token } = await mailed(user)
    const lifetime = settings().EMAIL_VERIFICATION_TIMEOUT
    expect(await refusal({ token }, contextAt(later(lifetime)))).toEqual({ token: ['token_expired'] })
    await verifyEmail({ token }, contextAt(later(lifetime - 1)))
    expect((await current(user)).emailVerifiedAt).toEqual(later(lifetime - 1))
  })

  it('is of the address that the email went to: after a change of it the link counts no more', async () => {
    const user = await newUser()
    const { token } = await mailed(user)
    await database().user.update({ where: { id: user.id }, data: { email: `new-${user.email}` } })
    expect(await refusal({ token })).toEqual({ token: ['token_replaced'] })
    expect((await current(user)).emailVerifiedAt).toBeNull()
    expect(await inspectLink(token, { cookies: null, userId: null }, NOW)).toMatchObject({ kind: 'problem', problem: 'token_replaced' })
  })

  it('does nothing to an account that was deactivated', async () => {
    const user = await newUser()
    const { token, code } = await mailed(user)
    await database().user.update({ where: { id: user.id }, data: { isActive: false } })
    expect(await refusal({ token })).toEqual({ token: ['token_unknown'] })
    expect(await refusal({ email: user.email, code })).toEqual({ code: ['code_incorrect'] })
  })

  it('does not take the token of another purpose', async () => {
    const user = await newUser()
    const id = await database().$transaction((tx) => issueOneTimeToken(tx, user, 'password_reset', 60, NOW))
    expect(await refusal({ token: (await secretsForEmail(id, NOW))?.token ?? '' })).toEqual({ token: ['token_unknown'] })
  })

  it('a password that is given must be right, and one beyond any length is refused without a hash', async () => {
    const user = await newUser({ password: await makePassword('harbour lantern') })
    const { token } = await mailed(user)
    for (const password of ['harbour lanterm', 'x'.repeat(5000)])
      expect(await refusal({ token, password })).toEqual({ password: ['password_not_of_signup'] })
    await verifyEmail({ token, password: 'harbour lantern' }, contextAt(NOW))
  })
})

describe('SU-5: a sign-up that is confirmed', () => {
  const pending = async (more = {}) => {
    const { cookie, browser } = newSignupCookie('unused@example.com')
    const phone = `p${Math.random()}`.slice(0, 20)
    const signup = { name: 'Owner', phone, passwordHash: await makePassword('owners harbour'), browser, ...more }
    return { signup, payload: JSON.stringify(signup), cookies: cookieHeader(cookie) }
  }

  it('puts its name, phone and password in force and ends whatever else was there', async () => {
    const user = await newUser({ name: 'Thief', password: await makePassword('thiefs lantern') })
    const expiresAt = later(86_400)
    const session = { userId: user.id, kind: 'api', userAgent: '', createdAt: NOW, lastUsedAt: NOW, expiresAt, ipAddress: null }
    await database().session.create({ data: { id: `s${user.id}`, ...session } })
    await database().knownDevice.create({ data: { userId: user.id, fingerprint: 'f', createdAt: NOW, lastSeenAt: NOW } })
    await database().$transaction((tx) => issueOneTimeToken(tx, user, 'email_change', 3600, NOW, { email: 'thief@example.com' }))
    const { signup, payload } = await pending()
    const { token } = await mailed(user, payload)
    await verifyEmail({ token }, contextAt(NOW))
    const { name, phone, passwordHash: password } = signup
    expect(await current(user)).toMatchObject({ name, phone, password, emailVerifiedAt: NOW })
    expect(await database().session.findUniqueOrThrow({ where: { id: `s${user.id}` } })).toMatchObject({ endReason: 'ownership_proven' })
    expect(await database().knownDevice.count({ where: { userId: user.id } })).toBe(0)
    expect(await database().oneTimeToken.count({ where: { userId: user.id, usedAt: null, voidedAt: null } })).toBe(0)
  })

  it('in a browser needs what shows that it was this person’s: the sign-up’s cookie or its password', async () => {
    const context = (cookies: string | null) => contextAt(NOW, { client: 'browser', cookies })
    for (const proof of ['cookie', 'password'] as const) {
      const user = await newUser({ password: await makePassword('thiefs lantern') })
      const [own, other] = [await pending(), await pending()]
      const { token } = await mailed(user, own.payload)
      expect(await refusal({ token }, context(null))).toEqual({ password: ['required'] })
      expect(await refusal({ token }, context(other.cookies))).toEqual({ password: ['required'] })
      expect(await inspectLink(token, { cookies: other.cookies, userId: null }, NOW)).toMatchObject({ kind: 'ready', asks: 'password' })
      expect(await inspectLink(token, { cookies: own.cookies, userId: null }, NOW)).toMatchObject({ kind: 'ready', asks: null })
      if (proof === 'cookie') await verifyEmail({ token }, context(own.cookies))
      else await verifyEmail({ token, password: 'owners harbour' }, context(null))
      expect((await current(user)).password).toBe(own.signup.passwordHash)
    }
  })

  it('with the password of the account itself leaves the account as it is', async () => {
    const user = await newUser({ password: await makePassword('my own lantern') })
    const { payload } = await pending({ name: 'Stranger' })
    const { token } = await mailed(user, payload)
    await verifyEmail({ token, password: 'my own lantern' }, contextAt(NOW, { client: 'browser' }))
    expect(await current(user)).toMatchObject({ name: user.name, phone: user.phone, password: user.password, emailVerifiedAt: NOW })
  })

  it('shows only to its own browser that it is done', async () => {
    const user = await newUser()
    const { cookie, browser } = newSignupCookie(user.email)
    const [own, stranger] = [cookieHeader(cookie), cookieHeader(newSignupCookie(user.email).cookie)]
    const { payload } = await pending({ browser })
    const { token } = await mailed(user, payload)
    expect(await inspectSignup(own)).toEqual({ email: user.email, confirmed: false, asks: false })
    await verifyEmail({ token }, contextAt(NOW))
    expect(await inspectSignup(own)).toMatchObject({ confirmed: true })
    expect(await inspectSignup(stranger)).toMatchObject({ confirmed: false })
    expect(await inspectSignup('latchkey_signup=nonsense')).toBeNull()
  })
})

describe('asking for another email', () => {
  it('takes the place of the last one, with what it was to put in force', async () => {
    const user = await newUser()
    const first = await mailed(user, '{"name":"N","phone":"p","passwordHash":"!","browser":"b"}')
    await resendVerification({ email: user.email }, contextAt(NOW))
    const second = await newest(user)
    expect(second.row.payload).toBe(first.row.payload)
    expect(await refusal({ token: first.token })).toEqual({ token: ['token_replaced'] })
  })

  it('works as well when the last one has expired', async () => {
    const user = await newUser()
    const first = await mailed(user, '{"name":"N","phone":"p","passwordHash":"!","browser":"b"}')
    const now = later(settings().EMAIL_VERIFICATION_TIMEOUT + 1)
    await resendVerification({ email: user.email }, contextAt(now))
    expect((await newest(user, now)).row.payload).toBe(first.row.payload)
  })

  it('EN-3: answers alike and costs no hash, for a waiting, a confirmed, an inactive and an unknown address', async () => {
    const waiting = await newUser()
    const addresses = [
      waiting.email,
      (await newUser({ emailVerifiedAt: NOW })).email,
      (await newUser({ isActive: false })).email,
      'no@body.example',
    ]
    const answers: unknown[] = []
    const hashes = await countHashes(async () => {
      for (const email of addresses) answers.push((await resendVerification({ email }, contextAt(NOW))).body)
    })
    expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1)
    expect(hashes).toBe(0)
    const messages = await database().outboxMail.findMany({ where: { recipient: { in: addresses } } })
    expect(messages.map(({ recipient }) => recipient)).toEqual([waiting.email])
  })
})

describe('every address that Django stored is confirmed, in any spelling that finds it at login', () => {
  const post = (endpoint: Parameters<typeof serve>[0], body: Record<string, string>) =>
    serve(endpoint).POST(
      new Request(`http://localhost${endpoint.contract.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )

  it.each([
    ['a quoted local part', '"ada..l"@example.com', '"ada..l"@example.com'],
    ['a letter that folds to ASCII', 'ad\u0131@example.com', 'ad\u0131@example.com'],
    ['more than 64 characters left of the @', `${'a'.repeat(70)}@example.com`, `${'a'.repeat(70)}@example.com`],
    ['capitals', 'Grace@Example.com', 'grace@example.com'],
    ['an international domain', 'eva@m\u00fcnchen.example', 'eva@xn--mnchen-3ya.example'],
  ])('%s', async (_, stored, entered) => {
    const user = await newUser({ email: stored })
    expect((await post(resendVerificationEndpoint, { email: entered })).status).toBe(200)
    const { code } = await newest(user, new Date())
    expect((await post(verifyEmailEndpoint, { email: entered, code: code === '000000' ? '111111' : '000000' })).status).toBe(400)
    expect((await post(verifyEmailEndpoint, { email: entered, code })).status).toBe(200)
    expect((await current(user)).emailVerifiedAt).not.toBeNull()
  })

  it('a sign-up’s browser is known again when the address is entered in capitals', async () => {
    const user = await newUser()
    const { cookie, browser } = newSignupCookie(user.email)
    const payload = JSON.stringify({ name: 'N', phone: 'p', passwordHash: '!', browser })
    const first = await mailed(user, payload)
    await mailed(user, JSON.stringify({ name: 'Other', phone: 'q', passwordHash: '!', browser: 'other' }))
    const { setCookies } = await resendVerification({ email: user.email.toUpperCase() }, contextAt(NOW, { cookies: cookieHeader(cookie) }))
    expect((await newest(user)).row.payload).toBe(first.row.payload)
    expect(setCookies?.some((line) => line.startsWith('latchkey_signup='))).toBe(false)
  })
})
