import { linkIn } from '../../lib/http/testing/mailbox.ts'
import { mailedToken } from '../../lib/http/testing/recovery.ts'
import { expect, test } from '../fixtures'
import { formReady, logIn, newPerson, summaryOf } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'changing the address with JavaScript' : 'changing the address without JavaScript', {
    tag: javaScriptEnabled ? [] : '@drill',
  }, () => {
    test.use({ javaScriptEnabled })

    test('takes the password, the new mailbox’s link, and can be undone from the old one (EV-5, RS-7)', async ({
      page,
      mailbox,
      loggedIn,
    }) => {
      const person = await loggedIn(page)
      const to = newPerson().email
      await page.goto('/settings/email')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('New email address').fill(to)
      await page.getByLabel('Your password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(summaryOf(page).getByRole('link')).toHaveText('Password is incorrect')
      await expect(page.getByLabel('New email address')).toHaveValue(to)
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('Your password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Send link' }).click()
      await expect(page.getByRole('status').filter({ hasText: `We’ve sent a link to ${to}.` })).toBeVisible()

      await page.goto(linkIn(await mailbox.waitFor(to), '/email-change/confirm').href)
      await expect(page).toHaveURL(/\/email-change\/confirm$/)
      await expect(page.getByText(`Sign in with ${to} instead of ${person.email}.`)).toBeVisible()
      await page.getByRole('button', { name: 'Confirm this address' }).click()
      await expect(page.getByRole('heading', { name: 'Your email address has been changed' })).toBeVisible()
      await page.getByRole('link', { name: 'Go to your account' }).click()
      await expect(page.getByText(to, { exact: true })).toBeVisible()

      const undo = await mailedToken(mailbox, person.email, '/email-change/undo')
      await page.goto(`/email-change/undo?token=${undo}`)
      await expect(page.getByText(`Your account goes back to ${person.email}.`)).toBeVisible()
      await page.getByRole('button', { name: 'Undo the change' }).click()
      await expect(page.getByRole('heading', { name: 'The change has been undone' })).toBeVisible()
      await page.goto('/dashboard')
      await expect(page, 'every session has ended').toHaveURL(/\/login/)
      await logIn(page, person)
      await expect(page.getByText('The email address or password is incorrect').first()).toBeVisible()

      await mailedToken(mailbox, person.email, '/password-reset/confirm')
      await page.goto(`/password-reset/confirm?token=${await mailedToken(mailbox, person.email, '/password-reset/confirm')}`)
      const password = 'quarry lantern velvet 42'
      await page.getByLabel('New password', { exact: true }).fill(password)
      await page.getByLabel('Confirm new password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Set password' }).click()
      await page.getByRole('link', { name: 'Sign in with your new password' }).click()
      await logIn(page, { email: person.email, password })
      await expect(page).toHaveURL(/\/dashboard$/)
    })

    test('a link whose address has been taken since says so, and a used one says that', async ({ page, call, mailbox, loggedIn }) => {
      const person = await loggedIn(page)
      const to = newPerson().email
      await page.goto('/settings/email')
      if (javaScriptEnabled) await formReady(page)
      await page.getByLabel('New email address').fill(to)
      await page.getByLabel('Your password', { exact: true }).fill(person.password)
      await page.getByRole('button', { name: 'Send link' }).click()
      const token = await mailedToken(mailbox, to, '/email-change/confirm')
      const other = { ...newPerson(), email: to }
      await call('/api/accounts/signup/', { json: { ...other, confirm_password: other.password } })
      await page.goto(`/email-change/confirm?token=${token}`)
      await page.getByRole('button', { name: 'Confirm this address' }).click()
      await expect(summaryOf(page)).toContainText('An account with this email address already exists')
    })
  })
}
