/** Signing in with an OpenID provider in a browser, with and without JavaScript (OI-1, OI-3, L11). */
import type { Page } from '@playwright/test'
import { providerEnv } from '../../lib/accounts/external-accounts/testing/visitor.ts'
import { type FakeProvider, startFakeProvider } from '../../lib/authentication/testing/fake-provider.ts'
import { type RealProvider, startRealProvider } from '../../lib/authentication/testing/real-provider.ts'
import { unique, uniquePhone } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures'
import { violationsOf } from './axe'
import { formReady, signOut, summaryOf } from './people'

let real: RealProvider
let apple: FakeProvider
test.beforeAll(async () => {
  real = await startRealProvider('https://other.example/callback')
  apple = await startFakeProvider('apple')
})
test.afterAll(() => Promise.all([real.stop(), apple.stop()]))

const ENV = () => ({ OIDC_PROVIDERS: 'real', OIDC_REAL_NAME: 'Real', ...providerEnv('real', real) })

const newPerson = (more: object = {}) => {
  const subject = unique()
  const person = { email: `${subject}@example.com`, email_verified: true, name: 'Ada Lovelace', ...more }
  real.people.set(subject, person)
  return { subject, ...person }
}

const statusOf = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })

for (const javaScriptEnabled of [true, false]) {
  test.describe(`an identity provider ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
    test.use({ javaScriptEnabled })

    test('makes an account, which asks for what the provider does not say, and opens it from then on', async ({ page, serverWith }) => {
      const server = await serverWith(ENV())
      real.register(`${server.url}/api/accounts/login/oidc/real/callback/`)
      const person = newPerson()
      real.become(person.subject)
      await page.goto(`${server.url}/login?next=/settings/profile`)
      await page.getByRole('button', { name: 'Continue with Real' }).click()
      await expect(page).toHaveURL(/\/signup\/complete/)
      await expect(page.getByText(person.email)).toBeVisible()
      await page.getByLabel('Phone number').fill('1')
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(summaryOf(page)).toBeVisible()
      if (javaScriptEnabled) expect(await violationsOf(page)).toEqual([])
      await page.getByLabel('Phone number').fill(`+44 20 ${uniquePhone().slice(0, 8)}`)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page).toHaveURL(/\/settings\/profile$/)
      await signOut(page)
      await page.goto(`${server.url}/login`)
      await page.getByRole('button', { name: 'Continue with Real' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('that posts its response from another site, where our cookies are not sent, signs in, for as long as was chosen', async ({
      page,
      context,
      serverWith,
    }) => {
      const server = await serverWith({ OIDC_PROVIDERS: 'apple', ...providerEnv('apple', apple) })
      const { subject: sub, email } = newPerson()
      apple.become({ sub, email, email_verified: 'true' }, { name: { firstName: 'Ada', lastName: 'Lovelace' } })
      const posted = page.waitForRequest((request) => request.method() === 'POST' && request.url().includes('/callback/'))
      await page.goto(`${server.url}/login`)
      const others = page.getByRole('region', { name: 'Other ways to continue' })
      // One checkbox for all ways to sign in; without JavaScript those of providers have their own.
      if (javaScriptEnabled) await formReady(page)
      const choice = (javaScriptEnabled ? page : others).getByRole('checkbox', { name: /^Keep me signed in/ })
      await choice.check()
      if (javaScriptEnabled) expect(await violationsOf(page)).toEqual([])
      await others.getByRole('button', { name: 'Continue with Apple' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await expect(page).toHaveURL(/\/signup\/complete$/)
      const headers = await (await posted).allHeaders()
      expect([headers.origin, headers['sec-fetch-site'], headers.cookie]).toEqual([apple.issuer, 'cross-site', undefined])
      await expect(page.getByLabel('Name')).toHaveValue('Ada Lovelace')
      await page.getByLabel('Phone number').fill(`+44 20 ${uniquePhone().slice(0, 8)}`)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      const session = async () => (await context.cookies()).find(({ name }) => name === 'latchkey')
      expect((await session())?.expires).toBeGreaterThan(Date.now() / 1000 + 86_400)
      await signOut(page)
      await page.goto(`${server.url}/login`)
      await page.getByRole('button', { name: 'Continue with Apple' }).click()
      await page.getByRole('button', { name: 'Allow' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      expect((await session())?.expires).toBe(-1)
    })

    test('is connected and disconnected by an owner, but never as the last way in', async ({ page, serverWith, loggedIn }) => {
      const server = await serverWith(ENV())
      real.register(`${server.url}/api/accounts/login/oidc/real/callback/`)
      const account = await loggedIn(page, { server })
      await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [account.id])
      real.become(newPerson().subject)
      await page.goto(`${server.url}/settings/security`)
      await page.getByRole('button', { name: 'Connect Real' }).click()
      await expect(statusOf(page, 'Connected.')).toBeVisible()
      if (javaScriptEnabled) expect(await violationsOf(page)).toEqual([])
      await server.sql("UPDATE accounts_user SET password = '!none' WHERE id = ?", [account.id])
      // A new password hash ends the sessions that the former began; the provider signs in again.
      await page.goto(`${server.url}/login`)
      await page.getByRole('button', { name: 'Continue with Real' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      await page.goto(`${server.url}/settings/security`)
      await page.getByRole('button', { name: 'Disconnect Real' }).click()
      await expect(page.getByText('only way to sign in').first()).toBeVisible()
    })
  })
}

test('a provider that is down says so on the sign-in page, and the password works', async ({ page, serverWith, newAccount }) => {
  const server = await serverWith({ ...ENV(), OIDC_REAL_ISSUER: 'http://127.0.0.1:9' })
  const account = await newAccount({ server })
  await page.goto(`${server.url}/login`)
  await page.getByRole('button', { name: 'Continue with Real' }).click()
  await expect(summaryOf(page)).toBeVisible()
  await page.getByLabel('Email address').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/dashboard$/)
})
