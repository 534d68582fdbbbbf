import { expect, it } from 'vitest'
import { codePoints } from '../fields/text.ts'
import { availableUsername } from './create-user.ts'

it.each([
  ['fits', 'ada@example.com', 'ada@example.com'],
  ['fits by its code points', `a@${'𠀀'.repeat(144)}.co`, `a@${'𠀀'.repeat(144)}.co`],
  ['is cut between code points', `a@${'𠀀'.repeat(200)}.co`, `a@${'𠀀'.repeat(115)}-`],
])('the username of an email address that %s holds no half of a character', async (_case, email, start) => {
  const username = await availableUsername(email)
  expect(username.startsWith(start)).toBe(true)
  expect(username.isWellFormed()).toBe(true)
  expect(codePoints(username)).toBeLessThanOrEqual(150)
})
