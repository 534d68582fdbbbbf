/** Saving one field touches and checks that field alone (accounts that Django let in have values that a new one could not). */
import { expect, it } from 'vitest'
import { updateProfileEndpoint } from '../../../accounts/profile/endpoints.ts'
import { database } from '../../../db/client.ts'
import { validateInput } from '../../../http/input.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { Throttling } from '../../../http/throttling.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { changeObject } from '../../core/change-objects.ts'
import { recentSession, superuser } from '../../testing/staff.ts'
import { userAdmin } from './declaration.ts'
import { changeUserEndpoint } from './endpoints.ts'

const ODD = { email: "Conan.O'Brien@Example.COM", username: "Conan O'Brien", phone: '', name: 'Conan', lastName: '' }

it('the admin form saves a name beside an odd address, user name and phone, and leaves those as they are', async () => {
  const [root, user] = [await superuser(), await newUser(ODD)]
  const context = { ...contextOf(root, new Date(), recentSession(root)), params: { id: String(user.id) } }
  const { email, username, phone } = ODD
  const sent = { email, username: ` ${username} `, phone, name: 'Conan C.', first_name: '', last_name: '' }
  const input = await validateInput(changeUserEndpoint, sent, context, new Throttling(changeUserEndpoint, context))
  expect(input).toEqual({ name: 'Conan C.' })
  await changeObject(userAdmin, { ...input, email: email.toLowerCase() }, context)
  const { tokensNotBefore: _, ...row } = await database().user.findUniqueOrThrow({ where: { id: user.id } })
  expect(row).toMatchObject({ ...ODD, name: 'Conan C.' })
  expect(await database().outboxMail.count({ where: { userId: user.id } })).toBe(0)
  const wrong = validateInput(changeUserEndpoint, { ...sent, username: "O'Brien 2" }, context, new Throttling(changeUserEndpoint, context))
  await expect(wrong).rejects.toMatchObject({ errors: { username: ['username'] } })
  await database().user.delete({ where: { id: user.id } })
})

it('so does the profile', async () => {
  const user = await newUser({ ...ODD, email: 'conan@example.com' })
  const context = contextOf(user, new Date())
  const sent = { name: 'Conan C.', phone: '', first_name: '', last_name: '' }
  const throttling = new Throttling(updateProfileEndpoint, context)
  expect(await validateInput(updateProfileEndpoint, sent, context, throttling)).toEqual({ name: 'Conan C.' })
  await expect(validateInput(updateProfileEndpoint, { ...sent, name: '' }, context, throttling)).rejects.toMatchObject({
    errors: { name: ['blank'] },
  })
})
