/** The lists of the admin area as people use them, with and without JavaScript. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { allColumns } from '../../lib/admin/core/declaration'
import { userAdmin } from '../../lib/admin/models/users/declaration'
import { unique } from '../../lib/http/testing/accounts.ts'
import { expect, test } from '../fixtures'
import { violationsOf } from './axe'
import { summaryOf } from './people'

const filtersOf = (page: Page) => page.getByRole('complementary', { name: 'Filters' })
const rowsOf = (page: Page) => page.locator('.object-table tbody tr')
/** A head that sorts has more lines than its name. */
const headsOf = async (page: Page) => (await page.getByRole('columnheader').allInnerTexts()).map((text) => text.split('\n')[0])
const columnsOf = (page: Page) => page.getByRole('group', { name: 'Show these columns of users' })
const openColumns = (page: Page) => page.locator('summary', { hasText: 'Columns' }).click()

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'lists with JavaScript' : 'lists without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('each choice of a filter says how many rows it has, and has them', async ({ page, server, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const word = `Count${unique()}`
      const [one] = await Promise.all([1, 2, 3].map((n) => newAccount({ person: { name: `${word} ${n}` } })))
      await server.sql('UPDATE accounts_user SET is_active = FALSE WHERE id = ?', [one?.id ?? 0])
      for (const [list, choice, count] of [
        ['By active', 'No', 1],
        ['By active', 'Yes', 2],
        ['By date joined', 'Past 7 days', 3],
        ['By superuser status', 'No', 3],
      ] as const) {
        await page.goto(`/admin/users?search=${word}`)
        const link = filtersOf(page).getByRole('list', { name: list }).getByRole('link', { name: choice })
        await expect(link).toHaveText(`${choice} ${count}`)
        await link.click()
        await expect(rowsOf(page)).toHaveCount(count)
      }
      await filtersOf(page).getByRole('link', { name: 'Clear all filters' }).click()
      // The search is no filter.
      await expect(page).toHaveURL(new RegExp(`/admin/users\\?search=${word}$`))
      await expect(filtersOf(page).getByRole('link', { name: 'Clear all filters' })).toHaveCount(0)
    })

    test('an action goes on with the same rows after the password was asked again', async ({ page, server, loggedIn, newAccount }) => {
      const root = await loggedIn(page, { superuser: true })
      const word = `Kept${unique()}`
      const people = await Promise.all([1, 2, 3].map((n) => newAccount({ person: { name: `${word} ${n}` } })))
      const group = `Group ${word}`
      await server.sql('INSERT INTO auth_group (name) VALUES (?)', [group])
      await page.goto(`/admin/users?search=${word}&ordering=-name`)
      await server.sql(
        'UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = (SELECT id FROM accounts_user WHERE email = ?)',
        [root.email],
      )
      for (const person of people.slice(1)) await page.getByLabel(`Select ${person.email}`).check()
      await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Add selected users to the group' })
      await page.getByLabel('Group', { exact: true }).selectOption({ label: group })
      await page.getByRole('button', { name: 'Go' }).click()
      await expect(page.getByRole('heading', { name: 'Confirm it’s you' })).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill(root.password)
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page).toHaveURL(/search=Kept.*ordering=-name/)
      await expect(page.getByText('What you chose is kept')).toBeVisible()
      await expect(page.getByLabel(`Select ${people[0]?.email}`)).not.toBeChecked()
      for (const person of people.slice(1)) await expect(page.getByLabel(`Select ${person.email}`)).toBeChecked()
      await page.getByRole('button', { name: 'Go' }).click()
      await expect(page.getByRole('status').filter({ hasText: '2 users were added to the group.' })).toBeVisible()
      const members = await server.sql(
        'SELECT user_id FROM accounts_user_groups WHERE group_id = (SELECT id FROM auth_group WHERE name = ?) ORDER BY user_id',
        [group],
      )
      expect(new Set(members.map(({ user_id: id }) => Number(id)))).toEqual(new Set(people.slice(1).map(({ id }) => id)))
    })

    test('Back after an action finds no row chosen and no action', async ({ page, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const word = `Back${unique()}`
      const people = await Promise.all([1, 2, 3].map((n) => newAccount({ person: { name: `${word} ${n}` } })))
      await page.goto(`/admin/users?search=${word}&ordering=name&is_active=true`)
      await page.getByLabel(`Select ${people[0]?.email}`).check()
      await page.getByRole('button', { name: 'Deactivate…' }).click()
      await page.getByRole('button', { name: 'Yes, I’m sure' }).click()
      await expect(page.getByRole('status').filter({ hasText: '1 user was deactivated.' })).toBeVisible()
      await page.goBack()
      await expect(page.getByRole('heading', { name: 'Deactivate 1 user?' })).toBeVisible()
      await page.goBack()
      await expect(rowsOf(page)).toHaveCount(2)
      await expect(page.locator('#action-form input:checked')).toHaveCount(0)
      await expect(page.getByLabel('Action', { exact: true })).toHaveValue('')
    })

    test('an action that is refused leaves the list where it was, with all that was ticked', async ({
      page,
      server,
      loggedIn,
      newAccount,
    }) => {
      await loggedIn(page, { superuser: true })
      const word = `Many${unique()}`
      const { id } = await newAccount({ person: { name: word } })
      const columns = 'password, is_superuser, first_name, last_name, is_staff, is_active, date_joined'
      for (let n = 0; n < 60; n += 1) {
        await server.sql(
          `INSERT INTO accounts_user (email, name, username, phone, ${columns})
          SELECT ?, name, ?, ?, ${columns} FROM accounts_user WHERE id = ?`,
          [`${word}-${n}@example.com`, `${word}${n}`, `${word}${n}`, id],
        )
      }
      const list = `/admin/users?search=${word}&ordering=-email`
      await page.goto(list)
      for (const box of await page.locator('input[name="ids"]').all()) await box.check()
      await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Add selected users to the group' })
      await page.getByRole('button', { name: 'Go' }).click()
      await expect(summaryOf(page).getByText('Choose a group')).toBeVisible()
      await expect(page).toHaveURL(new RegExp(`/admin/users\\?search=${word}&ordering=-email$`))
      await expect(page.locator('input[name="ids"]:checked')).toHaveCount(61)
    })

    test('an invalid search or filter shows no rows, says so above and at its field, and keeps it', async ({ page, loggedIn }) => {
      await loggedIn(page, { superuser: true })
      for (const [query, words, field] of [
        [`q=${'x'.repeat(201)}`, 'Search: use 200 characters or fewer', '#search'],
        ['is_active=perhaps', 'Active: choose one of the options', '#filter-is_active'],
      ] as const) {
        await page.goto(`/admin/users?${query}`)
        await expect(page).toHaveTitle(/^Error: Users/)
        await expect(summaryOf(page).getByRole('link', { name: words })).toHaveAttribute('href', field)
        await expect(page.locator(`${field}-error`)).toContainText(words)
        await expect(rowsOf(page)).toHaveCount(0)
        await expect(page.locator('.list-search')).toContainText('None shown')
        await expect(page.getByText('that match')).toHaveCount(0)
        await expect(page.getByRole('link', { name: 'Export as CSV' })).toHaveCount(0)
      }
      await page.goto('/admin/audit?since=foo')
      await expect(summaryOf(page).getByRole('link', { name: 'enter a date, like' })).toHaveAttribute('href', '#filter-since')
      await expect(page.locator('#filter-since')).toHaveAttribute('aria-invalid', 'true')
      await expect(rowsOf(page)).toHaveCount(0)
      for (const action of ['delete', 'deactivate']) {
        await page.goto(`/admin/users/${action}?all=true&is_active=perhaps`)
        await expect(page.getByRole('heading', { name: 'Nothing was selected' })).toBeVisible()
      }
    })

    test('who is left out of an action is named, with the reason', async ({ page, server, loggedIn, newAccount }) => {
      const root = await loggedIn(page, { superuser: true })
      const word = `Left${unique()}`
      const user = await newAccount({ person: { name: `${word} user` } })
      await server.sql('UPDATE accounts_user SET name = ? WHERE email = ?', [`${word} me`, root.email])
      await page.goto(`/admin/users?search=${word}`)
      for (const { email } of [root, user]) await page.getByLabel(`Select ${email}`).check()
      await page.getByRole('button', { name: 'Deactivate…' }).click()
      await page.getByRole('button', { name: 'Yes, I’m sure' }).click()
      await expect(page.getByRole('status').filter({ hasText: '1 user was deactivated.' })).toContainText(
        // Which of the two is found first depends on whether there are other superusers.
        new RegExp(`Not ${root.email}: (it is your own account|one active superuser must remain)\\.`),
      )
    })

    test('chosen rows are downloaded in the order of the list, and the list stays', async ({ page, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const word = `Down${unique()}`
      const people = await Promise.all(['A', 'B', 'C'].map((letter) => newAccount({ person: { name: `${word} ${letter}` } })))
      await page.goto(`/admin/users?search=${word}&ordering=-name`)
      for (const person of people.slice(1)) await page.getByLabel(`Select ${person.email}`).check()
      for (const _ of ['once', 'and again']) {
        await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Export selected users as CSV' })
        const download = page.waitForEvent('download')
        await page.getByRole('button', { name: 'Go' }).click()
        const lines = readFileSync((await (await download).path()) as string, 'utf8')
          .trim()
          .split('\r\n')
        expect(lines.slice(1).map((line) => line.split(',')[1])).toEqual([people[2]?.email, people[1]?.email])
      }
      await expect(rowsOf(page)).toHaveCount(3)
    })

    test('chosen columns are part of the address, can be sorted by, and are given back', async ({ page, server, loggedIn, newAccount }) => {
      await loggedIn(page, { superuser: true })
      const word = `Columns${unique()}`
      const [early, late] = await Promise.all(['B', 'A'].map((letter) => newAccount({ person: { name: `${word} ${letter}` } })))
      for (const [account, day] of [
        [early, '2026-01-01'],
        [late, '2026-02-01'],
      ] as const)
        await server.sql(`UPDATE accounts_user SET last_login = '${day}T10:00:00.000Z' WHERE id = ?`, [account?.id ?? 0])
      await page.goto(`/admin/users?search=${word}&ordering=email`)
      const ownHeads = await headsOf(page)
      expect(ownHeads).toEqual(['Email address', 'Name', 'Phone', 'Staff status', 'Active'])

      await openColumns(page)
      await expect(columnsOf(page).getByLabel('Email address')).toBeDisabled()
      await columnsOf(page).getByLabel('Last login').check()
      await columnsOf(page).getByLabel('Phone').uncheck()
      await page.getByRole('button', { name: 'Show these columns' }).click()
      await expect(page).toHaveURL(/search=Columns.*ordering=email/)
      expect(await headsOf(page)).toEqual(['Email address', 'Name', 'Staff status', 'Active', 'Last login'])
      const head = page.getByRole('columnheader', { name: 'Last login' })
      for (const [direction, order, first] of [
        ['ascending', 'ordering=last_login%2Cemail', early],
        ['descending', 'ordering=-last_login%2Cemail', late],
      ] as const) {
        await head.getByRole('link', { name: 'Last login' }).first().click()
        await expect(head).toHaveAttribute('aria-sort', direction)
        await expect(page).toHaveURL(new RegExp(order))
        await expect(rowsOf(page).first()).toContainText(first?.email ?? '')
      }

      await openColumns(page)
      await page.getByRole('link', { name: 'Default', exact: true }).click()
      await expect(page).toHaveURL(/ordering=-last_login%2Cemail$/)
      expect(await headsOf(page)).toEqual(ownHeads)
      await expect(rowsOf(page).first()).toContainText(late?.email ?? '')
    })
  })
}

