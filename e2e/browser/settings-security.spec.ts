import { expect, test } from '../fixtures'
import { logIn } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'the security page, with JavaScript' : 'the security page, without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('SE-3: lists what happened to the account, failures marked, newest first, a page at a time', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.context().clearCookies()
      await page.goto('/login')
      await logIn(page, { ...person, password: 'not my password' })
      await logIn(page, person)
      await expect(page).toHaveURL(/\/dashboard$/)
      await page.goto('/settings/security')
      const events = page.getByRole('list').filter({ hasText: 'Account created' }).getByRole('listitem')
      await expect(events.nth(0)).toContainText('Signed in from')
      await expect(events.nth(1)).toContainText('Sign-in attempt with a wrong password')
      await expect(events.nth(1)).toContainText('Failed')
      await expect(events.nth(1)).toContainText('127.0.0.1')
      await expect(events.last()).toContainText('Account created from')
      await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0)
      await page.getByRole('link', { name: 'Change password' }).last().click()
      await expect(page).toHaveURL(/\/settings\/password$/)
    })
  })
}

test('events of other accounts are not among them', async ({ page, browser, server, loggedIn }) => {
  const other = await browser.newContext({ baseURL: server.url, userAgent: 'Telltale/1.0' })
  await loggedIn(await other.newPage())
  await other.close()
  await loggedIn(page)
  await page.goto('/settings/security')
  await expect(page.getByText('Account created from')).toHaveCount(1)
  await expect(page.getByText('Telltale')).toHaveCount(0)
})
