import { expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { checkPassword } from '../passwords/hash.ts'
import { newUser } from '../users/testing/new-user.ts'
import { changePassword } from './changepassword.ts'

const hashOf = async (id: number) => (await database().user.findUniqueOrThrow({ where: { id } })).password

it('with --no-input the password comes from the environment and obeys the policy', async () => {
  const user = await newUser()
  const change = (given: string | undefined) => changePassword(user.email, { input: false }, given)
  await expect(change(undefined)).rejects.toMatchObject({ message: expect.stringContaining('NEW_PASSWORD'), exitCode: 2 })
  await expect(change('password')).rejects.toThrow(/too common/)
  await expect(change(user.email)).rejects.toThrow(/similar/)
  expect(await hashOf(user.id)).toBe(user.password)
  await change('Tangerine-Bicycle-42')
  expect(await hashOf(user.id)).not.toBe(user.password)
})

it('a line break at the end of NEW_PASSWORD is not part of it, and one inside is refused', async () => {
  const user = await newUser()
  const change = (given: string) => changePassword(user.email, { input: false }, given)
  await change('Tangerine-Bicycle-42\r\n')
  expect(await checkPassword('Tangerine-Bicycle-42', await hashOf(user.id))).toBe(true)
  for (const given of ['Tangerine-\nBicycle', 'Tangerine-Bicycle-43\n\n', 'Tangerine-\tBicycle']) {
    await expect(change(given)).rejects.toThrow(/NEW_PASSWORD has control characters/)
  }
})
