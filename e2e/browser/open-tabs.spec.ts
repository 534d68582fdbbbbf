import { claimsOf } from '../../lib/http/testing/jwt.ts'
import { expect, test } from '../fixtures'

const TABS = 10

test('of ten tabs that were left open past the end of the cookie’s token none is logged out', async ({ browser, serverWith, loggedIn }) => {
  test.setTimeout(180_000)
  const server = await serverWith({ SLIDING_TOKEN_LIFETIME: '3s' })
  const { url, sql } = server
  const context = await browser.newContext({ baseURL: url })
  const session = async () => {
    const cookie = (await context.cookies()).find(({ name }) => name === 'latchkey')
    return claimsOf(cookie?.value ?? '')
  }
  const first = await context.newPage()
  const person = await loggedIn(first, { server })
  const tabs = [first, ...(await Promise.all(Array.from({ length: TABS - 1 }, () => context.newPage())))]
  await Promise.all(tabs.map((tab) => tab.goto('/dashboard')))

  for (const round of [1, 2]) {
    const before = await session()
    await expect.poll(() => Date.now() / 1000 > Number(before.exp), { timeout: 15_000 }).toBe(true)
    // All at once: some are reloaded, some go to another page.
    const answers = await Promise.all(
      tabs.map((tab, index) => (index % 3 === 0 ? tab.reload() : tab.goto(index % 3 === 1 ? '/settings/security' : '/dashboard'))),
    )
    for (const [index, answer] of answers.entries()) {
      expect.soft(answer?.status(), `tab ${index}, round ${round}`).toBe(200)
      expect.soft(answer?.request().redirectedFrom(), `tab ${index}, round ${round}: sent to another page`).toBeNull()
      expect.soft(new URL(tabs[index]?.url() ?? '').pathname, `tab ${index}, round ${round}`).toMatch(/^\/(dashboard|settings\/security)$/)
    }
    const after = await session()
    expect(Number(after.exp), 'the middleware has extended the cookie').toBeGreaterThan(Number(before.exp))
    expect(after).toMatchObject({ jti: before.jti, sid: before.sid, refresh_exp: before.refresh_exp })
  }
  const rows = await sql('SELECT ended_at FROM accounts_session WHERE id = ?', [String((await session()).sid)])
  expect(rows).toEqual([{ ended_at: null }])
  await first.goto('/dashboard')
  await expect(first.getByRole('heading', { name: person.name })).toBeVisible()
  await context.close()
})
