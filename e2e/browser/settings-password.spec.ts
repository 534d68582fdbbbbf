import { removePassword } from '../../lib/http/testing/staff.ts'
import { expect, test } from '../fixtures'
import { formReady, logIn, summaryOf } from './people'

const NEW_PASSWORD = 'quarry lantern velvet 42'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'changing the password with JavaScript' : 'changing the password without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('keeps this session, ends the others, and says how many (PW-9, PR-7)', async ({ page, browser, mailbox, baseURL, loggedIn }) => {
      const person = await loggedIn(page)
      const elsewhere = await (await browser.newContext({ baseURL: baseURL ?? '' })).newPage()
      await elsewhere.goto('/login')
      await logIn(elsewhere, person)
      await expect(elsewhere).toHaveURL(/\/dashboard$/)

      await page.goto('/settings/password')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Current password', { exact: true }).fill('not the password')
      await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByLabel('Confirm new password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Change password' }).click()
      const problem = summaryOf(page).getByRole('link')
      await expect(problem).toHaveText('Current password is incorrect')
      await expect(problem).toHaveAttribute('href', '#current-password')

      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Current password', { exact: true }).fill(person.password)
      await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByLabel('Confirm new password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(page.getByText('Your password has been changed. One session was signed out.')).toBeVisible()
      await mailbox.waitForSubject(person.email, 'Your password for Latchkey was changed')

      await elsewhere.goto('/dashboard')
      await expect(elsewhere).toHaveURL(/\/login/)
      await elsewhere.context().close()
      await page.goto('/dashboard')
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('an account without a password sets its first one, and is asked for none anywhere before that', async ({
      page,
      server,
      mailbox,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      await removePassword(server.sql, person)
      for (const path of ['/settings/email', '/settings/data']) {
        await page.goto(path)
        await expect(page.getByLabel(/password/i)).toHaveCount(0)
      }
      await page.goto('/settings/security')
      await page.getByRole('link', { name: 'Set password', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set a password')
      await expect(page.getByLabel('Current password', { exact: true })).toHaveCount(0)
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByLabel('Confirm new password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Set password' }).click()
      await expect(page.getByRole('status').filter({ hasText: 'Your password has been changed.' })).toBeVisible()
      await expect(page.getByLabel('Current password', { exact: true })).toBeVisible()
      await mailbox.waitForSubject(person.email, 'A password was added to your Latchkey account')
    })

    test('a signed-out visitor of the well-known address signs in and arrives (G-18)', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.context().clearCookies()
      await page.goto('/.well-known/change-password')
      await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fpassword$/)
      await logIn(page, person)
      await expect(page).toHaveURL(/\/settings\/password$/)
      await expect(page.getByRole('heading', { name: 'Change your password' })).toBeVisible()
    })
  })
}
