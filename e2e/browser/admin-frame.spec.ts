/** What stands around the pages of the admin area, with and without JavaScript. */
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { type Person, signUp } from './people'

async function superuser(page: Page, { sql }: Pick<TestServer, 'sql'>): Promise<Person> {
  const person = await signUp(page)
  await sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE WHERE email = ?', [person.email])
  return person
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'the admin area with JavaScript' : 'the admin area without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('whoever skips to the main content has skipped its navigation, too', async ({ page, server }) => {
      await superuser(page, server)
      await page.goto('/admin/groups')
      await page.keyboard.press('Tab')
      await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await expect(page.getByRole('link', { name: 'Add group' })).toBeFocused()
    })

    test('says who is signed in, and signs them out', async ({ page, server }) => {
      const { email } = await superuser(page, server)
      await page.goto('/admin/users')
      await expect(page.locator('.admin-account')).toContainText(email)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await expect(page).toHaveURL(/\/login$/)
      await page.goto('/admin/users')
      await expect(page).toHaveURL(/\/admin\/login\?next=/)
      await expect(page.getByRole('navigation', { name: 'Admin' })).toHaveCount(0)
    })
  })
}
