import { expect, test } from '../fixtures'
import { signOut } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'sign-out with JavaScript' : 'sign-out without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('Back shows nothing private after signing out', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/dashboard')
      await signOut(page)
      await page.goBack()
      await expect(page).toHaveURL(/\/login\?next=%2Fdashboard$/)
      await expect(page.getByText(person.email)).toHaveCount(0)
    })

    test('looking at the sign-out page ends nothing, its button does', async ({ page, loggedIn }) => {
      await loggedIn(page)
      await page.goto('/logout')
      await page.goto('/dashboard')
      await expect(page.getByRole('heading', { name: 'Your account' })).toBeVisible()
      await page.goto('/logout')
      await signOut(page)
      await page.goto('/dashboard')
      await expect(page).toHaveURL(/\/login/)
    })
  })
}

test('the dashboard says in words where the person is signed in', async ({ browser, baseURL, loggedIn }) => {
  const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
  const context = await browser.newContext({ userAgent, ...(baseURL !== undefined && { baseURL }) })
  const page = await context.newPage()
  const person = await loggedIn(page)
  await page.goto('/dashboard')
  await expect(page.getByText('Chrome on macOS')).toBeVisible()
  // Whatever plan the number belongs to, its digits are grouped as that plan writes them.
  await expect(page.getByText(new RegExp(`^\\+${person.phone.match(/\d/g)?.join('[ -]?')}$`))).toBeVisible()
  for (const time of await page.locator('time').all()) await expect(time).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  await context.close()
})
