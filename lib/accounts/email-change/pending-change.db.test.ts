import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { serve } from '../../http/serve.ts'
import { newBrowser } from '../../http/testing/browser.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { pendingToken, secretsForEmail } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { loginEndpoint } from '../login/endpoints.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { cancelEmailChange, emailChangeEndpoint } from './endpoints.ts'
import { requestEmailChange } from './request-email-change.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const PASSWORD = 'Corr3ct-horse-battery'

let password = ''
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

async function asked(): Promise<{ user: User; email: string; token: string }> {
  const user = await newUser({ password })
  const email = `new.${user.email}`
  await requestEmailChange({ email, password: PASSWORD }, contextOf(user, NOW))
  const pending = await pendingToken('email_change', user, NOW)
  return { user, email, token: (await secretsForEmail(pending?.id ?? 0, NOW))?.token ?? '' }
}

describe('a change of email address that waits for its confirmation', () => {
  it('is known until it is confirmed, expires, or the password is another one', async () => {
    const { user, email, token } = await asked()
    expect(await pendingToken('email_change', user, NOW)).toMatchObject({ email })
    expect(await pendingToken('email_change', user, later(3600))).toBeNull()
    expect(await pendingToken('email_change', { ...user, password: '!' }, NOW)).toBeNull()
    await confirmEmailChange({ token, password: PASSWORD }, contextAt(NOW))
    expect(await pendingToken('email_change', user, NOW)).toBeNull()
  })

  it('is cancelled by its owner: the link stops working, and the audit log says so once', async () => {
    const { user, token } = await asked()
    for (let times = 0; times < 2; times++) {
      expect(await cancelEmailChange({}, contextOf(user, NOW))).toEqual({ status: 204, body: null })
    }
    expect(await pendingToken('email_change', user, NOW)).toBeNull()
    await expect(confirmEmailChange({ token }, contextAt(NOW))).rejects.toMatchObject({ errors: { token: ['token_replaced'] } })
    const events = { subjectId: user.id, event: 'email_change_cancelled' }
    expect(await database().auditEvent.count({ where: events })).toBe(1)
  })
})

describe('the page of the form is told of a link that was sent', () => {
  const PAGE = '/settings/email'

  it('when one was, and not when the form comes back unsent: with another theme, or after another sign-in', async () => {
    const user = await newUser({ password, emailVerifiedAt: NOW })
    const email = `new.${user.email}`
    const browser = newBrowser()
    const signIn = (next?: string) =>
      browser.post(serve(loginEndpoint), loginEndpoint.contract.path, { email: user.email, password: PASSWORD, ...(next && { next }) })
    const send = (more: Record<string, string> = {}) =>
      browser.post(serve(emailChangeEndpoint), emailChangeEndpoint.contract.path, { email, password: PASSWORD, ...more })
    await signIn()
    await send({ _theme: 'dark' })
    expect(browser.flash()).toMatchObject({ form: PAGE, values: { email } })
    expect(browser.flash()?.values).not.toHaveProperty('sent_to')
    await database().session.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date(Date.now() - 1000) } })
    await send()
    await signIn(PAGE)
    expect(browser.flash()).toMatchObject({ form: PAGE, values: { email } })
    expect(browser.flash()?.values).not.toHaveProperty('sent_to')
    await send()
    expect(browser.flash()).toEqual({ form: PAGE, values: { sent_to: email } })
  })
})
