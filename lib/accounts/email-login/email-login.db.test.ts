/** Signing in by email, asked of the use cases: who gets which email, when it ends, and what it ends (EL-1 to EL-4, SU-5). */
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { completeLogin } from '../../authentication/complete-login.ts'
import { passwordIdentity } from '../../authentication/identify.ts'
import { hasSecondFactor } from '../../credentials/second-factors.ts'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import type { Context } from '../../http/endpoint.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { renderSecrets } from '../../mail/deliver-outbox.ts'
import { isUsablePassword, makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { settings } from '../../settings.ts'
import { CODE_ATTEMPTS } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { requestEmailChange } from '../email-change/request-email-change.ts'
import { linkExternalAccount } from '../external-accounts/link.ts'
import { beginAuthenticator, confirmAuthenticator } from '../second-factor/second-factor.ts'
import { confirmEmailLogin, findEmailLogin } from './confirm-email-login.ts'
import { requestEmailLogin } from './request-email-login.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.EMAIL_LOGIN = 'link'
})
afterAll(() => hashingPool().close())

const START = new Date('2026-03-01T10:00:00Z')
const at = (seconds: number, more: Partial<Context> = {}) => contextAt(new Date(START.getTime() + seconds * 1000), more)
const PASSWORD = 'Harbour-lantern-41'

let password: string
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})

let user: User
beforeEach(async () => {
  user = await newUser({ password, emailVerifiedAt: START })
})

const emailsTo = (recipient: string, kind = 'email_login') =>
  database().outboxMail.findMany({ where: { recipient, kind }, orderBy: { id: 'asc' } })
const current = (id = user.id) => database().user.findUniqueOrThrow({ where: { id } })
const events = (id = user.id) => database().auditEvent.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })

/** An API client that asks. @returns its ticket, and what was mailed */
async function ask(email = user.email, context = at(0)) {
  const { ticket } = (await requestEmailLogin({ email }, context)).body as { ticket: string }
  const row = (await emailsTo(email)).at(-1)
  const text = (row && (await renderSecrets(row, context.now)))?.text ?? ''
  return { email, ticket, code: /: (\d{6})$/m.exec(text)?.[1] ?? '', token: /token=([\w-]+)/.exec(text)?.[1] ?? '' }
}

type Asked = Awaited<ReturnType<typeof ask>>
const byCode = ({ email, ticket, code }: Asked, context = at(0)) => confirmEmailLogin({ email, ticket, code }, context)
const byLink = ({ ticket, token }: Asked, context = at(0)) => confirmEmailLogin({ ticket, token }, context)

const outcome = (login: Promise<{ status?: number }>) =>
  login.then(
    ({ status = 200 }) => status,
    (error: unknown) => {
      if (!(error instanceof ValidationFailed)) throw error
      return Object.values(error.errors).flat()[0]
    },
  )

const wrong = ({ code }: Asked, by = 1) => String((Number(code) + by) % 1e6).padStart(6, '0')

