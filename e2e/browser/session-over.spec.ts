/** Forms that are sent after the session is over, with and without JavaScript. */
import type { Page } from '@playwright/test'
import { unique } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { type Person, signOut } from './people'

type Server = Pick<TestServer, 'sql'>

const endSessions = ({ sql }: Server, { email }: Pick<Person, 'email'>) =>
  sql('DELETE FROM accounts_session WHERE user_id = (SELECT id FROM accounts_user WHERE email = ?)', [email])

async function logIn(page: Page, { email, password }: Person, button: 'Log in' | 'Sign in'): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: button }).click()
}

const statusOf = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text })

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'a session that is over, with JavaScript' : 'a session that is over, without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('what was entered in the admin area is kept until the same account logs in, and no other account sees it', async ({
      page,
      server,
      loggedIn,
      newAccount,
    }) => {
      const other = await loggedIn(page, { superuser: true })
      await page.context().clearCookies()
      const root = await loggedIn(page, { superuser: true })
      const user = await newAccount()
      const typed = `Typed ${unique()}`
      const send = async () => {
        await page.goto(`/admin/users/${user.id}?next=%2Fadmin%2Fusers%3Fsearch%3Da`)
        await endSessions(server, root)
        await page.getByLabel('Name', { exact: true }).fill(typed)
        await page.getByRole('button', { name: 'Save', exact: true }).click()
        await expect(page).toHaveURL(/\/admin\/login\?next=%2Fadmin%2Fusers%2F\d+%3Fnext%3D/)
        await expect(statusOf(page, 'Your session expired before your changes were saved.')).toContainText('your input has been kept')
      }
      await send()
      await logIn(page, other, 'Log in')
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(user.name)

      await page.goto('/dashboard')
      await signOut(page)
      await page.goto('/admin/login')
      await logIn(page, root, 'Log in')
      await expect(page.getByRole('heading', { name: 'Administration' })).toBeVisible()
      await send()
      await logIn(page, { ...root, password: 'wrong' }, 'Log in')
      await logIn(page, root, 'Log in')
      await expect(page).toHaveURL(new RegExp(`/admin/users/${user.id}\\?next=`))
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(typed)
      await expect(statusOf(page, 'Your changes aren’t saved yet')).toBeVisible()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(statusOf(page, 'was changed successfully.')).toBeVisible()
      await expect(page).toHaveURL(/\/admin\/users\?search=a$/)
    })

    test('an action’s rows are still chosen after the login', async ({ page, server, loggedIn, newAccount }) => {
      const root = await loggedIn(page, { superuser: true })
      const word = `Over${unique()}`
      const person = await newAccount({ person: { name: word } })
      await page.goto(`/admin/users?search=${word}`)
      await page.getByLabel(`Select ${person.email}`).check()
      await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Activate selected users' })
      await endSessions(server, root)
      await page.getByRole('button', { name: 'Go' }).click()
      await expect(statusOf(page, 'Your session expired before anything was changed.')).toBeVisible()
      await logIn(page, root, 'Log in')
      await expect(page.getByLabel(`Select ${person.email}`)).toBeChecked()
    })

    test('what was entered is not kept if its account is unknown, and the page says so', async ({ page, context, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/settings/profile')
      await page.getByLabel('Full name').fill('Someone Else')
      await context.clearCookies()
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fprofile$/)
      await expect(statusOf(page, 'Your session expired')).toContainText('enter them again')
      await logIn(page, person, 'Sign in')
      await expect(page.getByLabel('Full name')).toHaveValue(person.name)
    })

    test('a password that was entered is not kept', async ({ page, server, context, loggedIn, newAccount }) => {
      const root = await loggedIn(page, { superuser: true })
      const user = await newAccount()
      const secret = `Secret-${unique()}-lamp`
      await page.goto(`/admin/users/${user.id}/password`)
      for (const id of ['#password1', '#password2']) await page.locator(id).fill(secret)
      await page.getByLabel('Reason (optional)').fill('Asked for it')
      await endSessions(server, root)
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(statusOf(page, 'your input has been kept')).toBeVisible()
      const draft = (await context.cookies()).find(({ name }) => name.endsWith('latchkey_draft'))
      const kept = Buffer.from(draft?.value ?? '', 'base64url').toString()
      expect(kept).toContain('Asked for it')
      expect(kept).not.toContain(secret)
      await logIn(page, root, 'Log in')
      await expect(page.getByLabel('Reason (optional)')).toHaveValue('Asked for it')
    })
  })
}

test('an API client without a session is answered 401, form or not', async ({ call }) => {
  for (const accept of ['application/json', '*/*']) {
    expect((await call('/api/admin/users/1/', { method: 'PATCH', json: { name: 'X' }, headers: { accept } })).status).toBe(401)
  }
  const headers = { accept: 'text/html', authorization: 'Bearer abc.def.ghi' }
  expect((await call('/api/admin/users/1/', { method: 'PATCH', json: { name: 'X' }, headers })).status).toBe(401)
})
