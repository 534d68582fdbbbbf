import { expect, test } from '../fixtures'
import { formReady, summaryOf } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'the profile, with JavaScript' : 'the profile, without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('is changed and says so; a phone number is shown as it is understood (PF-2)', async ({ page, loggedIn }) => {
      await loggedIn(page)
      await page.goto('/settings/profile')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Full name').fill('Grace Brewster Hopper')
      const last = javaScriptEnabled ? '0958' : '0959'
      await page.getByLabel('Phone number').fill(`+44 (0)20 7946 ${last}`)
      await page.getByLabel('First name (optional)').fill('Grace')
      await page.getByRole('button', { name: 'Save changes' }).click()
      await expect(page.getByRole('status').filter({ hasText: 'Your changes have been saved.' })).toBeVisible()
      await expect(page.getByLabel('Full name')).toHaveValue('Grace Brewster Hopper')
      await expect(page.getByLabel('Phone number'), 'as it was typed').toHaveValue(`+44 (0)20 7946 ${last}`)
      await expect(page.getByText(`Saved as +44 20 7946 ${last}.`)).toBeVisible()
      await page.reload()
      await expect(page.getByRole('status').filter({ hasText: 'Your changes have been saved.' }), 'said once').toHaveCount(0)
    })

    test('keeps what was typed when something is wrong, and names it (G-3, G-8)', async ({ page, browser, server, loggedIn }) => {
      const other = await browser.newContext({ baseURL: server.url })
      const taken = await loggedIn(await other.newPage())
      await other.close()
      await loggedIn(page)
      await page.goto('/settings/profile')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Last name (optional)').fill('Hopper')
      await page.getByLabel('Phone number').fill(taken.phone)
      await page.getByRole('button', { name: 'Save changes' }).click()
      const summary = summaryOf(page)
      await expect(summary.getByRole('link')).toHaveText('Phone number belongs to another account. Use a different one')
      await expect(page).toHaveTitle('Error: Profile – Latchkey')
      await expect(page.getByLabel('Last name (optional)')).toHaveValue('Hopper')
      await expect(page.getByLabel('Phone number')).toHaveValue(taken.phone)
    })

    test('of a signed-out visitor is behind the sign-in, which leads back', async ({ page }) => {
      await page.goto('/settings/profile')
      await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fprofile$/)
    })
  })
}

test('PF-2: leaving with changes that are not saved asks first, and only then', async ({ page, loggedIn }) => {
  await loggedIn(page)
  await page.goto('/settings/profile')
  await formReady(page)
  let asked = 0
  page.on('dialog', async (dialog) => {
    asked++
    await dialog.accept()
  })
  await page.getByRole('link', { name: 'Password' }).click()
  await expect(page).toHaveURL(/\/settings\/password$/)
  expect(asked).toBe(0)
  await page.goto('/settings/profile')
  await formReady(page)
  await page.getByLabel('Full name').fill('Someone Else')
  await page.getByRole('link', { name: 'Password' }).click()
  await expect(page).toHaveURL(/\/settings\/password$/)
  expect(asked).toBe(1)
})
