import type { Browser, Page } from '@playwright/test'
import { ageSessions, MINUTE } from '../../lib/http/testing/aging.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { violationsOf } from './axe'
import { formReady, logIn, type Person, signOut, signUp } from './people'

const CHROME = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** The same person in another browser. */
async function elsewhere(browser: Browser, baseURL: string | undefined, person: Person): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: baseURL ?? '', userAgent: FIREFOX })).newPage()
  await page.goto('/login')
  await logIn(page, person)
  await expect(page).toHaveURL(/\/dashboard$/)
  return page
}

/** Time passes: the password was entered a while ago. */
async function letTimePass(server: TestServer, { email }: Person): Promise<void> {
  const [row] = await server.sql('SELECT id FROM accounts_user WHERE email = ?', [email])
  await ageSessions(server, Number(row?.id), { authenticated_at: 11 * MINUTE })
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'sessions with JavaScript' : 'sessions without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled, userAgent: CHROME })

    test('SE-1: the only session is this device’s; another browser’s is listed below it', async ({ page, browser, baseURL, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/dashboard')
      await page.getByRole('link', { name: 'All your sessions' }).click()
      const rows = page
        .getByRole('main')
        .getByRole('listitem')
        .filter({ has: page.getByRole('button') })
      await expect(rows).toHaveCount(1)
      await expect(rows).toContainText(/Chrome on macOS\s*This device/)
      await expect(page.getByText('This is your only session.')).toBeVisible()
      await expect(page.getByRole('link', { name: 'Sign out all other sessions' })).toHaveCount(0)

      const other = await elsewhere(browser, baseURL, person)
      await page.reload()
      await expect(rows).toHaveCount(2)
      await expect(rows.nth(0)).toContainText('This device')
      await expect(rows.nth(1)).toContainText(/Firefox on Linux.*Browser.*127\.0\.0\.1.*Last active just now.*Signed in/)
      for (const time of await rows.locator('time').all()) await expect(time).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      await expect(rows.locator('time')).toHaveCount(4)
      await expect(page.getByText('This is your only session.')).toHaveCount(0)
      await other.context().close()
    })

    test('SE-2: signed out from the list, the other browser is out on its next request', async ({ page, browser, baseURL, loggedIn }) => {
      const person = await loggedIn(page)
      const other = await elsewhere(browser, baseURL, person)
      await page.goto('/settings/sessions')
      await page.getByRole('button', { name: 'Sign out of Firefox on Linux' }).click()
      await expect(page.getByRole('status').getByText('That session has been signed out.')).toBeVisible()
      await expect(page.getByRole('button', { name: /Firefox/ })).toHaveCount(0)
      await other.goto('/settings/sessions')
      await expect(other).toHaveURL(/\/login\?next=%2Fsettings%2Fsessions$/)
      await page.getByRole('button', { name: 'Sign out of Chrome on macOS, this device' }).click()
      await expect(page).toHaveURL(/\/login$/)
      await expect(page.getByText('You’ve signed out.')).toBeVisible()
      await other.context().close()
    })

    test('SE-2: all others at once, after a question and the password, which is asked for once', async ({
      page,
      browser,
      baseURL,
      server,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      const [first, second] = [await elsewhere(browser, baseURL, person), await elsewhere(browser, baseURL, person)]
      await letTimePass(server, person)
      await page.goto('/settings/sessions')
      await page.getByRole('link', { name: 'Sign out all other sessions' }).click()
      await expect(page.getByRole('heading', { name: 'Confirm it’s you' })).toBeVisible()
      await expect(page.getByText(person.email)).toBeVisible()
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page.getByRole('alert').getByRole('link')).toHaveText('Password is incorrect')
      await expect(page).toHaveTitle(/^Error: /)
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page).toHaveURL(/\/settings\/sessions\/others$/)
      await first.goto('/dashboard')
      await expect(first, 'looking at the question ended nothing').toHaveURL(/\/dashboard$/)
      await page.getByRole('button', { name: 'Sign out all others' }).click()
      await expect(page).toHaveURL(/\/settings\/sessions$/)
      await expect(page.getByRole('status').getByText('2 sessions were signed out.')).toBeVisible()
      await expect(page.getByText('This is your only session.')).toBeVisible()
      for (const other of [first, second]) {
        await other.goto('/dashboard')
        await expect(other).toHaveURL(/\/login\?next=%2Fdashboard$/)
        await other.context().close()
      }
    })

    test('all others and this device, too: the theme stays, and Back shows nothing private (RT-8)', async ({
      page,
      browser,
      baseURL,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      const other = await elsewhere(browser, baseURL, person)
      await page.goto('/dashboard')
      await page.getByRole('button', { name: 'Dark' }).click()
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
      await page.goto('/settings/sessions/others')
      await page.getByLabel('Sign out on this device too').check()
      await page.getByRole('button', { name: 'Sign out all others' }).click()
      await expect(page).toHaveURL(/\/login$/)
      await expect(page.getByText('You’ve signed out everywhere.')).toBeVisible()
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
      const names = (await page.context().cookies()).map(({ name }) => name)
      expect(names).toContain('latchkey_device')
      expect(names).not.toContain('latchkey')
      await page.goBack()
      await expect(page).toHaveURL(/\/login/)
      await other.goto('/dashboard')
      await expect(other).toHaveURL(/\/login/)
      await other.context().close()
    })

    test('the download of one’s data asks for the password again and leads back to it', async ({ page, server, loggedIn }) => {
      const person = await loggedIn(page)
      await letTimePass(server, person)
      await page.goto('/settings/data')
      await page.getByRole('link', { name: 'Download my data' }).click()
      await expect(page).toHaveURL(/\/reauthenticate\?next=%2Fsettings%2Fdata$/)
      await page.getByLabel('Password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Continue' }).click()
      await expect(page).toHaveURL(/\/settings\/data$/)
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download my data' }).click()
      expect((await download).suggestedFilename()).toMatch(/^account-.*\.json$/)
    })

    test('“Keep me signed in” outlives the window; without it the session goes with it, and a mistake forgets neither', async ({
      page,
    }) => {
      const person = await signUp(page)
      const session = async () => (await page.context().cookies()).find(({ name }) => name === 'latchkey')
      expect((await session())?.expires, 'after a sign-up').toBe(-1)
      await signOut(page)
      await page.getByLabel('Keep me signed in for 30 days').check()
      await logIn(page, { ...person, password: 'not the password' })
      await expect(page.getByText('There is a problem')).toBeVisible()
      await expect(page.getByLabel('Keep me signed in for 30 days')).toBeChecked()
      await logIn(page, person)
      await expect(page).toHaveURL(/\/dashboard$/)
      const days = ((await session())?.expires ?? 0) / 86_400 - Date.now() / 86_400_000
      expect(Math.round(days)).toBe(30)
      await signOut(page)
      await expect(page.getByLabel('Keep me signed in for 30 days')).not.toBeChecked()
      await logIn(page, person)
      await expect(page).toHaveURL(/\/dashboard$/)
      expect((await session())?.expires).toBe(-1)
    })
  })
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, { tag: '@drill' }, () => {
      test.use({ colorScheme, viewport: { width, height: 800 }, userAgent: CHROME })

      test('the pages of the sessions have no accessibility violation and do not scroll sideways', async ({
        page,
        browser,
        baseURL,
        server,
        loggedIn,
      }) => {
        const person = await loggedIn(page)
        const check = async (state: string) => {
          expect(await violationsOf(page), state).toEqual([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth), state).toBeLessThanOrEqual(width)
          expect(await page.locator('h1').count(), `${state} has one h1`).toBe(1)
        }
        await page.goto('/settings/sessions')
        await check('the only session')
        const other = await elsewhere(browser, baseURL, person)
        await page.goto('/settings/sessions')
        await check('two sessions')
        await page.goto('/settings/sessions/others')
        await check('the question')
        await letTimePass(server, person)
        await page.goto('/settings/sessions/others')
        await check('the password again')
        await formReady(page)
        await page.getByRole('button', { name: 'Continue' }).click()
        await expect(page.getByText('There is a problem')).toBeVisible()
        await check('the password again, with an error')
        await other.context().close()
      })
    })
  }
}
