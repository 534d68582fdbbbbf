import { readFile } from 'node:fs/promises'
import { tokenIn } from '../../lib/http/testing/mailbox.ts'
import { expect, test } from '../fixtures'
import { formReady, logIn, summaryOf } from './people'

const UNDO_PAGE = '/account-deletion/undo'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'one’s own data, with JavaScript' : 'one’s own data, without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('is downloaded as a file (PF-3)', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/settings/data')
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download my data' }).click()])
      expect(download.suggestedFilename()).toMatch(/^account-\d{4}-\d\d-\d\d\.json$/)
      const held = JSON.parse(await readFile(await download.path(), 'utf8')) as { profile: { email: string } }
      expect(held.profile.email).toBe(person.email)
    })

    test('goes with the account, after the password and a word; the email’s link brings it back (PF-3, RS-5)', async ({
      page,
      mailbox,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      await page.goto('/settings/data')
      const remove = async (password: string, word: string) => {
        if (javaScriptEnabled) await formReady(page)
        await page.getByLabel('Your password', { exact: true }).fill(password)
        await page.getByLabel('Type DELETE to confirm').fill(word)
        await page.getByRole('button', { name: 'Delete my account' }).click()
      }
      await remove('not my password', 'DELETE')
      await expect(summaryOf(page)).toContainText('Password is incorrect')
      await remove(person.password, 'remove')
      await expect(summaryOf(page)).toContainText('Type DELETE to confirm')
      await remove(person.password, 'DELETE')
      await expect(page).toHaveURL(/\/login$/)
      await expect(page.getByRole('status').filter({ hasText: 'Your account is closed.' })).toBeVisible()
      await logIn(page, person)
      await expect(page.getByText('This account is closed and will be deleted on').first()).toBeVisible()

      const mail = await mailbox.waitForSubject(person.email, 'Your Latchkey account will be deleted')
      const link = `${UNDO_PAGE}?token=${tokenIn(mail, UNDO_PAGE)}`
      await page.goto(link)
      await expect(page, 'the token leaves the address').toHaveURL(new RegExp(`${UNDO_PAGE}$`))
      await expect(page.getByText(person.email)).toBeVisible()
      await page.getByRole('button', { name: 'Restore my account' }).click()
      await expect(page.getByRole('status').filter({ hasText: 'Your account has been restored.' })).toBeVisible()
      await logIn(page, person)
      await expect(page).toHaveURL(/\/dashboard$/)
      await page.goto(link)
      await expect(page.getByRole('heading', { name: 'This link has already been used' })).toBeVisible()
    })
  })
}
