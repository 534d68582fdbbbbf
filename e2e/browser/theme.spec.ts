import { expect, test } from '../fixtures'
import { formReady } from './people'

const DARK = 'rgb(15, 21, 19)'
const LIGHT = 'rgb(247, 249, 246)'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'theme with JavaScript' : 'theme without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled, colorScheme: 'light' })

    test('is chosen on the page, stays on the page, and holds everywhere from then on', async ({ page }) => {
      await page.goto('/login?next=%2Fdashboard%3Fa%3D1')
      await expect(page.locator('body')).toHaveCSS('background-color', LIGHT)
      await page.getByRole('button', { name: 'Dark' }).click()
      await expect(page).toHaveURL(/\/login\?next=%2Fdashboard%3Fa%3D1$/)
      await expect(page.locator('body')).toHaveCSS('background-color', DARK)
      await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true')
      await page.goto('/')
      await expect(page.locator('body')).toHaveCSS('background-color', DARK)
      await page.getByRole('button', { name: 'System' }).click()
      await expect(page.locator('body')).toHaveCSS('background-color', LIGHT)
    })

    test('is chosen in the middle of a form, which keeps what was typed', async ({ page }) => {
      await page.goto('/password-reset')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Email address').fill('ada@example.com')
      await page.getByRole('button', { name: 'Dark' }).click()
      await expect(page.locator('body')).toHaveCSS('background-color', DARK)
      await expect(page.getByLabel('Email address')).toHaveValue('ada@example.com')
    })
  })
}

test('the server renders the chosen theme, so there is no flash of the other one', async ({ page }) => {
  await page.goto('/signup')
  await page.getByRole('button', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const html = await (await page.request.get('/signup')).text()
  expect(html).toContain('data-theme="dark"')
})

test('a theme form cannot be made to lead off the site', async ({ request, baseURL }) => {
  for (const page of ['//evil.test', 'https://evil.test/', '/\\evil.test', '/login?next=//evil.test']) {
    const response = await request.post('/api/accounts/theme/', {
      form: { theme: 'dark', page },
      headers: { accept: 'text/html', origin: baseURL ?? '' },
      maxRedirects: 0,
    })
    expect(response.status()).toBe(303)
    expect(response.headers().location).toMatch(/^\/(login)?$/)
  }
})

test('who asked for less motion gets none', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto('/login')
  const durations = await page
    .locator('*')
    .evaluateAll((elements) => elements.map((element) => Number.parseFloat(getComputedStyle(element).transitionDuration)))
  expect(Math.max(...durations)).toBeLessThanOrEqual(0.01)
})