describe('who gets which email', () => {
  it('an account, also one without a usable password', async () => {
    const without = await newUser({ password: '!', emailVerifiedAt: START })
    for (const { email } of [user, without]) expect(await outcome(byCode(await ask(email)))).toBe(200)
  })

  it('EL-4: staff and superusers get one without code and link, and no token', async () => {
    for (const flag of [{ isStaff: true }, { isSuperuser: true }]) {
      const { id, email } = await newUser({ ...flag, emailVerifiedAt: START })
      await ask(email)
      expect(await emailsTo(email)).toEqual([])
      const [row] = await emailsTo(email, 'email_login_refused')
      expect(row?.text).toContain('Sign in:\nhttp://localhost:3000/login\n')
      expect(row?.text).not.toMatch(/token=|\b\d{6}\b/)
      expect(await database().oneTimeToken.count({ where: { userId: id } })).toBe(0)
    }
  })

  it('no one whose account is inactive or does not exist; the audit log has the request', async () => {
    const inactive = await newUser({ isActive: false })
    const before = await database().auditEvent.count()
    for (const email of [inactive.email, 'nobody@example.com']) {
      await ask(email)
      expect(await database().outboxMail.count({ where: { recipient: email } })).toBe(0)
    }
    expect(await database().auditEvent.count({ where: { event: 'email_login_requested', outcome: 'failure' } })).toBeGreaterThanOrEqual(2)
    expect(await database().auditEvent.count()).toBe(before + 2)
  })

  it('the owner of a closed account gets the way back, as at a reset, and no sign-in', async () => {
    const dueAt = new Date(START.getTime() + 86_400_000)
    const closed = await newUser({ isActive: false, deletionDueAt: dueAt, emailVerifiedAt: START })
    const undo = { userId: closed.id, purpose: 'account_deletion_undo', nonce: closed.email, email: closed.email, digest: closed.email }
    await database().oneTimeToken.create({ data: { ...undo, codeDigest: '', createdAt: START, expiresAt: dueAt } })
    await ask(closed.email)
    expect(await emailsTo(closed.email)).toEqual([])
    expect((await emailsTo(closed.email, 'password_reset'))[0]?.subject).toBe('Restore your Latchkey account')
  })

  it('EN-3: no password is hashed, whether there is an account or not', async () => {
    const hashes = await countHashes(async () => {
      for (const email of [user.email, 'nobody@example.com']) await ask(email)
    })
    expect(hashes).toBe(0)
  })

  it('EN-3: asking and a wrong code take LOGIN_FAILURE_TIME, whether there is an account or not', async () => {
    for (const email of [user.email, 'nobody@example.com']) {
      const asked = await ask(email)
      for (const act of [() => ask(email), () => outcome(confirmEmailLogin({ email, ticket: asked.ticket, code: wrong(asked) }, at(0)))]) {
        const started = performance.now()
        await act()
        expect(performance.now() - started).toBeGreaterThanOrEqual(settings().LOGIN_FAILURE_TIME * 1000 - 2)
      }
    }
  })
})

describe('EL-1: a code and a link', () => {
  it('sign in once between them', async () => {
    const asked = await ask()
    expect(await outcome(byLink(asked))).toBe(200)
    expect(await outcome(byLink(asked))).toBe('token_used')
    expect(await outcome(byCode(asked))).toBe('code_incorrect')
  })

  it.each([
    ['codes', byCode, 'code_incorrect'],
    ['links', byLink, 'token_used'],
  ])('of ten uses at once of the %s one signs in', async (_, use, refusal) => {
    const asked = await ask()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(use(asked))))
    expect(outcomes.filter((result) => result === 200)).toHaveLength(1)
    expect(new Set(outcomes.filter((result) => result !== 200))).toEqual(new Set([refusal]))
    expect(await database().session.count({ where: { userId: user.id } })).toBe(1)
  })

  it('expire after EMAIL_LOGIN_TIMEOUT', async () => {
    const lifetime = settings().EMAIL_LOGIN_TIMEOUT
    expect(lifetime).toBe(600)
    const asked = await ask()
    expect(await outcome(byCode(asked, at(lifetime)))).toBe('code_incorrect')
    expect(await outcome(byLink(asked, at(lifetime)))).toBe('token_expired')
    expect(await outcome(byCode(asked, at(lifetime - 1)))).toBe(200)
  })

  it('are replaced by the next ones', async () => {
    const [first, second] = [await ask(), await ask()]
    expect(await outcome(byLink(first))).toBe('token_replaced')
    expect(await outcome(byCode(first))).toBe('code_incorrect')
    expect(await outcome(byCode(second))).toBe(200)
  })

  it('go on working where the address has got too many emails', async () => {
    let last = await ask()
    for (let n = 0; n < 8; n++) {
      const emails = (await emailsTo(user.email)).length
      const asked = await ask()
      if ((await emailsTo(user.email)).length > emails) last = asked
    }
    expect((await emailsTo(user.email)).length).toBe(4)
    expect(await outcome(byCode(last))).toBe(200)
  })

  const changes: [string, () => Promise<unknown>][] = [
    ['a new password', () => database().user.update({ where: { id: user.id }, data: { password: '!another' } })],
    ['another address', () => database().user.update({ where: { id: user.id }, data: { email: `new-${user.email}` } })],
    ['a deactivation', () => database().user.update({ where: { id: user.id }, data: { isActive: false } })],
    ['becoming staff', () => database().user.update({ where: { id: user.id }, data: { isStaff: true } })],
  ]
  it.each(changes)('end with %s', async (_, change) => {
    const asked = await ask()
    await change()
    const { email } = await current()
    expect(await outcome(byLink(asked))).toBe('token_replaced')
    expect(await outcome(byCode({ ...asked, email }))).toBe('code_incorrect')
    expect(await database().session.count({ where: { userId: user.id } })).toBe(0)
  })

  it('end with a deactivation that is over again', async () => {
    const asked = await ask()
    for (const isActive of [false, true]) await database().user.update({ where: { id: user.id }, data: { isActive } })
    expect(await outcome(byLink(asked))).toBe('token_replaced')
  })

  it('are used up by nothing but a sign-in: looking at a link changes no row', async () => {
    const asked = await ask()
    for (let n = 0; n < 3; n++) expect(await findEmailLogin(asked.token, START)).toMatchObject({ user: { id: user.id } })
    expect(await outcome(byLink(asked))).toBe(200)
  })
})

