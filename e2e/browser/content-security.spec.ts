import type { Page } from '@playwright/test'
import { addressOf, builtRoutes } from '../built-routes'
import { expect, test } from '../fixtures'
import { formReady, signUp } from './people'

/** Collects what the browser complains of, from before the first page. */
async function complaints(page: Page): Promise<string[]> {
  const found: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && found.push(message.text()))
  page.on('pageerror', (error) => found.push(error.message))
  await page.exposeFunction('reportViolation', (text: string) => found.push(text))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
  )
  return found
}

test('no page violates its own policy or logs an error', async ({ page }) => {
  const found = await complaints(page)
  for (const path of ['/', '/login', '/logout', '/signup']) await page.goto(path, { waitUntil: 'networkidle' })
  await formReady(page)
  await page.getByRole('button', { name: 'Create account' }).click()
  await signUp(page)
  await page.goto('/dashboard', { waitUntil: 'networkidle' })
  expect(found).toEqual([])
})

for (const who of ['signed out', 'signed in'] as const) {
  test(`WB-2: no page of the build violates its policy (${who})`, async ({ page }) => {
    test.setTimeout(240_000)
    const found = await complaints(page)
    if (who === 'signed in') await signUp(page)
    for (const path of (await builtRoutes()).pages.map(addressOf)) {
      const response = await page.goto(path, { waitUntil: 'load' })
      // The browser itself logs each answer that is an error.
      expect
        .soft(
          found.filter((text) => !/status of 40[34]/.test(text)),
          path,
        )
        .toEqual([])
      expect.soft([200, 403, 404], path).toContain(response?.status())
      found.length = 0
    }
  })
}

test('the page for what is not found violates no policy either', async ({ page }) => {
  const found = await complaints(page)
  const response = await page.goto('/nowhere', { waitUntil: 'networkidle' })
  expect(response?.status()).toBe(404)
  await expect(page).toHaveTitle('Page not found – Latchkey')
  expect(found.filter((text) => !text.includes('status of 404'))).toEqual([])
})

test('an injected inline script does not run', async ({ page }) => {
  const found = await complaints(page)
  await page.route('**/login', async (route) => {
    const response = await route.fetch()
    const injection = '<script>document.title = "injected"</script><img src="/icon.svg" onload="document.title = \'injected\'">'
    await route.fulfill({ response, body: (await response.text()).replace('</body>', `${injection}</body>`) })
  })
  await page.goto('/login', { waitUntil: 'networkidle' })
  expect(found).toEqual(expect.arrayContaining(['script-src-elem inline', 'script-src-attr inline']))
  await expect(page).toHaveTitle('Sign in – Latchkey')
})

test('two loads have two nonces, and every script carries its page’s', async ({ request }) => {
  const nonces = new Set<string>()
  for (const path of ['/login', '/login', '/nowhere', '/']) {
    const response = await request.get(path)
    const nonce = /script-src 'nonce-([^']+)'/.exec(response.headers()['content-security-policy'] ?? '')?.[1] ?? ''
    expect(Buffer.from(nonce, 'base64').length).toBeGreaterThanOrEqual(16)
    const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(4)
})

test('a policy or a nonce that the client sends never reaches the page', async ({ request }) => {
  const headers = { 'content-security-policy': "script-src 'nonce-ATTACKER1'", 'x-nonce': 'ATTACKER2', 'x-path': '/ATTACKER3' }
  for (const path of ['/', '/login', '/signup', '/dashboard', '/nowhere', '/nowhere.png']) {
    for (const more of [{}, { rsc: '1' }, { rsc: '1', 'next-router-prefetch': '1' }]) {
      const response = await request.get(path, { headers: { ...headers, ...more } })
      expect(await response.text(), path).not.toContain('ATTACKER')
    }
  }
})

test('no page may be stored', async ({ request }) => {
  for (const path of ['/', '/login', '/signup', '/logout', '/nowhere']) {
    expect((await request.get(path)).headers()['cache-control'], path).toContain('no-store')
  }
})
