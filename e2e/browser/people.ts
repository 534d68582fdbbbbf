/** People who use the pages, and what they do there over and over. */
import { randomInt, randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'

export interface Person {
  name: string
  email: string
  phone: string
  password: string
}

/** A user that no other test knows. */
export function newPerson(): Person {
  const id = randomUUID().slice(0, 13)
  return {
    name: 'Grace Hopper',
    email: `grace-${id}@example.com`,
    phone: `+44 ${randomInt(10 ** 9, 10 ** 10)}`,
    password: `harbour lantern ${id}`,
  }
}

/** Waits until the form on the page checks itself; without JavaScript there is nothing to wait for. */
export async function formReady(page: Page): Promise<void> {
  await expect(page.locator('main form[novalidate]')).toBeVisible()
}

export async function fillSignup(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Full name').fill(person.name)
  await page.getByLabel('Email address').fill(person.email)
  await page.getByLabel('Phone number').fill(person.phone)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByLabel('Confirm password', { exact: true }).fill(person.password)
}

/** Creates an account with the form's request, which signs the page's browser in, and opens the dashboard. */
export async function signUp(page: Page, person = newPerson()): Promise<Person> {
  const response = await page.request.post('/api/accounts/signup/', {
    form: { ...person, confirm_password: person.password },
    headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  })
  expect([response.status(), response.headers().location]).toEqual([303, '/dashboard'])
  await page.goto('/dashboard')
  return person
}

/** Fills the sign-in form on the page and sends it. */
export async function logIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login$/)
}

/** The summary of what is wrong with a form; Next's own announcer of pages is an alert, too. */
export const summaryOf = (page: Page) => page.getByRole('alert').filter({ hasText: 'There is a problem' })
