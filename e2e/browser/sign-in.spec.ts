import { expect, test } from '../fixtures'
import { formReady, logIn, newPerson, signOut, summaryOf } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'sign-in with JavaScript' : 'sign-in without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a person signs out, signs in, and arrives where they wanted to go', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/dashboard')
      await signOut(page)
      await expect(page.getByRole('status').filter({ hasText: 'You’ve signed out.' })).toBeVisible()
      await page.goto('/dashboard?from=mail')
      await expect(page).toHaveURL(`/login?next=${encodeURIComponent('/dashboard?from=mail')}`)
      await logIn(page, person)
      await expect(page).toHaveURL(/\/dashboard\?from=mail$/)
      await expect(page.getByRole('heading', { name: person.name })).toBeVisible()
    })

    test('a wrong password and an unknown address get the same answer, which keeps the address only', async ({ page, loggedIn }) => {
      const person = await loggedIn(page)
      await page.context().clearCookies()
      for (const email of [person.email, newPerson().email]) {
        await page.goto('/login?next=%2Fdashboard%3Fa%3D1')
        await logIn(page, { email, password: 'not the password' })
        const summary = summaryOf(page)
        await expect(summary).toBeFocused()
        await expect(summary.getByRole('listitem')).toHaveText('The email address or password is incorrect')
        await expect(page).toHaveTitle('Error: Sign in – Latchkey')
        await expect(page).toHaveURL(/\/login\?next=%2Fdashboard%3Fa%3D1$/)
        await expect(page.getByLabel('Email address')).toHaveValue(email)
        await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
      }
    })

    test('a signed-in visitor of the login pages is sent on', async ({ page, loggedIn }) => {
      await loggedIn(page)
      await page.goto('/login')
      await expect(page).toHaveURL(/\/dashboard$/)
      await page.goto('/signup?next=%2F%3Fa%3D1')
      await expect(page).toHaveURL(/\/\?a=1$/)
    })

    test('the cookie of an ended session leads to the login form and never in circles', async ({ page, loggedIn }) => {
      await loggedIn(page)
      const cookies = await page.context().cookies()
      await page.goto('/dashboard')
      await signOut(page)
      await page.context().addCookies(cookies)
      const redirects: number[] = []
      page.on('response', (response) => response.status() >= 300 && response.status() < 400 && redirects.push(response.status()))
      await page.goto('/dashboard')
      await expect(page).toHaveURL(/\/login\?next=%2Fdashboard$/)
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
      expect(redirects).toHaveLength(1)
    })
  })
}

test('a next that leads off the site, or round in circles, ends on the dashboard', async ({ page, loggedIn }) => {
  const person = await loggedIn(page)
  const hostile = [
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    'https:evil.test',
    'http:///evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    '/..//evil.test',
    '/login?next=/login',
    '/logout',
    '/api/accounts/logout/',
  ]
  for (const next of hostile) {
    await page.context().clearCookies()
    await page.goto(`/login?next=${encodeURIComponent(next)}`)
    await logIn(page, person)
    await expect(page, next).toHaveURL(/^http:\/\/[^/]+\/dashboard$/)
  }
})

test('a form that is on its way is busy and says so, and further clicks send nothing', async ({ page }) => {
  await page.goto('/login')
  await formReady(page)
  // The page stays, so that the test can look at what a user sees while waiting.
  await page.evaluate(() => {
    HTMLFormElement.prototype.submit = function submit() {
      this.dataset.sent = String(Number(this.dataset.sent ?? 0) + 1)
    }
  })
  await page.getByLabel('Email address').fill('grace@example.com')
  await page.getByLabel('Password', { exact: true }).fill('harbour lantern')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const button = page.getByRole('button', { name: 'Signing in…' })
  await expect(button).toHaveAttribute('aria-busy', 'true')
  await expect(button).toBeEnabled()
  await button.click()
  await page.getByLabel('Email address').press('Enter')
  await expect(page.locator('#sign-in-form')).toHaveAttribute('data-sent', '1')
})

test('a double click sends one request', async ({ page, loggedIn }) => {
  const person = await loggedIn(page)
  await page.context().clearCookies()
  await page.goto('/login')
  await formReady(page)
  let posts = 0
  page.on('request', (request) => {
    if (request.method() === 'POST') posts += 1
  })
  await page.getByLabel('Email address').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).dblclick()
  await expect(page).toHaveURL(/\/dashboard$/)
  expect(posts).toBe(1)
})

test('values that a script or a password manager put in are sent, though nothing was typed', async ({ page, loggedIn }) => {
  const person = await loggedIn(page)
  await page.context().clearCookies()
  await page.goto('/login')
  await formReady(page)
  await page.evaluate(({ email, password }) => {
    for (const [id, value] of [
      ['email', email],
      ['current-password', password],
    ] as const) {
      const input = document.getElementById(id)
      if (input instanceof HTMLInputElement) input.value = value
    }
  }, person)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await expect(page).toHaveURL(/\/dashboard$/)
})

test('the whole way in and out can be gone with the keyboard alone', async ({ page, loggedIn }) => {
  const person = await loggedIn(page)
  await page.context().clearCookies()
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to main content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await page.goto('/login')
  await formReady(page)
  await expect(page.getByLabel('Email address')).toBeFocused()
  await page.keyboard.type(person.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(person.password)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Show password' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Keep me signed in')).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/dashboard$/)
  const signOutButton = page.getByRole('button', { name: 'Sign out' })
  for (let presses = 0; presses < 6 && !(await signOutButton.evaluate((button) => button === document.activeElement)); presses++) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/login$/)
})

test('on a phone the sign-in form stands above the keyboard', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/login')
  const box = await page.getByRole('button', { name: 'Sign in' }).boundingBox()
  expect((box?.y ?? Number.POSITIVE_INFINITY) + (box?.height ?? 0)).toBeLessThanOrEqual(844 - 300)
})
