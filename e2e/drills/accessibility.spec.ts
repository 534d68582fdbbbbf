import type { Page } from '@playwright/test'
import { violationsOf } from '../browser/axe'
import { fillSignup, formReady, logIn, newPerson, signUp } from '../browser/people'
import { expect, test } from '../fixtures'

/** Public pages. */
const PUBLIC_PAGES = [
  '/',
  '/login',
  '/signup',
  '/logout',
  '/nowhere',
  '/verify-email',
  '/verify-email/confirmed',
  '/password-reset',
  '/password-reset/confirm',
  '/email-change/confirm',
  '/email-change/undo',
  '/account-deletion/undo',
]
const SIGNED_IN_PAGES = [
  '/dashboard',
  '/logout',
  '/',
  '/settings/profile',
  '/settings/email',
  '/settings/password',
  '/settings/security',
  '/settings/data',
]

async function check(page: Page, state: string): Promise<void> {
  expect(await violationsOf(page), state).toEqual([])
  const width = page.viewportSize()?.width ?? 0
  expect(await page.evaluate(() => document.documentElement.scrollWidth), `${state} scrolls sideways`).toBeLessThanOrEqual(width)
  expect(await page.locator('h1').count(), `${state} has one h1`).toBe(1)
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('no page of a visitor has an accessibility violation or scrolls sideways', async ({ page }) => {
        for (const path of PUBLIC_PAGES) {
          await page.goto(path)
          await check(page, path)
        }
      })

      test('no page with errors has an accessibility violation or scrolls sideways', async ({ page }) => {
        await page.goto('/signup')
        await formReady(page)
        await page.getByLabel('Email address').fill('grace@homtail.com')
        await page.getByRole('button', { name: 'Create account' }).click()
        await expect(page.getByRole('button', { name: 'grace@hotmail.com' })).toBeVisible()
        await expect(page.getByText('There is a problem')).toBeVisible()
        await check(page, 'sign-up with errors')
        await page.goto('/login')
        await logIn(page, { email: newPerson().email, password: 'wrong' })
        await expect(page.getByText('There is a problem')).toBeVisible()
        await check(page, 'sign-in with an error')
      })

      test('the page of a failure has no accessibility violation and does not scroll sideways', async ({ page, startServer }) => {
        const server = await startServer()
        await page.goto(`${server.url}/signup`)
        await fillSignup(page, newPerson())
        await page.getByRole('button', { name: 'Create account' }).click()
        await page.waitForURL(`${server.url}/dashboard`)
        await server.sql('ALTER TABLE accounts_session RENAME TO accounts_elsewhere')
        expect((await page.goto(`${server.url}/dashboard`))?.status()).toBe(500)
        await check(page, 'a failure')
      })

      test('no page of a signed-in person has an accessibility violation or scrolls sideways', async ({ page }) => {
        await signUp(page, { ...newPerson(), name: `Ｗ${'Wolfeschlegelsteinhausenbergerdorff'.repeat(3)}` })
        for (const path of SIGNED_IN_PAGES) {
          await page.goto(path)
          await check(page, path)
        }
      })
    })
  }
}
