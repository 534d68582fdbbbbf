import { expect, it } from 'vitest'
import { EMAIL_TYPES, emailLabel } from './email-types.ts'

it('each kind of email is called by words of its own, and one of another version by its name', () => {
  const labels = EMAIL_TYPES.map(emailLabel)
  for (const label of labels) expect(label).toMatch(/^[A-Z][a-z -]+$/)
  expect(new Set(labels).size).toBe(EMAIL_TYPES.length)
  expect(emailLabel('newsletter_of_2030')).toBe('newsletter_of_2030')
  expect(emailLabel('constructor')).toBe('constructor')
})