test('the tab key comes to the search first, then to the actions and rows, and to the filters beside them last', async ({
  page,
  loggedIn,
}) => {
  await loggedIn(page, { superuser: true })
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto('/admin/users?is_superuser=true')
  await page.getByLabel('Search users').focus()
  const passed: string[] = []
  for (let stops = 0; stops < 80 && !passed.includes('.filters'); stops += 1) {
    await page.keyboard.press('Tab')
    const place = await page.evaluate(
      (places) => places.find((place) => document.activeElement?.closest(place)) ?? '',
      ['.filters', '.object-table', '.action-bar'],
    )
    if (place !== '' && !passed.includes(place)) passed.push(place)
  }
  expect(passed).toEqual(['.action-bar', '.object-table', '.filters'])
})

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(
      `a list with its filters and all its columns has no accessibility violation at ${width} pixels, ${colorScheme}`,
      { tag: '@drill' },
      async ({ page, server, loggedIn }, info) => {
        await loggedIn(page, { superuser: true })
        await server.sql('INSERT INTO auth_group (name) VALUES (?)', [`${'A name as long as a group may have it '.repeat(3)}${unique()}`])
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        await page.goto(`/admin/users?is_staff=true&columns=${allColumns(userAdmin).join(',')}`)
        await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Add selected users to the group' })
        expect(await rowsOf(page).first().locator('td[data-label]').count()).toBe(allColumns(userAdmin).length - 1)
        await openColumns(page)
        await page.screenshot({ path: info.outputPath(`list-${colorScheme}-${width}.png`), fullPage: true })
        expect(await violationsOf(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      },
    )
  }
}

test('rows lie close together with a mouse, and keep their room for fingers', async ({ page, loggedIn }) => {
  await loggedIn(page, { superuser: true })
  await page.goto('/admin/users')
  const lowest = () => rowsOf(page).evaluateAll((rows) => Math.min(...rows.map((row) => row.getBoundingClientRect().height)))
  await page.setViewportSize({ width: 1280, height: 800 })
  expect(await lowest()).toBeLessThanOrEqual(40)
  await page.setViewportSize({ width: 390, height: 800 })
  const box = await page.locator('.object-table tbody .select label').first().boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(40)
})
