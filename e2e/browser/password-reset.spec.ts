import { linkIn } from '../../lib/http/testing/mailbox.ts'
import { mailedToken } from '../../lib/http/testing/recovery.ts'
import { expect, test } from '../fixtures'
import { formReady, logIn, newPerson, signOut, summaryOf } from './people'

const NEW_PASSWORD = 'quarry lantern velvet 42'
const LINK_PAGE = '/password-reset/confirm'
const SUBJECT = 'Reset your password for Latchkey'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'a forgotten password, with JavaScript' : 'a forgotten password, without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('is replaced by the mail’s link: request, email, new password, sign-in (PR-1, PR-3, PR-6)', async ({
      page,
      mailbox,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      await page.goto('/dashboard')
      await signOut(page)
      if (javaScriptEnabled) {
        await formReady(page)
        await page.getByLabel('Email address').fill(person.email)
      }
      await page.getByRole('button', { name: 'Forgot your password?' }).click()
      await expect(page.getByRole('heading', { name: 'Reset your password' })).toBeVisible()
      await expect(page, 'no address stands in a URL').toHaveURL(/\/password-reset$/)
      if (javaScriptEnabled) await expect(page.getByLabel('Email address')).toHaveValue(person.email)
      else await page.getByLabel('Email address').fill(person.email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(page).toHaveURL(/\/password-reset$/)
      await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible()
      await expect(page.getByText(`If an account exists for ${person.email}, we’ve sent a link. It expires in 30 minutes.`)).toBeVisible()

      const mail = await mailbox.waitForSubject(person.email, SUBJECT)
      await page.goto(linkIn(mail, LINK_PAGE).href)
      await expect(page, 'the token leaves the address').toHaveURL(/\/password-reset\/confirm$/)
      await expect(page.locator('input[autocomplete="username"]')).toHaveValue(person.email)
      await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByLabel('Confirm new password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(page.getByRole('heading', { name: 'Your password has been changed' })).toBeVisible()
      await expect(page).toHaveTitle('Your password has been changed – Latchkey')
      await expect(page.getByText('You’re not signed in anywhere else. We’ve emailed you to confirm.')).toBeVisible()
      await expect(page.locator('main form')).toHaveCount(0)

      await page.getByRole('link', { name: 'Sign in with your new password' }).click()
      await logIn(page, { email: person.email, password: NEW_PASSWORD })
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('counts the sessions that end, this browser’s among them', async ({ page, mailbox, loggedIn }) => {
      const person = await loggedIn(page)
      await page.goto('/password-reset')
      await expect(page.getByLabel('Email address')).toHaveValue(person.email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await page.goto(linkIn(await mailbox.waitForSubject(person.email, SUBJECT), LINK_PAGE).href)
      await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByLabel('Confirm new password', { exact: true }).fill(NEW_PASSWORD)
      await page.getByRole('button', { name: 'Change password' }).click()
      await expect(page.getByText('One session was signed out.')).toBeVisible()
      await page.reload()
      await expect(page).toHaveURL(/\/login$/)
    })

    test('is chosen again on the same page when it will not do, and the link still works (PR-4)', async ({ page, mailbox, loggedIn }) => {
      const person = await loggedIn(page)
      await page.context().clearCookies()
      await page.goto('/password-reset')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Email address').fill(person.email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await page.goto(linkIn(await mailbox.waitForSubject(person.email, SUBJECT), LINK_PAGE).href)
      const choose = async (password: string, again = password) => {
        if (javaScriptEnabled) await formReady(page)
        await page.getByLabel('New password', { exact: true }).fill(password)
        await page.getByLabel('Confirm new password', { exact: true }).fill(again)
        await page.getByRole('button', { name: 'Change password' }).click()
      }
      const summary = summaryOf(page)
      await choose('password123')
      await expect(summary).toContainText('This password is too common')
      await expect(page).toHaveTitle('Error: Choose a new password – Latchkey')
      await expect(page.getByLabel('New password', { exact: true })).toHaveValue(javaScriptEnabled ? '' : '')
      await choose(NEW_PASSWORD, 'something else')
      await expect(summary.getByRole('link')).toHaveText('The passwords don’t match. Enter the same password twice')
      await expect(summary.getByRole('link')).toHaveAttribute('href', '#confirm-password')
      await choose(NEW_PASSWORD)
      await expect(page.getByRole('heading', { name: 'Your password has been changed' })).toBeVisible()
    })

    test('a link that does not count says why, and has one button to get another (PR-5)', async ({
      page,
      call,
      mailbox,
      server,
      loggedIn,
    }) => {
      const { email } = await loggedIn(page)
      await page.context().clearCookies()
      const ask = async (count: number) => {
        await call('/api/accounts/password/reset/', { json: { email } })
        return mailedToken(mailbox, email, LINK_PAGE, count)
      }
      const shows = async (token: string, heading: string) => {
        await page.goto(`${LINK_PAGE}?token=${token}`)
        await expect(page.getByRole('heading', { name: heading })).toBeVisible()
        await expect(page).toHaveTitle(`${heading} – Latchkey`)
        await page.getByRole('link', { name: 'Get a new link' }).click()
        await expect(page.getByLabel('Email address')).toBeVisible()
      }
      const first = await ask(1)
      const second = await ask(2)
      await shows(first, 'This link is no longer valid')
      await call('/api/accounts/password/reset/confirm/', {
        json: { token: second, password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
      })
      await shows(second, 'This link has already been used')
      const third = await ask(3)
      await server.sql("UPDATE accounts_onetimetoken SET expires_at = '2020-01-01 00:00:00' WHERE email = ?", [email])
      await shows(third, 'This link has expired')
      await shows('x'.repeat(43), 'This link doesn’t work')
      await page.context().clearCookies()
      await page.goto(LINK_PAGE)
      await expect(page.getByRole('heading', { name: 'This link doesn’t work' })).toBeVisible()
    })

    test('an unknown address is answered like any other, and another one can be tried (PR-1, PR-2)', async ({ page }) => {
      const { email } = newPerson()
      await page.goto('/password-reset')
      await page.getByLabel('Email address').fill(email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(page.getByText(`If an account exists for ${email}, we’ve sent a link.`)).toBeVisible()
      await page.reload()
      await expect(page.getByText(`If an account exists for ${email}, we’ve sent a link.`)).toBeVisible()
      await page.getByRole('link', { name: 'Use a different email address' }).click()
      await expect(page.getByLabel('Email address')).toHaveValue('')
      await page.getByLabel('Email address').fill('nowhere')
      await page.getByRole('button', { name: 'Send link' }).click()
      // Without JavaScript the browser itself stops what is no address.
      if (javaScriptEnabled) await expect(summaryOf(page)).toContainText('Enter an email address in the correct format')
      else expect(await page.locator('input:invalid').count()).toBe(1)
    })
  })
}

test('PR-2: another link is offered after a minute, and until then the page says when', async ({ page, mailbox, loggedIn }) => {
  const person = await loggedIn(page)
  await page.context().clearCookies()
  await page.clock.install()
  await page.goto('/password-reset')
  await formReady(page)
  await page.getByLabel('Email address').fill(person.email)
  await page.getByRole('button', { name: 'Send link' }).click()
  await expect(page.getByText(/^You can send it again in \d+ seconds?\.$/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0)
  // Sent before the second one replaces it.
  await mailbox.waitForSubject(person.email, SUBJECT)
  for (let second = 0; second < 61; second++) await page.clock.runFor(1000)
  await page.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByText(/^You can send it again in \d+ seconds?\.$/)).toBeVisible()
  await mailbox.waitForSubject(person.email, SUBJECT, 2)
})

test('LI-5: the way to a new password stands after the button', async ({ page }) => {
  await page.goto('/login')
  await formReady(page)
  await page.getByRole('button', { name: 'Sign in' }).focus()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Forgot your password?' })).toBeFocused()
})
