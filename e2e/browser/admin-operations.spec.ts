/** The operations pages of the admin area, with and without JavaScript. */
import type { Page } from '@playwright/test'
import { logIn as logInByApi, signUp as signUpByApi, unique } from '../../lib/http/testing/accounts.ts'
import { send } from '../../lib/http/testing/send.ts'
import { as, superuser as staffByApi } from '../../lib/http/testing/staff.ts'
import { type Call, expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { violationsOf } from './axe'
import { logIn } from './people'

type Server = Pick<TestServer, 'sql'>

/** A failed email, to an address that no other test has. */
async function deadMail(server: Server, userId: number | null = null): Promise<string> {
  const recipient = `${unique()}@example.com`
  const at = '2026-01-02 03:04:05'
  await server.sql(
    `INSERT INTO accounts_outboxmail (kind, user_id, recipient, subject, text, html, message_id, created_at, attempts, next_attempt_at, failed_at, last_error)
    VALUES ('new_device', ?, ?, 'Subject', 'What it says', 'What it says', ?, ?, 1, ?, ?, 'EENVELOPE 550')`,
    [userId as number, recipient, `<${unique()}@test>`, at, at, at],
  )
  return recipient
}

const statusOf = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text })

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'operations with JavaScript' : 'operations without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('a failed email is found, sent again, and arrives', async ({ page, server, mailbox, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      const recipient = await deadMail(server)
      await page.goto('/admin')
      await page.getByRole('link', { name: 'Mail failed' }).click()
      await page.goto(`/admin/outbox?state=failed&recipient=${recipient}`)
      await expect(page.getByRole('row').filter({ hasText: recipient })).toContainText('1 attempt: EENVELOPE 550')
      await expect(page.getByText('What it says')).toHaveCount(0)
      await page.getByRole('button', { name: `Send again to ${recipient}` }).click()
      await expect(statusOf(page, `The mail to ${recipient} is being sent.`)).toBeVisible()
      await expect(page).toHaveURL(/state=failed/)
      const chosen = page.getByRole('complementary', { name: 'Filters' }).locator('[aria-current]', { hasText: 'Failed' })
      await expect(chosen, 'as the column has it').toHaveCount(1)
      await mailbox.waitFor(recipient)
    })

    test('a session is ended from its user’s page and from the list', async ({ page, call, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const user = await newAccount()
      await logInByApi(call, user)
      await page.goto(`/admin/users/${user.id}`)
      const own = page.getByRole('region', { name: 'Sessions' })
      await own
        .getByRole('button', { name: /^End the session/ })
        .first()
        .click()
      await expect(statusOf(page, 'The session was ended.')).toBeVisible()
      await expect(page).toHaveURL(new RegExp(`/admin/users/${user.id}$`))
      await page.getByRole('link', { name: 'All sessions of this user' }).click()
      await expect(page.getByRole('cell', { name: 'Ended: admin' })).toHaveCount(1)
      await page.getByRole('button', { name: /^End the session/ }).click()
      await expect(statusOf(page, 'The session was ended.')).toBeVisible()
      await expect(page.getByRole('cell', { name: 'Ended: admin' })).toHaveCount(2)
      await page.goto('/admin/sessions')
      await expect(page.getByRole('cell', { name: 'Open: this session' })).toHaveCount(1)
      await expect(page.getByRole('complementary', { name: 'Filters' }).getByText('API client')).toHaveCount(1)
      await page.goto(`/admin/users/${user.id}`)
      await page.getByRole('link', { name: 'Refresh tokens of this user' }).click()
      await expect(page.getByRole('rowheader')).toHaveCount(2)
    })

    test('events are found by an address and by their name in words, and rows of users by their address', async ({
      page,
      call,
      loggedIn,
      newAccount,
    }) => {
      await loggedIn(page, { superuser: true })
      const user = await newAccount()
      await logInByApi(call, { email: user.email, password: 'wrong' })
      await page.goto('/admin/audit?outcome=failure')
      const chosen = page.getByRole('complementary', { name: 'Filters' }).getByLabel('Event', { exact: true })
      await chosen.selectOption('Login failed')
      await page.getByLabel('Subject’s email').fill(user.email.toUpperCase())
      await page.getByRole('button', { name: 'Filter' }).click()
      await expect(page).toHaveURL(/outcome=failure.*event=login_failed/)
      await expect(page.getByRole('rowheader')).toHaveCount(1)
      await expect(page.getByRole('table').getByText('Login failed')).toHaveCount(1)
      await expect(chosen).toHaveValue('login_failed')
      await expect(page.getByLabel('Subject’s number'), 'it is for links').toHaveCount(0)
      for (const list of ['sessions', 'outstanding-tokens']) {
        await page.goto(`/admin/${list}?user_email=${user.email}`)
        await expect(page.getByLabel('User’s email')).toHaveValue(user.email)
        await expect(page.getByRole('link', { name: user.email, exact: true })).toHaveCount(1)
        await page.goto(`/admin/${list}?user_id=${user.id}`)
        await expect(page.getByLabel('User’s number')).toHaveValue(String(user.id))
      }
    })

    test('the audit log names accounts by their addresses, and links to those that there are', async ({ page, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const [user, gone] = [await newAccount(), await newAccount()]
      await page.goto(`/admin/audit?subject_id=${user.id}`)
      await expect(page.getByRole('link', { name: user.email, exact: true }).first()).toHaveAttribute('href', `/admin/users/${user.id}`)
      await page.goto(`/admin/users/${gone.id}/delete`)
      await page.getByRole('button', { name: /Yes, I.m sure/ }).click()
      await page.goto(`/admin/audit?subject_id=${gone.id}`)
      const deletion = page.getByRole('row').filter({ hasText: 'Account deleted' })
      await expect(deletion.getByRole('cell', { name: gone.email, exact: true })).toHaveCount(1)
      await expect(page.getByRole('cell', { name: `User ${gone.id}`, exact: true }).first()).toBeVisible()
      await expect(page.locator(`.object-table a[href="/admin/users/${gone.id}"]`)).toHaveCount(0)
    })

    test('the overview counts sign-ups, sign-ins, failures and mail by day, and lists what one did oneself', async ({
      page,
      startServer,
      mailbox,
    }) => {
      const server = await startServer({ env: { SMTP_URL: mailbox.url } })
      const call: Call = (path, options) => send(server.url, path, options)
      const root = await staffByApi(call, server.sql)
      const [user] = [await signUpByApi(call), await signUpByApi(call)]
      await logInByApi(call, { email: user.email, password: 'wrong' })
      await call(`/api/admin/users/${user.id}/`, { method: 'PATCH', json: { name: 'Someone Else' }, ...as(root) })
      await call('/api/accounts/password/reset/', { json: { email: user.email } })
      await mailbox.waitForSubject(user.email, 'Reset your password for Latchkey')
      await page.goto(`${server.url}/login?next=/admin`)
      await logIn(page, root)
      await expect(page.getByRole('heading', { level: 1, name: 'Administration' })).toBeVisible()
      const unsent = 'SELECT count(*) AS n FROM accounts_outboxmail WHERE sent_at IS NULL'
      await expect.poll(async () => Number((await server.sql(unsent))[0]?.n)).toBe(0)
      const [sent] = await server.sql('SELECT count(*) AS n FROM accounts_outboxmail')
      await page.reload()
      const expected = { 'Sign-ups': ['3'], 'Sign-ins': ['1'], 'Failed sign-ins': ['1'], Mail: [String(sent?.n), '0'] }
      for (const [title, figures] of Object.entries(expected)) {
        const chart = page.getByRole('region', { name: title, exact: true })
        await expect(chart.locator('.total')).toHaveText(new RegExp(`^${figures[0]} in 30 days$`))
        await chart.getByText('Figures').click()
        const rows = chart.getByRole('table', { name: `${title} by day` }).getByRole('row')
        await expect(rows).toHaveCount(31)
        await expect(rows.nth(1).getByRole('rowheader')).toHaveText(/, so far$/)
        await expect(rows.nth(1).getByRole('cell')).toHaveText(figures)
        await expect(rows.nth(2).getByRole('cell')).toHaveText(figures.map(() => '0'))
      }
      for (const [title, count] of Object.entries({ Users: '3', Groups: '0', 'Mail waiting': '0', 'Mail failed': '0' }))
        await expect(page.getByRole('region', { name: title, exact: true }).locator('.total')).toHaveText(count)
      const actions = page.getByRole('region', { name: 'Your recent actions' }).getByRole('listitem')
      await expect(actions).toHaveCount(1)
      await expect(actions).toContainText('Changed Name.')
      await expect(actions.getByRole('link', { name: user.email })).toHaveAttribute('href', `/admin/users/${user.id}`)
    })

    test('the throttles have pages', async ({ page, server, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      await server.sql("DELETE FROM accounts_throttlecounter WHERE key LIKE '%aaaaaaaaaaa'")
      const expires = Math.floor(Date.now() / 1000) + 120
      for (let n = 0; n < 101; n += 1) {
        const key = `login:pair:60:${unique()}${unique()}${'a'.repeat(11)}`
        for (const [name, count] of Object.entries({ [key]: 100_000, [`refused:${key}`]: 1 }))
          await server.sql('INSERT INTO accounts_throttlecounter (key, count, expires_at) VALUES (?, ?, ?)', [name, count, expires])
      }
      await page.goto('/admin/throttles')
      await expect(page.getByRole('rowheader')).toHaveCount(100)
      await page.getByRole('link', { name: 'Page 2', exact: true }).click()
      await expect(page).toHaveURL(/\?page=2$/)
      await expect(page.getByRole('rowheader').first()).toBeVisible()
      expect(await page.getByRole('rowheader').count(), 'the rest').toBeLessThan(100)
      await page.goto('/admin/throttles?page=99')
      await expect(page.getByRole('rowheader').first(), 'the last one').toBeVisible()
    })

    test('what is counted for an address is found and begun anew', async ({ page, call, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      const email = `${unique()}@example.com`
      await logInByApi(call, { email, password: 'wrong' })
      await page.goto('/admin/throttles')
      await page.getByLabel('Search limits').fill(email)
      await page.getByRole('button', { name: 'Search' }).click()
      const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: email, exact: true }) })
      await expect(row.first()).toContainText('Signing in')
      const rows = await page.getByRole('rowheader').count()
      await row
        .first()
        .getByRole('button', { name: /^Release/ })
        .click()
      await expect(statusOf(page, 'They can try again now.')).toBeVisible()
      await expect(page.getByRole('rowheader')).toHaveCount(rows - 1)
    })
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 768, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, { tag: '@drill' }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('no page of the operations has an accessibility violation or scrolls sideways', async ({
        page,
        server,
        call,
        loggedIn,
        newAccount,
      }) => {
        await loggedIn(page, { superuser: true })
        const user = await newAccount()
        await deadMail(server, user.id)
        await logInByApi(call, { email: user.email, password: 'wrong' })
        await call('/api/accounts/token/blacklist/', { json: { refresh: user.refresh } })
        const lists = [
          'outbox',
          `outbox?user_id=${user.id}`,
          'outstanding-tokens',
          'blacklisted-tokens',
          'sessions',
          `sessions?user_id=${user.id}`,
          'audit',
          'users',
        ]
        for (const path of ['', ...lists, `throttles?search=${user.email}`, 'throttles?search=no-one', `users/${user.id}`]) {
          expect((await page.goto(`/admin/${path}`))?.status(), path).toBe(200)
          for (const summary of path === '' ? await page.locator('main details summary').all() : []) await summary.click()
          expect(await violationsOf(page), path).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width)
          expect(await page.locator('h1').count(), path).toBe(1)
        }
      })
    })
  }
}
