import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { claimLogin } from '../../authentication/complete-login.ts'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, type User } from '../../db/client.ts'
import type { ValidationFailed } from '../../errors.ts'
import { contextAt } from '../../http/testing/context.ts'
import { verifyToken } from '../../jwt/tokens.ts'
import { renderSecrets } from '../../mail/deliver-outbox.ts'
import { checkPassword, makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { loadActiveUser } from '../../sessions/principal.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { checkReset, confirmPasswordReset } from './confirm-password-reset.ts'
import { requestPasswordReset } from './request-password-reset.ts'

afterAll(() => hashingPool().close())

const START = new Date('2026-03-01T10:00:00Z')
const at = (seconds: number) => contextAt(new Date(START.getTime() + seconds * 1000))
const NEW = 'Corr3ct-horse-battery'

let user: User

beforeEach(async () => {
  user = await newUser({ password: 'bcrypt_sha256$$2b$10$unknown' })
})

const emailsTo = (recipient: string, kind = 'password_reset') =>
  database().outboxMail.findMany({ where: { recipient, kind }, orderBy: { id: 'asc' } })

/** The token of the newest email to an address, as the mail worker would send it. */
async function tokenFor(email: string, seconds = 0): Promise<string> {
  await requestPasswordReset({ email }, at(seconds))
  const message = (await emailsTo(email)).at(-1)
  const { text } = (message && (await renderSecrets(message, at(seconds).now))) ?? { text: '' }
  return /token=([\w-]+)/.exec(text)?.[1] ?? ''
}

const refusal = (token: string, seconds: number, password = NEW) =>
  confirmPasswordReset({ token, password, confirm_password: password }, at(seconds)).then(
    () => 'accepted',
    (error: ValidationFailed) => error.errors.token?.[0],
  )
const current = () => database().user.findUniqueOrThrow({ where: { id: user.id } })
const events = () => database().auditEvent.findMany({ where: { subjectId: user.id }, orderBy: { id: 'asc' } })

describe('who gets an email', () => {
  it('an account, also one without a usable password: the email proves the mailbox', async () => {
    const unusable = await newUser({ password: '!' })
    for (const { email } of [user, unusable]) {
      await requestPasswordReset({ email }, at(0))
      expect(await emailsTo(email)).toHaveLength(1)
    }
  })

  it('no one whose account is closed, being deleted, or does not exist; the audit log has the request', async () => {
    const closed = await newUser({ isActive: false })
    const leaving = await newUser({ isActive: false, deletionDueAt: START })
    const before = await database().auditEvent.count()
    for (const email of [closed.email, leaving.email, 'nobody@example.com']) {
      await requestPasswordReset({ email }, at(0))
      expect(await emailsTo(email)).toEqual([])
    }
    expect(await database().auditEvent.count()).toBe(before + 3)
    expect(await database().oneTimeToken.count({ where: { userId: { in: [closed.id, leaving.id] } } })).toBe(0)
  })

  it('at the address as the row holds it, whatever spelling was typed (CVE-2019-19844)', async () => {
    const shouting = await newUser({ email: `${user.id}.Loud@Example.COM` })
    await requestPasswordReset({ email: shouting.email.toLowerCase() }, at(0))
    expect(await emailsTo(shouting.email)).toHaveLength(1)
    expect(await emailsTo(shouting.email.toLowerCase())).toEqual([])
  })

  it('EN-3: an account costs no password hash more than none', async () => {
    const hashes = await countHashes(async () => {
      for (const email of [user.email, 'nobody@example.com']) await requestPasswordReset({ email }, at(0))
      expect(await refusal('unknown', 0)).toBe('token_unknown')
    })
    expect(hashes).toBe(0)
  })
})

describe('RS-1: a link', () => {
  it('works for half an hour and not a second longer', async () => {
    const token = await tokenFor(user.email)
    expect(await refusal(token, 1800)).toBe('token_expired')
    expect(await refusal(token, 1799)).toBe('accepted')
  })

  it('works once', async () => {
    const token = await tokenFor(user.email)
    expect(await refusal(token, 1)).toBe('accepted')
    expect(await refusal(token, 2, 'An0ther-horse-battery')).toBe('token_used')
    expect(await checkPassword(NEW, (await current()).password)).toBe(true)
  })

  it('stops when a newer one was sent', async () => {
    const first = await tokenFor(user.email, 0)
    const second = await tokenFor(user.email, 1)
    expect(await refusal(first, 2)).toBe('token_replaced')
    expect(await refusal(second, 2)).toBe('accepted')
  })

  it('stands nowhere in the database, in a digest only', async () => {
    const token = await tokenFor(user.email)
    const [row] = await database().oneTimeToken.findMany({ where: { userId: user.id } })
    const [message] = await emailsTo(user.email)
    expect(JSON.stringify([row, message])).not.toContain(token)
    expect(token).toHaveLength(43)
  })
})

describe('RS-6: a link dies with', () => {
  it.each([
    ['the password', { password: '!' }, 'token_replaced'],
    ['the address', { email: 'elsewhere@example.com' }, 'token_replaced'],
    ['the account', { isActive: false }, 'token_replaced'],
    ['its deletion being asked for', { isActive: false, deletionDueAt: START }, 'token_replaced'],
  ])('%s', async (_what, data, problem) => {
    const token = await tokenFor(user.email)
    await database().user.update({
      where: { id: user.id },
      data: { ...data, ...('email' in data && { email: `${user.id}-${data.email}` }) },
    })
    expect(await refusal(token, 1)).toBe(problem)
  })

  it('another purpose: a token that proves a mailbox sets no password', async () => {
    await tokenFor(user.email)
    await database().oneTimeToken.updateMany({ where: { userId: user.id }, data: { purpose: 'email_verification' } })
    const message = (await emailsTo(user.email)).at(-1)
    const { text } = (message && (await renderSecrets(message, START))) ?? { text: '' }
    expect(await refusal(/token=([\w-]+)/.exec(text)?.[1] ?? 'x', 1)).toBe('token_unknown')
  })
})

describe('a reset', () => {
  it('ends every session and every pending link, proves the address, tells the owner, and is written down', async () => {
    const { tokens } = await database().$transaction((tx) => signIn(tx, user, at(0)))
    const access = await verifyToken(tokens?.access ?? '', 'access', START)
    const token = await tokenFor(user.email)
    const pending = await database().$transaction(async (tx) => [
      await issueOneTimeToken(tx, user, 'email_change', 3600, START, { email: 'thief@example.com' }),
      await issueOneTimeToken(tx, user, 'email_verification', 3600, START),
    ])
    const undo = await database().$transaction((tx) => issueOneTimeToken(tx, user, 'email_change_undo', 3600, START))
    const answer = await confirmPasswordReset({ token, password: NEW, confirm_password: NEW }, at(1))
    expect(answer).toMatchObject({ body: { detail: 'The password has been changed.' }, flash: { values: { sessions_ended: '1' } } })
    expect(answer.cookie, 'it logs no one in (RS-4)').toBeUndefined()
    expect(await loadActiveUser(access, at(2).now)).toBe('session_ended')
    const rows = await database().oneTimeToken.findMany({ where: { id: { in: [...pending, undo] } }, orderBy: { id: 'asc' } })
    expect(rows.map(({ voidedAt }) => voidedAt !== null)).toEqual([true, true, false])
    expect((await current()).emailVerifiedAt).toEqual(at(1).now)
    expect(await emailsTo(user.email, 'password_changed')).toHaveLength(1)
    expect((await events()).map(({ event }) => event)).toEqual(['password_reset_requested', 'password_reset', 'email_verified'])
    expect((await events())[1]?.detail).toBe('{"sessionsEnded":1}')
  })

  it('leaves the time at which the address was verified first', async () => {
    const verified = new Date('2026-01-01T00:00:00Z')
    await database().user.update({ where: { id: user.id }, data: { emailVerifiedAt: verified } })
    await refusal(await tokenFor(user.email), 1)
    expect((await current()).emailVerifiedAt).toEqual(verified)
  })

  it('RS-2: of sixteen at once one succeeds, and its password is the one that works', async () => {
    const token = await tokenFor(user.email)
    const passwords = Array.from({ length: 16 }, (_, index) => `Corr3ct-horse-${index}-battery`)
    const outcomes = await Promise.all(passwords.map((password) => refusal(token, 1, password)))
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'token_used')).toHaveLength(15)
    const winner = passwords[outcomes.indexOf('accepted')] as string
    expect(await checkPassword(winner, (await current()).password)).toBe(true)
    expect(await emailsTo(user.email, 'password_changed')).toHaveLength(1)
  })

  it('a login that had checked the old password does not begin a session any more', async () => {
    const old = await database().user.update({ where: { id: user.id }, data: { password: await makePassword('Old-Passw0rd-1') } })
    expect(await refusal(await tokenFor(user.email), 1)).toBe('accepted')
    expect(await database().$transaction((tx) => claimLogin(tx, old, at(2)))).toBe(false)
    expect(
      await database().$transaction(async (tx) => claimLogin(tx, await tx.user.findUniqueOrThrow({ where: { id: user.id } }), at(2))),
    ).toBe(true)
  })

  it('ends the refresh tokens of the original, which name no session', async () => {
    const data = { jti: `legacy-${user.id}`, token: 'digest', userId: user.id, createdAt: START, expiresAt: at(3600).now }
    await database().outstandingToken.create({ data })
    await refusal(await tokenFor(user.email), 1)
    expect(await database().blacklistedToken.count({ where: { token: { jti: data.jti } } })).toBe(1)
  })
})

describe('PW-5: the new password', () => {
  it.each([
    ['1234567', ['password_too_short:8', 'password_too_common', 'password_entirely_numeric']],
    ['password123', ['password_too_common']],
  ])('%s is refused', async (password, codes) => {
    expect(await checkReset({ token: await tokenFor(user.email), password }, at(1))).toEqual({ password: codes })
  })

  it('must not resemble the account’s own words', async () => {
    const token = await tokenFor(user.email)
    const { email } = user
    expect(await checkReset({ token, password: email }, at(1))).toEqual({ password: ['password_too_similar:email'] })
  })

  it('is not looked at where the link does not count', async () => {
    expect(await checkReset({ token: 'unknown', password: '1' }, at(1))).toEqual({ token: ['token_unknown'] })
  })
})
