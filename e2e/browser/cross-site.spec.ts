/** What pages of other origins make a real browser send (the security requirements CS-1, CS-3, X1, X2, X3): nothing changes, nothing is read. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { test as base, expect } from '../fixtures'
import { newPerson, type Person } from './people'

interface OtherOrigins {
  /** On another site: a browser tells localhost and 127.0.0.1 apart, as it does two domains. */
  crossSite: string
  /** Of the same site, on another port, as a sibling would be: the session's cookie goes along. */
  sameSite: string
}

/** Two origins of an attacker, which serve empty pages. */
const test = base.extend<{ other: OtherOrigins }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
  other: async ({}, use) => {
    const server = createServer((_request, response) =>
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Other</title>'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await use({ crossSite: `http://localhost:${port}`, sameSite: `http://127.0.0.1:${port}` })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  },
})

/** Sends a form from the page that is open, as its own script would, and waits for where it leads. */
async function submit(
  page: Page,
  action: string,
  fields: Record<string, string>,
  enctype = 'application/x-www-form-urlencoded',
): Promise<number> {
  const answered = page.waitForResponse((response) => response.url().startsWith(action))
  await page.evaluate(
    ([action, fields, enctype]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype })
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { name, value }))
      document.body.append(form)
      form.submit()
    },
    [action, fields, enctype] as const,
  )
  const response = await answered
  await page.waitForURL((url) => url.href.startsWith(action))
  return response.status()
}

async function expectUnchanged(page: Page, url: string, { name }: Person): Promise<void> {
  await page.goto(`${url}/settings/profile`)
  await expect(page.getByLabel('Full name')).toHaveValue(name)
}

for (const where of ['crossSite', 'sameSite'] as const) {
  test(`X1: forms of a page on another origin (${where}) log no one out and change nothing`, async ({ page, server, other, loggedIn }) => {
    const person = await loggedIn(page)
    const forms: [path: string, fields: Record<string, string>, enctype?: string][] = [
      ['/api/accounts/logout/', {}],
      ['/api/accounts/me/?_method=PATCH', { name: 'Mallory' }],
      ['/api/accounts/me/?_method=PATCH', { name: 'Mallory' }, 'multipart/form-data'],
      ['/api/accounts/me/?_method=DELETE', { password: person.password }],
      ['/api/accounts/password/change/', { current_password: person.password, password: 'another Passw0rd of hers' }],
      ['/api/accounts/email/change/', { email: 'mallory@example.com', password: person.password }],
      ['/api/accounts/theme/', { theme: 'dark' }],
      ['/api/accounts/logout/', { '{"refresh":"': '"}' }, 'text/plain'],
    ]
    for (const [path, fields, enctype] of forms) {
      await page.goto(other[where])
      expect.soft(await submit(page, server.url + path, fields, enctype), path).toBe(403)
    }
    await expectUnchanged(page, server.url, person)
  })

  test(`X1: scripts, images and frames of a page on another origin (${where}) read nothing and change nothing`, async ({
    page,
    server,
    other,
    loggedIn,
  }) => {
    const person = await loggedIn(page)
    await page.goto(other[where])
    const outcome = await page.evaluate(async (url) => {
      const attempt = async (path: string, init: RequestInit) =>
        fetch(url + path, { credentials: 'include', ...init }).then(
          async (response) => `${response.type} ${await response.text()}`,
          () => 'failed',
        )
      const text = { method: 'POST', body: '{}', headers: { 'Content-Type': 'text/plain' } }
      const loaded = (element: HTMLElement, src: string) =>
        new Promise<string>((resolve) => {
          element.addEventListener('load', () => resolve('loaded'))
          element.addEventListener('error', () => resolve('failed'))
          element.setAttribute('src', url + src)
          document.body.append(element)
        })
      const frame = document.createElement('iframe')
      await loaded(frame, '/dashboard')
      let framed = 'closed'
      try {
        framed = frame.contentDocument?.body.textContent ?? 'closed'
      } catch {}
      return {
        sent: [
          await attempt('/api/accounts/logout/', { ...text, mode: 'no-cors' }),
          await attempt('/api/accounts/me/', { mode: 'no-cors' }),
          await attempt('/dashboard', { mode: 'no-cors' }),
          await attempt('/api/accounts/me/', { mode: 'cors' }),
          await attempt('/api/accounts/me/', {
            mode: 'cors',
            method: 'PATCH',
            body: '{"name":"Mallory"}',
            headers: { 'Content-Type': 'application/json' },
          }),
          await attempt('/api/accounts/logout/', { ...text, mode: 'cors' }),
        ],
        images: [
          await loaded(new Image(), '/api/accounts/logout/'),
          await loaded(new Image(), '/api/accounts/email/verify/?key=x'),
          await loaded(new Image(), '/icon.svg'),
        ],
        script: await loaded(document.createElement('script'), '/api/accounts/me/'),
        framed,
      }
    }, server.url)
    for (const sent of outcome.sent) expect.soft(sent).toMatch(/^(?:failed|opaque )$/)
    // An image of a sibling is of the same site, but Cross-Origin-Resource-Policy says same-origin.
    expect(outcome.images).toEqual(['failed', 'failed', 'failed'])
    expect([outcome.script, outcome.framed]).toEqual(['failed', 'closed'])
    for (const frame of page.frames().slice(1)) expect(await frame.content()).not.toContain(person.name)
    await expectUnchanged(page, server.url, person)
  })

  test(`X2: a form of another origin (${where}) signs a visitor in to no account`, async ({ page, server, other, browser, loggedIn }) => {
    const mallory = await loggedIn(page)
    const visitor = await browser.newContext()
    try {
      const victim = await visitor.newPage()
      await victim.goto(other[where])
      expect(await submit(victim, `${server.url}/api/accounts/login/`, { email: mallory.email, password: mallory.password })).toBe(403)
      await victim.goto(other[where])
      const { name, email, phone, password } = newPerson()
      const fields = { name, email, phone, password, confirm_password: password }
      expect(await submit(victim, `${server.url}/api/accounts/signup/`, fields)).toBe(403)
      await victim.goto(`${server.url}/dashboard`)
      await expect(victim).toHaveURL(/\/login\?next=/)
      expect((await visitor.cookies()).filter((cookie) => cookie.name === 'latchkey')).toEqual([])
    } finally {
      await visitor.close()
    }
  })
}

test('X3: a page that opens ours keeps no hold of it, and ours has none of the page', async ({ page, server, other, loggedIn }) => {
  await loggedIn(page)
  await page.goto(other.crossSite)
  const opened = page.waitForEvent('popup')
  await page.evaluate((url) => Object.assign(window, { opened: window.open(`${url}/dashboard`) }), server.url)
  const popup = await opened
  await popup.waitForLoadState('domcontentloaded')
  await expect.poll(() => page.evaluate(() => (window as unknown as { opened: Window }).opened.closed)).toBe(true)
  expect(await popup.evaluate(() => window.opener)).toBeNull()
})
