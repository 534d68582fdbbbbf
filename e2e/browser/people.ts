/** People who use the pages, and what they do there over and over. */
import { randomInt } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { type Person, newPerson as personOf } from '../../lib/http/testing/accounts.ts'

export type { Person }

/** A user that no other test knows; the pages, unlike the API, want a phone number with its country code. */
export const newPerson = (given: Partial<Person> = {}): Person =>
  personOf({ name: 'Grace Hopper', phone: `+44 ${randomInt(10 ** 9, 10 ** 10)}`, ...given })

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

/** Makes an account as a person does, which leaves them on the dashboard. Where sign-up is not the subject, `loggedIn` is quicker. */
export async function signUp(page: Page, person = newPerson()): Promise<Person> {
  await page.goto('/signup')
  await fillSignup(page, person)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/dashboard$/)
  return person
}

/** Fills the sign-in form on the page and sends it. */
export async function logIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login$/)
}

/** The summary of what is wrong with a form; Next's own announcer of pages is an alert, too. */
export const summaryOf = (page: Page) => page.getByRole('alert').filter({ hasText: 'There is a problem' })
