/** A form's checks before it is sent use up no limit of the form itself, and leave no message for a later page. */
import { afterAll, expect, it } from 'vitest'
import { emailChangeEndpoint } from '../accounts/email-change/endpoints.ts'
import { loginEndpoint } from '../accounts/login/endpoints.ts'
import { signupEndpoint } from '../accounts/signup/endpoints.ts'
import { database } from '../db/client.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import type { Endpoint } from './endpoint.ts'
import { serve } from './serve.ts'
import { type Browser, newBrowser } from './testing/browser.ts'

afterAll(() => hashingPool().close())

const PASSWORD = 'Corr3ct-horse-battery'

const send = (browser: Browser, endpoint: Endpoint, form: Record<string, string>) =>
  browser.post(serve(endpoint), endpoint.contract.path, form)
const check = (browser: Browser, endpoint: Endpoint, form: Record<string, string>) => send(browser, endpoint, { ...form, _check: '1' })

async function signedIn() {
  const user = await newUser({ password: await makePassword(PASSWORD), emailVerifiedAt: new Date() })
  const browser = newBrowser()
  await send(browser, loginEndpoint, { email: user.email, password: PASSWORD })
  return { user, browser }
}

it('a user may sign up after any number of checks of one email', async () => {
  const browser = newBrowser()
  const person = { name: 'Ada', email: 'ada@form-checks.example', phone: '+44 808 157 0181' }
  const form = { ...person, password: PASSWORD, confirm_password: PASSWORD }
  for (let count = 0; count < 15; count++) expect((await check(browser, signupEndpoint, form)).status).toBe(200)
  expect((await check(browser, signupEndpoint, { ...form, confirm_password: 'another' })).status).toBe(200)
  await send(browser, signupEndpoint, form)
  expect(await database().user.count({ where: { email: person.email } })).toBe(1)
})

it('an account may be changed after any number of checks; its network bounds them, and then says so without a cookie', async () => {
  const { user, browser } = await signedIn()
  const form = { email: `new.${user.email}`, password: PASSWORD }
  for (let count = 0; count < 30; count++) expect((await check(browser, emailChangeEndpoint, form)).status).toBe(200)
  await send(browser, emailChangeEndpoint, form)
  expect(browser.flash()?.values).toEqual({ sent_to: form.email })
  for (let count = 0; count < 69; count++) await check(browser, emailChangeEndpoint, form)
  const refused = await check(browser, emailChangeEndpoint, form)
  expect([refused.status, refused.headers.get('content-type'), refused.headers.getSetCookie()]).toEqual([429, 'application/json', []])
})

it('of a session that is over a check says no more than that: nothing is kept for after the sign-in', async () => {
  const { user, browser } = await signedIn()
  await database().session.updateMany({ where: { userId: user.id }, data: { expiresAt: new Date(Date.now() - 1000) } })
  const refused = await check(browser, emailChangeEndpoint, { email: `new.${user.email}`, password: PASSWORD })
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([401, []])
})
