/** The pages of the admin area, with and without JavaScript. */
import type { Browser, Page } from '@playwright/test'
import { unique } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { violationsOf } from './axe'
import { formReady, logIn, newPerson, type Person, summaryOf } from './people'
import { choose, chosenIn } from './pickers'

const HOSTILE = '"><svg onload=alert(1)><img src=x onerror=alert(2)>'

type Server = Pick<TestServer, 'sql'>

async function idOf(server: Server, { email }: Pick<Person, 'email'>): Promise<number> {
  const [row] = await server.sql('SELECT id FROM accounts_user WHERE email = ?', [email])
  return Number(row?.id)
}

async function fillNewUser(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Email address').fill(person.email)
  await page.getByLabel('Name', { exact: true }).fill(person.name)
  await page.getByLabel('Phone').fill(person.phone)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByLabel('Password confirmation', { exact: true }).fill(person.password)
}

async function addUser(page: Page, person: Person): Promise<void> {
  await page.goto('/admin/users')
  await page.getByRole('link', { name: 'Add user' }).click()
  await fillNewUser(page, person)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page).toHaveURL(/\/admin\/users\/\d+$/)
  await expect(statusOf(page, `The user “${person.email}” was added successfully. You may edit it again below.`)).toBeVisible()
}

const statusOf = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text })
const filtersOf = (page: Page) => page.getByRole('complementary', { name: 'Filters' })
const rowOf = (page: Page, { email }: Pick<Person, 'email'>) => page.getByRole('row').filter({ hasText: email })

