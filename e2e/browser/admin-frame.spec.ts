import { unique } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'the admin area with JavaScript' : 'the admin area without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('skipping to the main content skips its navigation too', async ({ page, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      await page.goto('/admin/groups')
      await page.keyboard.press('Tab')
      await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused()
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await expect(page.getByRole('link', { name: 'Add group' })).toBeFocused()
    })

    test('the title of a page about an account names it, to those alone who may see it there', async ({
      page,
      server,
      loggedIn,
      newAccount,
    }) => {
      const root = await loggedIn(page, { superuser: true })
      const user = await newAccount()
      const boss = await newAccount()
      await server.sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE WHERE id = ?', [boss.id])
      const pages = [
        ['', 'Change user'],
        ['/history', 'Change history'],
        ['/delete', 'Delete user'],
        ['/password', 'Change password'],
      ] as const
      for (const [path, title] of pages) {
        await page.goto(`/admin/users/${user.id}${path}`)
        await expect(page).toHaveTitle(`${user.email} – ${title} – Latchkey`)
      }
      const group = `Readers ${unique()}`
      await server.sql('INSERT INTO auth_group (name) VALUES (?)', [group])
      const [row] = await server.sql('SELECT id FROM auth_group WHERE name = ?', [group])
      await page.goto(`/admin/groups/${row?.id}`)
      await expect(page).toHaveTitle(`${group} – Change group – Latchkey`)

      await server.sql('UPDATE accounts_user SET is_superuser = FALSE WHERE email = ?', [root.email])
      for (const [path] of pages) {
        const answer = await page.goto(`/admin/users/${user.id}${path}`)
        expect(answer?.status(), path).toBe(403)
        expect(await answer?.text(), path).not.toContain(user.email)
      }
      await server.sql(
        `INSERT INTO accounts_user_user_permissions (user_id, permission_id)
        SELECT accounts_user.id, auth_permission.id FROM accounts_user, auth_permission
        WHERE email = ? AND codename IN ('view_user', 'change_user', 'delete_user')`,
        [root.email],
      )
      await page.goto(`/admin/users/${boss.id}`)
      await expect(page).toHaveTitle(`${boss.email} – View user – Latchkey`)
      for (const path of ['/delete', '/password']) {
        const answer = await page.goto(`/admin/users/${boss.id}${path}`)
        expect(answer?.status(), path).toBe(403)
        expect(await answer?.text(), path).not.toContain(boss.email)
      }
    })

    test('a refused or missing page links back to the admin front page, for staff only', async ({ page, server, loggedIn }) => {
      const { email } = await loggedIn(page, { superuser: true })
      const visit = async (path: string) => {
        const answer = await page.goto(path)
        expect(answer?.headers()['content-security-policy'], path).toContain("default-src 'none'")
        return answer?.status()
      }
      expect(await visit('/admin/users/999999999')).toBe(404)
      await expect(page.getByRole('link', { name: 'Go to the home page' })).toHaveAttribute('href', '/')
      await page.getByRole('link', { name: 'Go to the admin area' }).click()
      await expect(page.getByRole('heading', { name: 'Administration' })).toBeVisible()
      await server.sql('UPDATE accounts_user SET is_superuser = FALSE WHERE email = ?', [email])
      expect(await visit('/admin/users?search=a')).toBe(403)
      await expect(page.getByRole('link', { name: 'Go to the admin area' })).toHaveAttribute('href', '/admin')
      await server.sql('UPDATE accounts_user SET is_staff = FALSE WHERE email = ?', [email])
      expect(await visit('/admin/users')).toBe(403)
      await expect(page.getByRole('link', { name: 'Go to the admin area' })).toHaveCount(0)
    })

    test('says who is signed in, and signs them out', async ({ page, loggedIn }) => {
      const { email } = await loggedIn(page, { superuser: true })
      await page.goto('/admin/users')
      await expect(page.locator('.admin-account')).toContainText(email)
      await page.getByRole('button', { name: 'Sign out' }).click()
      await expect(page).toHaveURL(/\/login$/)
      await page.goto('/admin/users')
      await expect(page).toHaveURL(/\/admin\/login\?next=/)
      await expect(page.getByRole('navigation', { name: 'Admin' })).toHaveCount(0)
    })
  })
}

test('a form on its way says so at the button that was pressed, and is sent once', async ({ page, loggedIn, newAccount }) => {
  await loggedIn(page, { superuser: true })
  const user = await newAccount()
  await page.goto(`/admin/users/${user.id}`)
  let sent = 0
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/api/admin/users/**', async (route) => {
    sent += 1
    await held
    await route.continue()
  })
  await expect(page.locator('main form[novalidate]').first()).toBeVisible()
  const save = page.getByRole('button', { name: 'Save and continue editing' })
  // Evaluated within the page, which does not wait for the response as the test itself would.
  const shown = await save.evaluate(async (button: HTMLButtonElement) => {
    button.click()
    await new Promise((resolve) => setTimeout(resolve, 300))
    const busy = [...document.querySelectorAll('main button[aria-busy]')].map((each) => each.textContent)
    const { content } = getComputedStyle(button, '::after')
    button.click()
    return { busy, content }
  })
  expect(shown).toEqual({ busy: ['Save and continue editing'], content: '"…"' })
  expect(sent).toBe(1)
  answer()
  await expect(page.getByRole('status').filter({ hasText: 'was changed successfully.' })).toBeVisible()
})
