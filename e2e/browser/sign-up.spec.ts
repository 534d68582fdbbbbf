import { expect, test } from '../fixtures'
import { fillSignup, formReady, newPerson, summaryOf } from './people'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'sign-up with JavaScript' : 'sign-up without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a mistake is explained, corrected, and the account is there', async ({ page, newAccount }) => {
      const [taken, person] = [await newAccount(), newPerson()]
      await page.goto('/signup')
      await fillSignup(page, { ...person, email: taken.email })
      await page.getByRole('button', { name: 'Create account' }).click()

      const text = 'An account with this email address already exists. Sign in or use a different one'
      const summary = summaryOf(page)
      await expect(summary).toBeFocused()
      await expect(page).toHaveTitle('Error: Create an account – Latchkey')
      await expect(page.locator('#email-error')).toHaveText(`Error: ${text}`)
      await expect(page.getByLabel('Full name')).toHaveValue(person.name)
      await expect(page.getByLabel('Phone number')).toHaveValue(person.phone)
      await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
      await summary.getByRole('link', { name: text }).click()
      await expect(page.getByLabel('Email address')).toBeFocused()

      await fillSignup(page, person)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page).toHaveURL(/\/dashboard$/)
      await expect(page.getByRole('status').filter({ hasText: 'Your account is ready and you’re signed in.' })).toBeVisible()
      await expect(page.getByRole('heading', { name: person.name })).toBeVisible()
      await expect(page.locator('form#sign-up-form')).toHaveCount(0)
    })

    test('every problem of a password is said beside the field', async ({ page }) => {
      await page.goto('/signup')
      await fillSignup(page, { ...newPerson(), password: '12345678' })
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.locator('#new-password-error')).toContainText('This password is too common')
      await expect(page.locator('#new-password-error')).toContainText('Password can’t be only numbers')
    })

    test('everything that is wrong is said at once, also what the server alone knows', async ({ page }) => {
      await page.goto('/signup')
      await fillSignup(page, { ...newPerson(), password: 'password' })
      await page.getByLabel('Confirm password', { exact: true }).fill('passw0rd')
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.locator('#new-password-error')).toContainText('This password is too common')
      await expect(page.locator('#confirm-password-error')).toContainText('The passwords don’t match')
    })

    test('passwords that differ are refused at the second one', async ({ page }) => {
      await page.goto('/signup')
      await fillSignup(page, newPerson())
      await page.getByLabel('Confirm password', { exact: true }).fill('something else entirely')
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.locator('#confirm-password-error')).toHaveText('Error: The passwords don’t match. Enter the same password twice')
    })
  })
}

test('with JavaScript, errors appear before the form is sent and vanish when fixed', async ({ page }) => {
  const posts: string[] = []
  page.on('request', (request) => request.method() === 'POST' && request.isNavigationRequest() && posts.push(request.url()))
  await page.goto('/signup')
  await formReady(page)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(summaryOf(page)).toBeFocused()
  await expect(page).toHaveTitle('Error: Create an account – Latchkey')
  await expect(page.locator('#name-error')).toHaveText('Error: Enter your full name')
  await expect(page.getByLabel('Full name')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Full name').pressSequentially('Gr')
  await expect(page.locator('#name-error')).toBeHidden()
  await expect(page.getByLabel('Full name')).not.toHaveAttribute('aria-invalid')
  expect(posts).toEqual([])
})

test('with JavaScript, a field is judged when it is left after a change, not while it is typed or only passed', async ({ page }) => {
  await page.goto('/signup')
  await formReady(page)
  await page.getByLabel('Full name').focus()
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Email address')).toBeFocused()
  await page.keyboard.type('grace@')
  await expect(page.locator('.field-error')).toHaveCount(0)
  await page.keyboard.press('Tab')
  await expect(page.locator('#email-error')).toHaveText('Error: Enter an email address in the correct format, like name@example.com')
  await expect(page.locator('#name-error')).toHaveCount(0)
})

test('a slip in a common domain is pointed out, mended by one click, and never in the way', async ({ page }) => {
  await page.goto('/signup')
  await formReady(page)
  await page.getByLabel('Email address').fill('grace@homtail.com')
  await page.getByLabel('Phone number').focus()
  await page.getByRole('button', { name: 'grace@hotmail.com' }).click()
  await expect(page.getByLabel('Email address')).toHaveValue('grace@hotmail.com')
  await expect(page.getByRole('button', { name: 'grace@hotmail.com' })).toHaveCount(0)
})

test('a password can be looked at, and is one again when it is sent', async ({ page }) => {
  await page.goto('/signup')
  const person = newPerson()
  await fillSignup(page, person)
  await page.getByRole('button', { name: 'Show password' }).click()
  await page.getByRole('button', { name: 'Show confirmed password' }).click()
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('type', 'text')
  await expect(page.getByText('Your password is visible')).toBeAttached()
  await page.evaluate(() => {
    HTMLFormElement.prototype.submit = function submit() {
      this.dataset.types = [...this.querySelectorAll<HTMLInputElement>('[name*=password]')].map((input) => input.type).join(' ')
    }
  })
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.locator('#sign-up-form')).toHaveAttribute('data-types', 'password password')
})

test('the fields are what browsers and password managers expect', async ({ page }) => {
  await page.goto('/signup')
  await expect(page.getByLabel('Full name')).toHaveAttribute('autocomplete', 'name')
  await expect(page.getByLabel('Email address')).toHaveAttribute('autocomplete', 'username')
  await expect(page.getByLabel('Phone number')).toHaveAttribute('autocomplete', 'tel')
  for (const id of ['new-password', 'confirm-password']) {
    await expect(page.locator(`#${id}`)).toHaveAttribute('autocomplete', 'new-password')
    await expect(page.locator(`#${id}`)).not.toHaveAttribute('maxlength')
  }
})
