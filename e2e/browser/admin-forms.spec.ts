/** The admin area's sign-in and forms in a browser: step-up, conflicts and pickers, with and without JavaScript (AD-2, AF-3, AF-8, AF-10). */
import type { Page } from '@playwright/test'
import { type Account, PASSWORD, unique } from '../../lib/http/testing/accounts.ts'
import { as, forgetProof } from '../../lib/http/testing/staff.ts'
import { type Call, expect, test } from '../fixtures'
import { violationsOf } from './axe'
import { formReady, newPerson, summaryOf } from './people'
import { choose, chosenIn } from './pickers'

const REFUSED = 'Please enter the correct email and password for a staff account. Note that both fields may be case-sensitive.'

const statusOf = (page: Page, text: string | RegExp) => page.getByRole('status').filter({ hasText: text })
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()

async function logInAt(page: Page, { email }: Pick<Account, 'email'>, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

const addGroup = async (call: Call, root: Account, name: string): Promise<number> =>
  ((await call('/api/admin/groups/', { json: { name }, ...as(root) })).body as { id: number }).id

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'admin forms with JavaScript' : 'admin forms without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('staff sign in at the admin area’s own page and land where they wanted; others are refused in Django’s words', async ({
      page,
      newAccount,
    }) => {
      const [member, plain] = [await newAccount({ permissions: ['view_user'] }), await newAccount()]
      await page.goto('/admin/users?search=no-one-is-called-so')
      await expect(page).toHaveURL(/\/admin\/login\?next=/)
      await expect(page).toHaveTitle(/^Log in – .* administration$/)
      await expect(page.getByRole('heading', { level: 1, name: 'Log in' })).toBeVisible()
      for (const [account, password] of [
        [member, 'wrong'],
        [plain, PASSWORD],
      ] as const) {
        await logInAt(page, account, password)
        await expect(summaryOf(page)).toContainText(REFUSED)
        await expect(page.getByLabel('Email address')).toHaveValue(account.email)
        await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
      }
      await logInAt(page, member)
      await expect(page).toHaveURL(/\/admin\/users\?search=no-one-is-called-so$/)
    })

    test('a signed-in user who is not staff can sign in to another account there', async ({ page, newAccount }) => {
      const [member, plain] = [await newAccount({ staff: true }), await newAccount()]
      await page.goto('/login')
      await page.getByLabel('Email address').fill(plain.email)
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      expect((await page.goto('/admin'))?.status()).toBe(403)
      await expect(page.getByText(`You are authenticated as ${plain.email}, but are not authorized to access this page.`)).toBeVisible()
      await page.getByRole('link', { name: 'Log in to a different account' }).click()
      await expect(page.getByText(`You are authenticated as ${plain.email}`)).toBeVisible()
      await logInAt(page, member)
      await expect(page).toHaveURL(/\/admin$/)
    })

    test('what was typed survives the question for the password; a name needs none', async ({
      page,
      call,
      server,
      loggedIn,
      newAccount,
    }) => {
      const me = await loggedIn(page, { superuser: true })
      const [user, group] = [await newAccount(), `Night shift ${unique()}`]
      await addGroup(call, await newAccount({ superuser: true }), group)
      await forgetProof(server.sql, me)
      await page.goto(`/admin/users/${user.id}`)
      await page.getByLabel('Name', { exact: true }).fill('Named without a word')
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(statusOf(page, 'was changed successfully. You may edit it again below.')).toBeVisible()

      await choose(page, 'groups', group, javaScriptEnabled)
      await page.getByLabel('First name').fill('Typed before')
      await page.getByLabel('Staff status').check()
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(page.getByRole('heading', { name: 'Confirm it’s you' })).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill('wrong')
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(summaryOf(page)).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(statusOf(page, 'Your changes aren’t saved yet')).toBeVisible()
      await expect(page.getByLabel('First name')).toHaveValue('Typed before')
      await expect(page.getByLabel('Staff status')).toBeChecked()
      await expect(chosenIn(page, 'groups').getByText(group)).toBeVisible()
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(statusOf(page, 'was changed successfully.')).toBeVisible()
      await expect(page.getByLabel('Staff status')).toBeChecked()
    })

    test('of two who save the second sees who did what, keeps their own, and may save over it; the history tells both', async ({
      page,
      call,
      loggedIn,
      newAccount,
    }) => {
      await loggedIn(page, { superuser: true })
      const [ann, user] = [await newAccount({ superuser: true }), await newAccount({ person: { name: 'Old name' } })]
      await page.goto(`/admin/users/${user.id}`)
      await call(`/api/admin/users/${user.id}/`, { method: 'PATCH', json: { name: 'Ann’s name' }, ...as(ann) })
      await page.getByLabel('Name', { exact: true }).fill('My name')
      await save(page)
      await expect(summaryOf(page)).toContainText('Someone else has saved changes since you opened this page')
      const notice = page.getByRole('region', { name: 'Changed since you opened this page' })
      await expect(notice).toContainText(`Changed Name by ${ann.email}`)
      await expect(notice).toContainText('“Old name”')
      await expect(notice.getByRole('listitem').last()).toContainText('“Ann’s name”')
      await expect(notice.getByRole('listitem').last()).toContainText('“My name”')
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue('My name')
      await page.getByRole('button', { name: 'Save and continue editing' }).click()
      await expect(statusOf(page, 'was changed successfully.')).toBeVisible()
      await page.getByRole('link', { name: 'History' }).click()
      await expect(page.getByRole('row').filter({ hasText: '“My name”' })).toContainText('“Ann’s name”')
      await page.getByLabel('By', { exact: true }).selectOption(ann.email)
      await page.getByRole('button', { name: 'Show' }).click()
      await expect(page.getByRole('row').filter({ hasText: 'Changed Name' })).toHaveCount(1)
      await expect(page.getByRole('row').filter({ hasText: '“Old name”' })).toBeVisible()
    })

    test('an account is added by invitation, and then another', async ({ page, server, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      const email = `${unique()}@example.com`
      await page.goto('/admin/users/add')
      await page.getByLabel('Email address').fill(email)
      await page.getByLabel('Name', { exact: true }).fill('Invited')
      await page.getByLabel('Phone').fill(newPerson().phone)
      await page.getByLabel('Send an invitation').check()
      await expect(page.getByLabel('Password', { exact: true })).toBeHidden()
      await page.getByRole('button', { name: 'Save and add another' }).click()
      await expect(statusOf(page, `Invitation sent to ${email}. You may add another below.`)).toBeVisible()
      await expect(page.getByLabel('Email address')).toHaveValue('')
      const messages = await server.sql("SELECT kind FROM accounts_outboxmail WHERE recipient = ? AND kind = 'invitation'", [email])
      expect(messages).toHaveLength(1)
    })

    test('groups beyond one’s own permissions are shown, cannot be given or taken, and stay', async ({
      page,
      call,
      server,
      newAccount,
    }) => {
      const root = await newAccount({ superuser: true })
      const [mine, beyond, given] = [`Mine ${unique()}`, `Beyond ${unique()}`, `Given ${unique()}`]
      const ids = [await addGroup(call, root, mine), await addGroup(call, root, beyond), await addGroup(call, root, given)]
      for (const [index, codename] of ['view_user', 'delete_user', 'delete_group'].entries()) {
        await server.sql(
          'INSERT INTO auth_group_permissions (group_id, permission_id) SELECT ?, id FROM auth_permission WHERE codename = ?',
          [ids[index] ?? 0, codename],
        )
      }
      const [helper, user] = [await newAccount({ permissions: ['view_user', 'change_user'] }), await newAccount()]
      await page.goto(`/admin/users/${user.id}`)
      await logInAt(page, helper)
      await choose(page, 'groups', mine, javaScriptEnabled)
      await save(page)
      await expect(statusOf(page, 'was changed successfully.')).toBeVisible()
      await page.goto(`/admin/users/${user.id}`)
      await page.getByLabel('Find among groups', { exact: true }).fill(beyond)
      if (javaScriptEnabled) {
        const option = page.getByRole('option', { name: beyond })
        await expect(option).toHaveAttribute('aria-disabled', 'true')
        await expect(option).toContainText('You do not hold this yourself')
        await option.click({ force: true })
        await expect(chosenIn(page, 'groups').getByText(beyond)).toHaveCount(0)
      } else {
        await page.getByRole('button', { name: 'Find groups' }).click()
        await expect(page.getByRole('checkbox', { name: beyond })).toBeDisabled()
        await expect(page.getByRole('listitem').filter({ hasText: beyond })).toContainText('You do not hold this yourself')
      }
      await server.sql('INSERT INTO accounts_user_groups (user_id, group_id) VALUES (?, ?)', [user.id, ids[1] ?? 0])
      await page.goto(`/admin/users/${user.id}`)
      await expect(page.getByText('This account may do something that you may not')).toBeVisible()
      for (const name of [beyond, mine]) await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible()
    })
  })
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('Enter in a field saves, Enter in a search searches and keeps what was typed', async ({ page, call, loggedIn, newAccount }) => {
    await loggedIn(page, { superuser: true })
    const root = await newAccount({ superuser: true })
    const [user, group] = [await newAccount(), `Searched ${unique()}`]
    await addGroup(call, root, group)
    await page.goto(`/admin/users/${user.id}`)
    await page.getByLabel('Name', { exact: true }).fill('Typed first')
    await page.getByLabel('Find among groups', { exact: true }).fill(group)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('checkbox', { name: group })).toBeVisible()
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Typed first')
    await page.getByRole('checkbox', { name: group }).check()
    await page.getByLabel('Name', { exact: true }).press('Enter')
    await expect(page).toHaveURL(/\/admin\/users$/)
    await page.goto(`/admin/users/${user.id}`)
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Typed first')
    await expect(page.getByRole('list', { name: 'Chosen groups' }).getByRole('checkbox', { name: group })).toBeChecked()
  })
})