async function elsewhere(browser: Browser, baseURL: string | undefined, person: Person, javaScriptEnabled: boolean): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: baseURL ?? '', javaScriptEnabled })).newPage()
  await page.goto('/login?next=/admin')
  await logIn(page, person)
  await expect(page).toHaveURL(/\/admin$/)
  return page
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'administration with JavaScript' : 'administration without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('a superuser adds two users, changes one, finds, filters, sorts and deactivates both, and deletes one', async ({
      page,
      server,
      loggedIn,
    }) => {
      await loggedIn(page, { superuser: true })
      await page.goto('/dashboard')
      await page.getByRole('link', { name: 'Admin', exact: true }).click()
      await expect(page.getByRole('heading', { name: 'Administration' })).toBeVisible()
      const word = `Zed${unique()}`
      const [one, two] = [
        { ...newPerson(), name: `${word} Alpha` },
        { ...newPerson(), name: `${word} Beta` },
      ]
      await addUser(page, one)
      await addUser(page, two)

      await page.getByLabel('Name', { exact: true }).fill(`${word} Gamma`)
      await page.getByLabel('Staff status').check()
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(statusOf(page, `The user “${two.email}” was changed successfully. You may edit it again below.`)).toBeVisible()
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(`${word} Gamma`)
      await expect(page.getByLabel('Staff status')).toBeChecked()
      await expect(page.getByLabel('Active', { exact: true })).toBeChecked()
      await page.getByRole('link', { name: 'History' }).click()
      await expect(page.getByRole('cell', { name: /^Changed Name and Staff status\./ })).toContainText(`“${word} Gamma”`)

      await page.goto('/admin/users')
      await page.getByLabel('Search users').fill(word)
      await page.getByRole('button', { name: 'Search' }).click()
      await expect(page.getByText(/^2 results \([\d,]+ total\)/)).toBeVisible()
      await page.getByRole('columnheader', { name: 'Name', exact: true }).getByRole('link').first().click()
      await expect(page.getByRole('columnheader', { name: /^Name/ })).toHaveAttribute('aria-sort', 'ascending')
      await expect(page.getByRole('rowheader')).toHaveText([one.email, two.email])
      await page.getByRole('columnheader', { name: /^Name/ }).getByRole('link').first().click()
      await expect(page.getByRole('rowheader')).toHaveText([two.email, one.email])
      await filtersOf(page).getByRole('list', { name: 'By staff status' }).getByRole('link', { name: 'Yes' }).click()
      await expect(page.getByRole('rowheader')).toHaveText([two.email])
      await expect(page).toHaveURL(/is_staff=true/)
      // The page of an object leads back to this very list.
      const list = page.url()
      await page.getByRole('rowheader').getByRole('link').click()
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(page).toHaveURL(list)
      await expect(statusOf(page, 'was changed successfully.')).toBeVisible()
      await filtersOf(page).getByRole('list', { name: 'By staff status' }).getByRole('link', { name: 'All' }).click()

      await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Activate selected users' })
      await page.getByRole('button', { name: 'Go' }).click()
      await expect(summaryOf(page)).toContainText('Items must be selected in order to perform actions on them. No items have been changed')
      await expect(page.getByRole('rowheader')).toHaveCount(2)
      if (javaScriptEnabled) {
        await page.getByLabel('Select all on this page').check()
        await expect(page.getByText('2 of 2 selected')).toBeVisible()
      } else {
        for (const { email } of [one, two]) await page.getByLabel(`Select ${email}`).check()
      }
      await page.getByRole('button', { name: 'Deactivate…' }).click()
      await expect(page.getByRole('heading', { name: 'Deactivate 2 users?' })).toBeVisible()
      for (const { email } of [one, two]) await expect(page.getByText(email, { exact: true })).toBeVisible()
      expect(
        await server.sql('SELECT id FROM accounts_user WHERE email IN (?, ?) AND is_active = TRUE', [one.email, two.email]),
      ).toHaveLength(2)
      await page.getByRole('button', { name: 'Yes, I’m sure' }).click()
      await expect(statusOf(page, '2 users were deactivated.')).toBeVisible()
      for (const person of [one, two]) await expect(rowOf(page, person).getByRole('cell').last()).toHaveText('No')

      await page.getByLabel(`Select ${one.email}`).check()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await expect(page.getByRole('heading', { name: 'Delete 1 user?' })).toBeVisible()
      await page.getByRole('link', { name: 'No, take me back' }).click()
      await expect(page.getByRole('rowheader')).toHaveCount(2)
      await page.getByRole('link', { name: one.email }).click()
      await page.getByRole('link', { name: 'Delete', exact: true }).click()
      await page.getByRole('button', { name: 'Yes, I’m sure' }).click()
      await expect(statusOf(page, `The user “${one.email}” was deleted successfully.`)).toBeVisible()
      expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [one.email])).toEqual([])
    })

    test('a refused form says why, keeps what was entered, and never the passwords', async ({ page, server, loggedIn }) => {
      const boss = await loggedIn(page, { superuser: true })
      await page.goto('/admin/users/add')
      await fillNewUser(page, { ...newPerson(), email: boss.email, name: HOSTILE })
      await page.getByLabel('Password confirmation', { exact: true }).fill('something else')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(summaryOf(page)).toBeFocused()
      await expect(page).toHaveTitle(/^Error: Add user/)
      await expect(page.getByLabel('Email address')).toHaveValue(boss.email)
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(HOSTILE)
      await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
      // What two pages change at once, the second is told of.
      await page.goto(`/admin/users/${await idOf(server, boss)}`)
      await server.sql("UPDATE accounts_user SET first_name = 'Changed' WHERE email = ?", [boss.email])
      await page.getByLabel('Last name').fill('Mine')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(summaryOf(page)).toContainText('Someone else has saved changes since you opened this page')
      await expect(page.getByLabel('Last name')).toHaveValue('Mine')
    })

    test('a password is never shown, and is set by staff with the permission', async ({ page, server, browser, baseURL, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      const person = newPerson()
      await addUser(page, person)
      await expect(page.getByText('Raw passwords are not stored, so there is no way to see this user’s password.')).toBeVisible()
      const [row] = await server.sql('SELECT password FROM accounts_user WHERE email = ?', [person.email])
      expect(await page.content()).not.toContain(String(row?.password).slice(-20))
      await page.getByRole('link', { name: 'Change password' }).click()
      await page.getByLabel('Password', { exact: true }).fill('an otter on a bicycle')
      await page.getByLabel('Password confirmation', { exact: true }).fill('another otter')
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(summaryOf(page)).toContainText('The passwords don’t match')
      await page.getByLabel('Password', { exact: true }).fill('an otter on a bicycle')
      await page.getByLabel('Password confirmation', { exact: true }).fill('an otter on a bicycle')
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(statusOf(page, 'Password changed successfully.')).toBeVisible()
      const other = await (await browser.newContext({ baseURL: baseURL ?? '', javaScriptEnabled })).newPage()
      await other.goto('/login')
      await logIn(other, { ...person, password: 'an otter on a bicycle' })
      await expect(other).toHaveURL(/\/dashboard$/)
      await other.context().close()
    })

    test('a member of the group “Support” may look at users and change them, and nothing else', async ({
      page,
      server,
      browser,
      baseURL,
      loggedIn,
    }) => {
      const boss = await loggedIn(page, { superuser: true })
      const group = `Support ${unique()}`
      await page.goto('/admin/groups')
      await page.getByRole('link', { name: 'Add group' }).click()
      await page.getByLabel('Name', { exact: true }).fill(group)
      for (const right of ['view', 'change']) await choose(page, 'permissions', `accounts | user | Can ${right} user`, javaScriptEnabled)
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(statusOf(page, `The group “${group}” was added successfully.`)).toBeVisible()
      const [helper, customer] = [newPerson(), newPerson()]
      await addUser(page, customer)
      await addUser(page, helper)
      await page.getByLabel('Staff status').check()
      await choose(page, 'groups', group, javaScriptEnabled)
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(chosenIn(page, 'groups').getByText(group)).toBeVisible()

      const own = await elsewhere(browser, baseURL, helper, javaScriptEnabled)
      await expect(own.getByRole('navigation', { name: 'Admin' }).getByRole('link')).toHaveText(['Overview', 'Users'])
      await own.goto(`/admin/users/${await idOf(server, customer)}`)
      await expect(own.getByLabel('Staff status')).toHaveCount(0)
      await expect(own.getByRole('link', { name: 'Delete', exact: true })).toHaveCount(0)
      await own.getByLabel('Name', { exact: true }).fill('Changed by support')
      await own.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(statusOf(own, 'was changed successfully.')).toBeVisible()
      await expect(own.getByRole('link', { name: 'Add user' })).toHaveCount(0)
      await expect(own.getByRole('button', { name: 'Delete…' })).toHaveCount(0)
      const bossId = await idOf(server, boss)
      await own.goto(`/admin/users/${bossId}`)
      await expect(own.getByText('only a superuser may change the account')).toBeVisible()
      await expect(own.getByRole('main').getByRole('button')).toHaveCount(0)
      await expect(own.getByRole('main').getByRole('textbox')).toHaveCount(0)
      for (const path of [
        'users/add',
        'users/delete',
        `users/${bossId}/delete`,
        `users/${bossId}/password`,
        'groups',
        'groups/add',
        'audit',
        'sessions',
      ]) {
        const answer = await own.goto(`/admin/${path}`)
        expect(answer?.status(), path).toBe(403)
        await expect(own.getByRole('heading', { name: 'You do not have permission' })).toBeVisible()
      }
      await own.context().close()
    })

    test('strangers are led to the login page, other people are refused by name and the log does not say it, and what is not there is 404', async ({
      page,
      server,
      loggedIn,
    }) => {
      await page.goto('/admin/users?search=x')
      await expect(page).toHaveURL(/\/admin\/login\?next=%2Fadmin%2Fusers%3Fsearch%3Dx$/)
      const person = await loggedIn(page)
      await page.goto('/dashboard')
      await expect(page.getByRole('link', { name: 'Admin', exact: true })).toHaveCount(0)
      for (const path of ['/admin', '/admin/', '/admin/users', '/admin/users/1', '/admin/audit']) {
        expect((await page.goto(path))?.status(), path).toBe(403)
        await expect(page.getByText(`You are authenticated as ${person.email}, but are not authorized to access this page.`)).toBeVisible()
      }
      expect(server.output()).not.toContain(person.email)
      await server.sql('UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE WHERE email = ?', [person.email])
      for (const path of ['/admin/users/999999999', '/admin/users/x', '/admin/groups/999999999', '/admin/users/999999999/history']) {
        expect((await page.goto(path))?.status(), path).toBe(404)
        await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
      }
    })
  })
}

