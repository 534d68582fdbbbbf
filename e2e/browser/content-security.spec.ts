import { expect, test } from '../fixtures'
import { complaints } from './complaints'

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
