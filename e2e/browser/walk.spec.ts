/**
 * Visits each page of the build once, as someone who may see it, and asks for it as everyone else. What holds for every page is
 * checked together; the drills check it in each theme, at each width, and for every spelling of an address.
 */
import type { Page } from '@playwright/test'
import { unique } from '../../lib/http/testing/accounts.ts'
import { HTML } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { isProtectedPage } from '../../lib/web/routes.ts'
import { builtRoutes } from '../built-routes'
import { expect, test } from '../fixtures'
import { expectHeaders } from '../headers'
import type { TestServer } from '../server'
import { violationsOf } from './axe'
import { complaints } from './complaints'

const LISTS = ['users', 'groups', 'audit', 'sessions', 'outbox', 'outstanding-tokens', 'blacklisted-tokens']

/** What a server without further settings answers 404. */
const isAbsent = (path: string) => ['/nowhere', '/login/email'].includes(path) || path.startsWith('/dev/')

const isAdminPage = (path: string) => path.startsWith('/admin') && !path.startsWith('/admin/login')

/** The addresses of a page of the build, for lists and models that exist. @param ids of a row of each model */
function addressesOf(page: string, ids: Record<string, number>): string[] {
  if (page === '/admin/[model]') return LISTS.map((list) => `/admin/${list}`)
  const models = page.includes('[model]') ? Object.keys(ids) : ['users']
  return models.map((model) => page.replace('[model]', model).replace('[id]', String(page.includes('/admin/') ? ids[model] : 1)))
}

/** Every address of the build, with a group that no other test deletes. */
async function addresses({ sql }: TestServer, userId: number): Promise<string[]> {
  const name = `Walk ${unique()}`
  await sql('INSERT INTO auth_group (name) VALUES (?)', [name])
  const [group] = await sql('SELECT id FROM auth_group WHERE name = ?', [name])
  const { pages } = await builtRoutes()
  return pages.flatMap((page) => addressesOf(page, { users: userId, groups: Number(group?.id) }))
}

/** Opens a page and checks all that holds for every one of them. */
async function visit(page: Page, path: string, found: string[], expected: number[]): Promise<void> {
  const response = await page.goto(path)
  if (response === null) throw new Error(`no response for ${path}`)
  const status = response.status()
  expect.soft(expected, `${path}: ${status}`).toContain(status)
  expectHeaders({ status, headers: response.headers(), cookies: [] }, path, { https: false })
  expect.soft(await violationsOf(page), `${path} has no accessibility violation`).toEqual([])
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect.soft(overflow, `${path} does not scroll sideways`).toBeLessThanOrEqual(0)
  expect.soft(await page.locator('h1').count(), `${path} has one h1`).toBe(1)
  // The browser itself logs each response that is an error.
  const complained = found.filter((text) => !/status of 40[34]/.test(text))
  expect.soft(complained, `${path} violates no policy and logs no error`).toEqual([])
  found.length = 0
}

/** Asks for a page without a browser, whose redirects are not followed. */
async function ask(server: TestServer, path: string, cookie?: string) {
  const answer = await send(server.url, path, { headers: { accept: HTML, ...(cookie !== undefined && { cookie }) } })
  expectHeaders(answer, path, { https: false })
  return answer
}

const cookiesOf = async (page: Page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')

test.describe('WB-2, WB-4, WB-5, AZ-1: every page of the build', () => {
  test.setTimeout(240_000)

  test('signed out: public ones are shown, and no protected one is, without a session', async ({ page, server, newAccount }) => {
    const owner = await newAccount({ person: { name: `Marker ${unique()}` } })
    const found = await complaints(page)
    for (const path of [...(await addresses(server, owner.id)), '/nowhere']) {
      if (!isProtectedPage(path)) {
        await visit(page, path, found, isAbsent(path) ? [404] : [200])
        continue
      }
      const answer = await ask(server, path)
      expect.soft(answer.status, path).toBe(303)
      const login = path.startsWith('/admin') ? '/admin/login' : '/login'
      expect.soft(answer.headers.location, path).toBe(`${login}?next=${encodeURIComponent(path)}`)
      expect.soft(answer.text, path).not.toContain(owner.email)
    }
    await page.goto('/nowhere')
    await expect(page).toHaveTitle('Page not found – Latchkey')
  })

  test('signed in: the account’s own are shown, and the admin area is refused', async ({ page, server, loggedIn }) => {
    const person = { name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3) }
    const { id } = await loggedIn(page, { person })
    const found = await complaints(page)
    const cookie = await cookiesOf(page)
    for (const path of await addresses(server, id)) {
      if (isAdminPage(path)) expect.soft((await ask(server, path, cookie)).status, path).toBe(403)
      else if (isProtectedPage(path)) await visit(page, path, found, [200])
      else expect.soft((await ask(server, path, cookie)).status, path).toBeLessThan(500)
    }
    await visit(page, '/admin', found, [403])
  })

  test('staff: without a permission only the overview of the admin area is shown', async ({ page, server, loggedIn }) => {
    const { id } = await loggedIn(page, { staff: true })
    const found = await complaints(page)
    const cookie = await cookiesOf(page)
    for (const path of (await addresses(server, id)).filter(isAdminPage)) {
      if (path === '/admin') await visit(page, path, found, [200])
      else expect.soft((await ask(server, path, cookie)).status, path).toBe(403)
    }
  })

  test('a superuser: each page of the admin area is shown', async ({ page, server, loggedIn, newAccount }) => {
    const user = await newAccount({ person: { name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3) } })
    await loggedIn(page, { superuser: true })
    const found = await complaints(page)
    for (const path of (await addresses(server, user.id)).filter(isAdminPage)) await visit(page, path, found, [200])
  })
})