test('AD-6: what people call themselves runs nowhere', async ({ page, server, loggedIn, newAccount }) => {
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await loggedIn(page, { superuser: true })
  const hostile = await newAccount({ person: { name: HOSTILE } })
  await server.sql('UPDATE accounts_session SET user_agent = ? WHERE user_id = ?', [HOSTILE, hostile.id])
  await server.sql(
    `INSERT INTO accounts_auditevent (at, event, outcome, subject_id, user_agent, request_id, detail)
     SELECT at, event, outcome, subject_id, ?, ?, ? FROM accounts_auditevent WHERE subject_id = ?`,
    [HOSTILE, HOSTILE, JSON.stringify({ [HOSTILE]: HOSTILE }), hostile.id],
  )
  const name = `${HOSTILE}${unique()}`
  await server.sql('INSERT INTO auth_group (name) VALUES (?)', [name])
  const [group] = await server.sql('SELECT id FROM auth_group WHERE name = ?', [name])
  const pages = ['users?search=onload', `users?search=${encodeURIComponent(HOSTILE)}`, `users/${hostile.id}`, `users/${hostile.id}/delete`]
  for (const path of [
    ...pages,
    `audit?subject_id=${hostile.id}`,
    'sessions',
    'groups',
    `groups/${group?.id}`,
    `groups/${group?.id}/delete`,
  ]) {
    expect((await page.goto(`/admin/${path}`))?.status(), path).toBe(200)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await page.locator('main [onload], main [onerror]').count(), path).toBe(0)
  }
  expect(dialogs).toEqual([])
})