test('what was ticked and typed before JavaScript took over is not lost when it does', async ({
  page,
  call,
  server,
  loggedIn,
  newAccount,
}) => {
  await loggedIn(page, { superuser: true })
  const root = await newAccount({ superuser: true })
  const [user, word] = [await newAccount(), unique()]
  for (const name of ['Alpha', 'Beta']) await addGroup(call, root, `${word} ${name}`)
  await server.sql('INSERT INTO accounts_user_groups (user_id, group_id) SELECT ?, id FROM auth_group WHERE name = ?', [
    user.id,
    `${word} Alpha`,
  ])
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.goto(`/admin/users/${user.id}`, { waitUntil: 'commit' })
  await page.getByRole('checkbox', { name: `${word} Alpha` }).uncheck()
  await page.getByRole('checkbox', { name: 'accounts | user | Can view user' }).check()
  await page.getByLabel('Find among groups', { exact: true }).fill(`${word} Beta`)
  release()
  const available = page.getByRole('listbox', { name: /^Available groups/ })
  await expect(available.getByRole('option')).toHaveText([`${word} Beta`])
  await expect(page.getByLabel('Find among groups', { exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(chosenIn(page, 'groups').getByRole('option')).toHaveText([`${word} Beta`])
  await expect(chosenIn(page, 'user permissions').getByRole('option')).toHaveText(['accounts | user | Can view user'])
  await save(page)
  await expect(page).toHaveURL(/\/admin\/users$/)
  const { body } = await call(`/api/admin/users/${user.id}/`, as(root))
  expect((body as { groups: { name: string }[] }).groups.map(({ name }) => name)).toEqual([`${word} Beta`])
})

test('what arrives in a picker’s search at the moment JavaScript takes over narrows its list', async ({
  page,
  call,
  context,
  loggedIn,
  newAccount,
}) => {
  await loggedIn(page, { superuser: true })
  const root = await newAccount({ superuser: true })
  const [user, word] = [await newAccount(), unique()]
  for (const name of ['Alpha', 'Beta']) await addGroup(call, root, `${word} ${name}`)
  const devTools = await context.newCDPSession(page)
  for (const rate of [3, 5, 7, 9]) {
    // On a slow phone, text that is put in at once is itself what makes React hydrate the form.
    await devTools.send('Emulation.setCPUThrottlingRate', { rate })
    await page.goto(`/admin/users/${user.id}`, { waitUntil: 'commit' })
    await page.getByLabel('Find among groups', { exact: true }).fill(`${word} Beta`)
    await expect(page.getByRole('listbox', { name: /^Available groups/ }).getByRole('option')).toHaveText([`${word} Beta`])
  }
})

test('a double click, as Django’s lists want it, gives the one permission that was under it and no other', async ({ page, loggedIn }) => {
  await loggedIn(page, { superuser: true })
  await page.goto('/admin/groups/add')
  await page.getByLabel('Find among permissions', { exact: true }).fill('user')
  const available = page.getByRole('listbox', { name: /^Available permissions/ })
  await available.getByRole('option', { name: 'accounts | user | Can change user' }).dblclick()
  await expect(chosenIn(page, 'permissions').getByRole('option')).toHaveText(['accounts | user | Can change user'])
  await chosenIn(page, 'permissions').getByRole('option').dblclick()
  await expect(chosenIn(page, 'permissions').getByRole('option')).toHaveCount(0)
})

test('the lists are worked by keyboard alone: arrows, Enter, choose all and remove all, and each step is said', async ({
  page,
  call,
  loggedIn,
  newAccount,
}) => {
  await loggedIn(page, { superuser: true })
  const root = await newAccount({ superuser: true })
  const [user, word] = [await newAccount(), unique()]
  for (const name of ['A', 'B', 'C']) await addGroup(call, root, `${word} ${name}`)
  await page.goto(`/admin/users/${user.id}`)
  const available = page.getByRole('listbox', { name: /^Available groups/ })
  const chosen = page.getByRole('listbox', { name: /^Chosen groups/ })
  await page.getByLabel('Find among groups', { exact: true }).fill(word)
  await expect(available.getByRole('option')).toHaveText(['A', 'B', 'C'].map((name) => `${word} ${name}`))
  await page.keyboard.press('ArrowDown')
  await expect(available).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(available.getByRole('option', { selected: true })).toHaveText(`${word} B`)
  await page.keyboard.press('Enter')
  await expect(chosen.getByRole('option')).toHaveText([`${word} B`])
  await expect(statusOf(page, `${word} B added, 1 chosen`)).toBeAttached()
  await expect(page).toHaveURL(new RegExp(`/admin/users/${user.id}$`))
  await page.getByRole('button', { name: 'Choose all groups' }).focus()
  await page.keyboard.press('Enter')
  await expect(chosen.getByRole('option')).toHaveText(['A', 'B', 'C'].map((name) => `${word} ${name}`))
  await chosen.focus()
  await page.keyboard.press('End')
  await page.keyboard.press(' ')
  await expect(chosen.getByRole('option')).toHaveText(['A', 'B'].map((name) => `${word} ${name}`))
  await page.keyboard.press('Control+s')
  await expect(page).toHaveURL(/\/admin\/users$/)
  await page.goto(`/admin/users/${user.id}`)
  await expect(chosen.getByRole('option')).toHaveText(['A', 'B'].map((name) => `${word} ${name}`))
  await page.getByRole('button', { name: 'Remove all groups' }).click()
  await save(page)
  expect((await call(`/api/admin/users/${user.id}/`, as(root))).body).toMatchObject({ groups: [] })
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, { tag: '@drill' }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } })

      test('no state of the admin area’s forms has an accessibility violation or scrolls sideways', async ({
        page,
        call,
        loggedIn,
        newAccount,
      }) => {
        const check = async (state: string) => {
          expect(await violationsOf(page), state).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(width)
          expect(await page.locator('h1').count(), state).toBe(1)
        }
        await page.goto('/admin')
        await check('login')
        await formReady(page)
        await logInAt(page, { email: `${unique()}@example.com` }, 'wrong')
        await expect(summaryOf(page)).toBeVisible()
        await check('login-refused')
        await loggedIn(page, { superuser: true })
        const root = await newAccount({ superuser: true })
        const user = await newAccount()
        await addGroup(call, root, `Wolfeschlegelsteinhausenbergerdorff ${unique()}`)
        await page.goto(`/admin/users/${user.id}`)
        await expect(page.getByRole('listbox')).toHaveCount(4)
        await check('user')
        await call(`/api/admin/users/${user.id}/`, { method: 'PATCH', json: { name: 'Elsewhere', is_staff: true }, ...as(root) })
        await page.getByLabel('Name', { exact: true }).fill('Here')
        await save(page)
        await expect(summaryOf(page)).toBeVisible()
        await check('conflict')
        await page.goto(`/admin/users/${user.id}/history`)
        await check('history')
        await page.goto('/admin/users/add')
        await page.getByLabel('Send an invitation').check()
        await check('invitation')
      })
    })
  }
}
