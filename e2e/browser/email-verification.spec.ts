import { codeIn, linkIn } from '../../lib/http/testing/mailbox.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { fillSignup, logIn, newPerson, summaryOf } from './people'

const PAGE = '/verify-email'
const confirmButton = { name: 'Confirm email address' }

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'confirming an address with JavaScript' : 'confirming an address without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('EV-4: a new person is reminded until they open the link and press its button', async ({ page, mailbox, loggedIn }) => {
      const { email } = await loggedIn(page, { verificationEmail: true })
      await page.goto('/dashboard')
      await expect(page.getByRole('heading', { name: 'Confirm your email address' })).toBeVisible()
      const link = linkIn(await mailbox.waitFor(email), PAGE)
      for (let visits = 0; visits < 3; visits++) await page.goto(link.pathname + link.search)
      await expect(page).toHaveURL(/\/verify-email$/)
      await expect(page).toHaveTitle('Confirm your email address – Latchkey')
      await expect(page.getByText(email)).toBeVisible()
      await page.getByRole('button', confirmButton).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      await expect(page.getByRole('status').filter({ hasText: 'Your email address is confirmed.' })).toBeVisible()
      await expect(page.getByRole('heading', { name: 'Confirm your email address' })).toHaveCount(0)
    })

    test('another email is asked for by one button, and its code confirms, too', async ({ page, mailbox, loggedIn }) => {
      const { email } = await loggedIn(page, { verificationEmail: true })
      await page.goto('/dashboard')
      await mailbox.waitFor(email)
      await page.getByRole('button', { name: 'Send another email' }).click()
      await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible()
      await expect(page.getByText(email)).toBeVisible()
      const code = codeIn(await mailbox.waitFor(email, 2))
      await page.getByLabel('Code').fill('000 00')
      await page.getByRole('button', confirmButton).click()
      await expect(summaryOf(page).filter({ hasText: 'That code isn’t right' })).toBeFocused()
      await page.getByLabel('Code').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.getByRole('button', confirmButton).click()
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('PR-5: a used and a replaced link say so and why, with one button for a new email', async ({ page, mailbox, loggedIn }) => {
      const { email } = await loggedIn(page, { verificationEmail: true })
      await page.goto('/dashboard')
      const first = linkIn(await mailbox.waitFor(email), PAGE)
      await page.getByRole('button', { name: 'Send another email' }).click()
      const second = linkIn(await mailbox.waitFor(email, 2), PAGE)
      await page.goto(first.pathname + first.search)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link has been replaced')
      await expect(page.getByRole('main').getByRole('button')).toHaveCount(1)
      await page.getByRole('button', { name: 'Send another email' }).click()
      await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible()
      const third = linkIn(await mailbox.waitFor(email, 3), PAGE)
      await page.goto(third.pathname + third.search)
      await page.getByRole('button', confirmButton).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      await page.goto(second.pathname + second.search)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your email address is confirmed')
      await page.goto(`${PAGE}?token=${'A'.repeat(43)}`)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link doesn’t work')
      await expect(page.getByLabel('Email address')).toBeVisible()
    })

    test('EV-3: the link works in another browser, which asks for the password', async ({ page, mailbox, browser, baseURL, loggedIn }) => {
      const person = await loggedIn(page, { verificationEmail: true })
      const link = linkIn(await mailbox.waitFor(person.email), PAGE)
      const other = await browser.newContext({ javaScriptEnabled, ...(baseURL && { baseURL }) })
      const phone = await other.newPage()
      await phone.goto(link.pathname + link.search)
      await expect(phone.getByRole('link', { name: 'choose a new one' })).toHaveAttribute('href', '/password-reset')
      await phone.getByLabel('Enter the password you chose').fill('another person entirely')
      await phone.getByRole('button', confirmButton).click()
      await expect(phone.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText(
        'That isn’t the password you chose when you signed up',
      )
      await phone.getByLabel('Enter the password you chose').fill(person.password)
      await phone.getByRole('button', confirmButton).click()
      await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Your email address is confirmed')
      await other.close()
      await page.goto('/dashboard')
      await expect(page.getByRole('heading', { name: 'Confirm your email address' })).toHaveCount(0)
    })

    test.describe('where it is mandatory', () => {
      let server: TestServer

      test.beforeEach(async ({ serverWith }) => {
        server = await serverWith({ EMAIL_VERIFICATION: 'mandatory' })
      })

      test('EV-1, EV-2: a person signs up, reads where the email went, enters its code, and signs in', async ({ page, mailbox }) => {
        const person = newPerson()
        await page.goto(`${server.url}/signup`)
        await fillSignup(page, person)
        await page.getByRole('button', { name: 'Create account' }).click()
        await expect(page).toHaveURL(/\/verify-email$/)
        await expect(page).toHaveTitle('Check your email – Latchkey')
        await expect(page.getByText(person.email)).toBeVisible()
        await expect(page.getByRole('link', { name: 'Use a different one' })).toHaveAttribute('href', '/signup')
        const code = page.getByLabel('Code')
        await expect(code).toHaveAttribute('autocomplete', 'one-time-code')
        await expect(code).toHaveAttribute('inputmode', 'numeric')
        await code.fill(codeIn(await mailbox.waitFor(person.email)))
        await page.getByRole('button', confirmButton).click()
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your email address is confirmed')
        await page.getByRole('link', { name: 'Sign in' }).last().click()
        await logIn(page, person)
        await expect(page).toHaveURL(/\/dashboard$/)
      })

      test('JOIN-10: who signs up with an address that has an account sees the same page; signing in before the proof offers another email', async ({
        page,
        mailbox,
      }) => {
        const person = newPerson()
        for (const phone of [person.phone, newPerson().phone]) {
          await page.goto(`${server.url}/signup`)
          await fillSignup(page, { ...person, phone })
          await page.getByRole('button', { name: 'Create account' }).click()
          await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your email')
          await expect(page.getByLabel('Code')).toBeVisible()
        }
        await mailbox.waitFor(person.email, 2)
        await page.goto(`${server.url}/login`)
        await logIn(page, person)
        await expect(summaryOf(page).filter({ hasText: 'Confirm your email address first' })).toBeFocused()
        await page.getByRole('button', { name: 'Send another email' }).click()
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your email')
        await mailbox.waitFor(person.email, 3)
      })
    })
  })
}