test('Ctrl+S saves, and shift ticks a range', async ({ page, loggedIn }) => {
  await loggedIn(page, { superuser: true })
  const word = `Row${unique()}`
  const people = Array.from({ length: 3 }, () => ({ ...newPerson(), name: word }))
  for (const person of people) await addUser(page, person)
  await page.getByLabel('First name').fill('Typed')
  await page.keyboard.press('Control+s')
  await expect(page).toHaveURL(/\/admin\/users$/)
  await page.goto(`/admin/users?search=${word}`)
  const boxes = page.getByRole('rowgroup').last().getByRole('checkbox')
  await expect(page.getByText('0 of 3 selected')).toBeVisible()
  await boxes.first().click()
  await boxes.last().click({ modifiers: ['Shift'] })
  await expect(page.getByText('3 of 3 selected')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, { tag: '@drill' }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('no page of the admin area has an accessibility violation or scrolls sideways', async ({
        page,
        server,
        loggedIn,
        newAccount,
      }) => {
        const boss = await loggedIn(page, { superuser: true })
        const long = await newAccount({ person: { name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3) } })
        const name = `Group ${unique()}`
        await server.sql('INSERT INTO auth_group (name) VALUES (?)', [name])
        const [group] = await server.sql('SELECT id FROM auth_group WHERE name = ?', [name])
        const check = async (state: string) => {
          expect(await violationsOf(page), state).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(width)
          expect(await page.locator('h1').count(), `${state} has one h1`).toBe(1)
        }
        const ofUser = ['', '/password', '/delete', '/history'].map((page) => `users/${long.id}${page}`)
        const ofGroup = ['', '/delete', '/history'].map((page) => `groups/${group?.id}${page}`)
        const lists = [
          'users',
          'users?ordering=name,-email&is_active=true',
          'users?search=no-one-is-called-so',
          'groups',
          'audit',
          'sessions',
        ]
        const others = [
          'users/add',
          'groups/add',
          `users/${await idOf(server, boss)}`,
          `users/delete?ids=${long.id}`,
          `users/deactivate?ids=${long.id}`,
        ]
        for (const path of ['', ...lists, ...ofUser, ...ofGroup, ...others]) {
          expect((await page.goto(`/admin/${path}`))?.status(), path).toBe(200)
          await check(path)
        }
        await page.goto('/admin/users/add')
        await formReady(page)
        await page.getByRole('button', { name: 'Save', exact: true }).click()
        await expect(page.getByText('There is a problem')).toBeVisible()
        await check('a refused form')
        await page.goto('/admin')
        for (const summary of await page.locator('summary').all()) await summary.click()
        await check('the figures')
      })
    })
  }
}
