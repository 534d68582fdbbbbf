import { send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures'
import { violationsOf } from './axe'

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, { tag: '@drill' }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('the API’s documentation has no accessibility violation and does not scroll sideways', async ({ page }) => {
        await page.goto('/api/docs/')
        await expect(page.getByRole('button', { name: /^Copy/ }).first()).toBeVisible()
        expect(await violationsOf(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
        expect(await page.locator('h1').count()).toBe(1)
      })
    })
  }
}

test('every operation of the description is there under its own anchor, and in the navigation', async ({ page, contract }) => {
  await page.goto('/api/docs/')
  const links = await page
    .getByRole('navigation', { name: 'API' })
    .getByRole('link')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  for (const { path, method, operation } of contract.operations) {
    const article = page.locator(`article#${operation.operationId}`)
    await expect(article).toContainText(`${method} ${path}`)
    expect(links).toContain(`#${operation.operationId}`)
  }
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('it reads the same, and offers nothing that would not work', async ({ page }) => {
    expect((await page.goto('/api/docs'))?.status()).toBe(200)
    await expect(page.locator('#signUp')).toContainText("curl -X POST 'http://127.0.0.1")
    await expect(page.getByRole('row', { name: /429/ }).last()).toContainText('Retry-After')
    await expect(page.getByRole('table', { name: 'What is limited' })).toContainText('refresh-address')
    await expect(page.getByRole('button', { name: /^Copy/ })).toHaveCount(0)
    await expect(page.getByRole('searchbox')).toHaveCount(0)
  })
})

test('it keeps to its policy, fetches nothing from elsewhere, copies code and says so, and finds operations', async ({
  page,
  context,
  server,
}) => {
  const found: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && found.push(message.text()))
  page.on('pageerror', (error) => found.push(error.message))
  page.on('request', (request) => new URL(request.url()).origin !== server.url && found.push(request.url()))
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const response = await page.goto('/api/docs/', { waitUntil: 'networkidle' })
  expect(response?.headers()['content-security-policy']).toMatch(/script-src 'nonce-/)
  const article = page.locator('#logIn')
  await article.getByRole('button', { name: 'Copy curl of “Log in”' }).click()
  await expect(article.getByRole('status').first()).toHaveText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    await article.locator('code', { hasText: 'curl -X POST' }).textContent(),
  )
  await page.getByRole('searchbox', { name: 'Find an operation' }).fill('post password')
  const navigation = page.getByRole('navigation', { name: 'API' })
  await expect(navigation.getByRole('link', { name: 'Change the password' })).toBeVisible()
  await expect(navigation.getByRole('link', { name: 'Log in', exact: true })).toBeHidden()
  const left = await navigation
    .locator('a[href^="#"]:visible')
    .filter({ hasText: /password/i })
    .count()
  expect(left).toBeGreaterThan(2)
  await expect(navigation.getByRole('status')).toHaveText(`${left} operations`)
  expect(found).toEqual([])
})

test('only the documentation is a page below /api/, and the theme is chosen on it as on any', async ({ server }) => {
  const html = { accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  const themed = await send(server.url, '/api/accounts/theme/', { form: { theme: 'dark', page: '/api/docs/' }, headers: html })
  expect([themed.status, themed.headers.location]).toEqual([303, '/api/docs/'])
  const lured = await send(server.url, '/api/accounts/theme/', { form: { theme: 'dark', page: '/api/accounts/me/export/' }, headers: html })
  expect(lured.headers.location).toBe('/')
})