test('EV-3: the tab that waits notices on return that the address was confirmed elsewhere', async ({
  page,
  serverWith,
  mailbox,
  context,
}) => {
  const server = await serverWith({ EMAIL_VERIFICATION: 'mandatory' })
  const person = newPerson()
  await page.goto(`${server.url}/signup`)
  await fillSignup(page, person)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check your email')
  await page.getByLabel('Code').fill('12')
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByLabel('Code'), 'what was typed stays').toHaveValue('12')
  const tab = await context.newPage()
  await tab.goto(linkIn(await mailbox.waitFor(person.email), PAGE).href)
  await tab.getByRole('button', confirmButton).click()
  await expect(tab.getByRole('heading', { level: 1 })).toHaveText('Your email address is confirmed')
  await page.bringToFront()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your email address is confirmed')
})

test('the address bar and the history never hold the token, and no other site is asked for anything', async ({
  page,
  mailbox,
  baseURL,
  loggedIn,
}) => {
  const { email } = await loggedIn(page, { verificationEmail: true })
  const link = linkIn(await mailbox.waitFor(email), PAGE)
  const elsewhere: string[] = []
  page.on('request', (request) => new URL(request.url()).origin !== baseURL && elsewhere.push(request.url()))
  await page.goto(link.pathname + link.search)
  expect(page.url()).not.toContain('token')
  await page.getByRole('button', confirmButton).click()
  await expect(page).toHaveURL(/\/dashboard$/)
  expect(elsewhere).toEqual([])
})
