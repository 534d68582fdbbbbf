/** Nothing lies on anything else and nothing that matters is out of view, at any width and with any name. */
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'

const NAMES = ['Konstantinos-Alexandros Papadimitrakopoulos-Vasilopoulos', 'محمد بن عبد الله محمد بن موسى الخوارزمي', 'A'.repeat(80)]

const boxOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    const { left, right } = (element instanceof SVGElement ? element : range).getBoundingClientRect()
    return { left, right, shown: getComputedStyle(element).display !== 'none' }
  })

test('no name runs under the drawing on the dashboard', async ({ page, server, loggedIn }) => {
  const { email } = await loggedIn(page)
  // Last an ordinary one: other tests' lists show this account too.
  for (const name of [...NAMES, 'Grace Hopper']) {
    await server.sql('UPDATE accounts_user SET name = ? WHERE email = ?', [name, email])
    for (const width of [1000, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto('/dashboard')
      const [words, key] = [await boxOf(page, '#tag-name'), await boxOf(page, '.name-tag .key-illustration')]
      if (key.shown) expect.soft(words.right, `${name} at ${width}`).toBeLessThanOrEqual(key.left)
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} at ${width}`).toBe(true)
    }
  }
})

test('the lists of the admin area fit a laptop with addresses of 50 characters', async ({ page, server, loggedIn }) => {
  const person = await loggedIn(page, { person: { email: `konstantinos.papadimitrakopoulos.${Date.now()}@example.org` } })
  await server.sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE WHERE email = ?', [person.email])
  await server.sql("UPDATE accounts_session SET ip_address = '2001:db8:85a3:8d3:1319:8a2e:370:7348'")
  await server.sql(
    "INSERT INTO accounts_outboxmail (kind, recipient, subject, text, html, message_id, created_at, next_attempt_at, failed_at, attempts, last_error) SELECT 'email_verification', email, '', '', '', 'layout-test', date_joined, date_joined, date_joined, 8, ? FROM accounts_user WHERE email = ?",
    [
      `550 5.1.1 <${person.email}>: Recipient address rejected, see https://mail.example.org/why?id=${'0123456789'.repeat(6)}`,
      person.email,
    ],
  )
  await page.setViewportSize({ width: 1280, height: 800 })
  // The person's own rows: those of other tests hold what they like.
  for (const list of ['audit?subject_email', 'outbox?recipient', 'sessions?user_email', 'users?q']) {
    await page.goto(`/admin/${list}=${encodeURIComponent(person.email)}`)
    await expect(page.locator('.object-table-frame tbody tr').first()).toBeVisible()
    const frame = page.locator('.object-table-frame')
    expect.soft(await frame.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), list).toBeLessThanOrEqual(0)
  }
})

test('the list of users shows all columns beside a name of any length, at any width and in both directions', async ({
  page,
  server,
  loggedIn,
}) => {
  const { email } = await loggedIn(page, { staff: true, permissions: ['view_user'] })
  for (const name of [...NAMES, 'A'.repeat(255)]) {
    await server.sql('UPDATE accounts_user SET name = ? WHERE email = ?', [name, email])
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(`/admin/users?search=${encodeURIComponent(email)}`)
      for (const dir of ['ltr', 'rtl']) {
        await page.evaluate((value) => document.documentElement.setAttribute('dir', value), dir)
        const frame = page.locator('.object-table-frame')
        const beyond = await frame.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
        expect.soft(beyond, `${name} at ${width}, ${dir}`).toBeLessThanOrEqual(0)
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} at ${width}`).toBe(true)
      }
    }
  }
})

test('the wall behind the front page begins at the top, with a header of one row or two', async ({ page }) => {
  for (const width of [320, 360, 390, 1280]) {
    await page.setViewportSize({ width, height: 700 })
    await page.goto('/')
    const top = await page
      .locator('.hero')
      .evaluate((hero) => hero.getBoundingClientRect().top + Number.parseFloat(getComputedStyle(hero, '::before').top))
    expect.soft(top, `${width}`).toBeLessThanOrEqual(0)
  }
})
