/** Writes the pictures of the documentation: npx playwright test --grep @screenshots */

import { fillSignup, formReady, logIn, signOut, signUp } from '../browser/people'
import { expect } from '../fixtures'
import { test } from '../named-server'

const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', phone: '+44 1632 960 001', password: 'engine brass cylinder' }
const DESKTOP = { width: 1280, height: 800 }

test.use({
  viewport: DESKTOP,
  userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
})

/** Pictures change only with the pages: times in words, in the order of the dashboard. */
const TIMES = ['23 November 2026 at 09:41 UTC', '24 November 2026 at 09:41 UTC', '2 March 2026', '23 November 2026 at 09:41 UTC']

// Known to the runner only when it is asked for by its tag, so that a normal run leaves the pictures alone.
if (process.env.TEST_WORKER_INDEX !== undefined || process.argv.some((argument) => argument.includes('@screenshots'))) {
  test('the pages look as the documentation shows them', { tag: '@screenshots' }, async ({ page }) => {
    let first = true
    for (const colorScheme of ['light', 'dark'] as const) {
      const shoot = async (name: string) => {
        await page.evaluate(() => document.fonts.ready)
        await page.screenshot({ path: `docs/images/${name}.png`, animations: 'disabled', caret: 'hide' })
      }
      await page.emulateMedia({ colorScheme })
      await page.goto('/')
      await shoot(`home-${colorScheme}`)
      await page.goto('/signup')
      await shoot(`signup-${colorScheme}`)
      await formReady(page)
      await fillSignup(page, { ...ADA, email: 'ada@example', phone: '' })
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.getByText('There is a problem')).toBeVisible()
      await shoot(`signup-errors-${colorScheme}`)
      await page.goto('/login')
      await shoot(`login-${colorScheme}`)
      if (first) {
        await page.setViewportSize({ width: 390, height: 844 })
        await shoot('login-phone')
        await page.setViewportSize(DESKTOP)
        await signUp(page, ADA)
        await signOut(page)
      }
      await page.goto('/login')
      await logIn(page, ADA)
      await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible()
      await page.locator('time').evaluateAll((times, words) => {
        for (const [index, time] of times.entries()) time.textContent = words[index] ?? ''
      }, TIMES)
      await shoot(`dashboard-${colorScheme}`)
      await signOut(page)
      first = false
    }
  })
}