describe('EL-2: another client than the one that asked', () => {
  it('is told that the code is wrong, and costs the owner no try', async () => {
    const asked = await ask()
    for (let n = 0; n <= CODE_ATTEMPTS; n++) expect(await outcome(byCode({ ...asked, ticket: 'another' }))).toBe('code_incorrect')
    expect((await database().oneTimeToken.findFirstOrThrow({ where: { userId: user.id } })).attempts).toBe(0)
    expect(await outcome(byCode(asked))).toBe(200)
  })

  it('is not signed in by the link, which goes on working', async () => {
    const asked = await ask()
    expect(await outcome(byLink({ ...asked, ticket: 'another' }))).toBe('email_login_elsewhere')
    expect(await outcome(byLink({ ...asked, ticket: '' }))).toBe('email_login_elsewhere')
    expect(await outcome(byLink(asked))).toBe(200)
  })
})

it('EL-3: a code has five tries; the right one is refused after them', async () => {
  const asked = await ask()
  for (let n = 1; n <= CODE_ATTEMPTS; n++) expect(await outcome(byCode({ ...asked, code: wrong(asked, n) }))).toBe('code_incorrect')
  expect(await outcome(byCode(asked))).toBe('code_incorrect')
  expect((await events()).filter(({ event }) => event === 'login_failed').at(-1)?.detail).toContain('wrong_emailed_code')
})

describe('the session that it starts', () => {
  it('says that it was begun by email, and the audit log, too', async () => {
    await byCode(await ask())
    expect(await database().session.findFirstOrThrow({ where: { userId: user.id } })).toMatchObject({ amr: 'email', credentialId: null })
    const [event] = (await events()).filter(({ event }) => event === 'logged_in')
    expect(JSON.parse(String(event?.detail))).toMatchObject({ by: 'email' })
  })

  it('tells the owner of a device that the account does not know', async () => {
    await completeLogin(passwordIdentity(user), {}, at(0, { clientIp: '198.51.100.7' }))
    await byCode(await ask(), at(0, { clientIp: '203.0.113.9', userAgent: 'curl/8' }))
    expect(await emailsTo(user.email, 'new_device')).toHaveLength(1)
  })

  it('EL-4: waits for the second factor of a verified account, which stays', async () => {
    const owner = contextOf(user, START)
    const { secret } = (await beginAuthenticator({}, owner)).body as { secret: string }
    await confirmAuthenticator({ code: new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: START.getTime() }) }, owner)
    expect(await outcome(byLink(await ask()))).toBe(403)
    expect(await hasSecondFactor(user.id)).toBe(true)
    expect(await database().pendingLogin.findFirstOrThrow({ where: { userId: user.id } })).toMatchObject({ amr: 'email' })
    expect(await database().session.count({ where: { userId: user.id, amr: { contains: 'email' } } })).toBe(0)
  })
})

describe('SU-5: an unverified account', () => {
  beforeEach(async () => {
    user = await newUser({ password })
  })

  it('is verified, and keeps no password, session, second factor, provider, pending change or device of who made it', async () => {
    const stranger = at(0, { clientIp: '203.0.113.66', userAgent: 'evil/1' })
    const first = await completeLogin(passwordIdentity(user), {}, stranger)
    await database().totpDevice.create({ data: { userId: user.id, secret: 'sealed', createdAt: START, confirmedAt: START } })
    await database().recoveryCode.create({ data: { userId: user.id, digest: `r${user.id}`, createdAt: START } })
    await database().$transaction((tx) =>
      linkExternalAccount(
        tx,
        user,
        { id: 'work', name: 'Work', client: null as never },
        { issuer: 'https://id.example', subject: user.email, email: null, emailVerified: false, name: null },
        { by: 'owner' },
        stranger,
      ),
    )
    await requestEmailChange({ email: `own-${user.id}@evil.example`, password: PASSWORD }, contextOf(user, START))
    const older = await database().oneTimeToken.findMany({ where: { userId: user.id } })
    expect([first?.status, older.length]).toEqual(['complete', 1])

    // The second factor that the stranger has added does not keep the owner out.
    expect(await outcome(byCode(await ask()))).toBe(200)

    const after = await current()
    expect(after.emailVerifiedAt).toEqual(START)
    expect(isUsablePassword(after.password)).toBe(false)
    const where = { userId: user.id }
    expect(await database().session.findMany({ where: { ...where, endedAt: null }, select: { amr: true } })).toEqual([{ amr: 'email' }])
    expect(await database().totpDevice.count({ where })).toBe(0)
    expect(await database().recoveryCode.count({ where })).toBe(0)
    expect(await database().externalAccount.count({ where })).toBe(0)
    expect(await database().oneTimeToken.count({ where: { ...where, usedAt: null, voidedAt: null } })).toBe(0)
    expect(await database().outstandingToken.count({ where: { ...where, blacklisted: null } })).toBe(1)
    // Of this sign-in alone.
    expect(await database().knownDevice.count({ where })).toBe(1)
    expect(await emailsTo(user.email, 'password_changed')).toMatchObject([{ subject: 'Your password for Latchkey was removed' }])
    expect((await events()).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['email_verified', 'external_account_unlinked', 'password_removed', 'logged_in']),
    )
  })

  it('by the link, of ten at once, is taken over once', async () => {
    const asked = await ask()
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(byLink(asked))))
    expect(outcomes.filter((result) => result === 200)).toHaveLength(1)
    expect((await events()).filter(({ event }) => event === 'password_removed')).toHaveLength(1)
  })

  it('without a password gets no email about one', async () => {
    user = await newUser({ password: '!' })
    expect(await outcome(byCode(await ask()))).toBe(200)
    expect(await emailsTo(user.email, 'password_changed')).toEqual([])
    expect((await events()).map(({ event }) => event)).not.toContain('password_removed')
  })

  it('once verified keeps its password at the next sign-in by email', async () => {
    await byCode(await ask())
    await database().user.update({ where: { id: user.id }, data: { password } })
    await byCode(await ask())
    expect((await current()).password).toBe(password)
  })
})

describe('the email', () => {
  it('has code and link in both parts, says how long they work and who asked, and no code in its subject', async () => {
    await ask(user.email, at(0, { clientIp: '203.0.113.9' }))
    const [row] = await emailsTo(user.email)
    const rendered = row && (await renderSecrets(row, START))
    expect(row?.subject).toBe('Sign in to Latchkey')
    for (const part of [rendered?.text, rendered?.html]) {
      expect(part).toMatch(/\/login\/email\?token=[\w-]{43}/)
      expect(part).toMatch(/\b\d{6}\b/)
      expect(part).toContain('This link expires in 10 minutes')
      expect(part).toContain('203.0.113.9')
    }
  })
})
