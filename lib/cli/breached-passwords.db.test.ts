/** The commands refuse a breached password (the security requirement PW-6). */
import { afterAll, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { newPerson } from '../http/testing/accounts.ts'
import { checkPassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { hashLines, hashListDirectory, sha1 } from '../passwords/testing/hash-list.ts'
import { settings } from '../settings.ts'
import { newUser } from '../users/testing/new-user.ts'
import { manage } from './testing/manage.ts'

const LISTED = 'Quartz-lantern-41'
const UNLISTED = 'Quartz-lantern-42'
const REFUSED = 'This password has appeared in a data breach.'

const directory = hashListDirectory()
Object.assign(settings(), { BREACHED_PASSWORDS_FILE: directory.write(hashLines([sha1(LISTED), sha1('another')])) })
afterAll(async () => {
  directory.remove()
  await hashingPool().close()
})

it('createsuperuser --no-input refuses one and creates nothing', async () => {
  const { email, name, phone } = newPerson()
  const create = (SUPERUSER_PASSWORD: string) =>
    manage(['createsuperuser', '--no-input', '--email', email, '--name', name, '--phone', phone], { ...process.env, SUPERUSER_PASSWORD })
  expect(await create(LISTED)).toEqual({ code: 1, output: `Error: ${REFUSED}\n` })
  expect(await database().user.count({ where: { email } })).toBe(0)
  expect(await create(UNLISTED)).toMatchObject({ code: 0 })
})

it('changepassword refuses one, from the environment and at the prompt, and keeps the old one', async () => {
  const user = await newUser()
  const change = (NEW_PASSWORD: string) => manage(['changepassword', '--no-input', user.email], { ...process.env, NEW_PASSWORD })
  const hashNow = async () => (await database().user.findUniqueOrThrow({ where: { id: user.id } })).password
  expect(await change(LISTED)).toMatchObject({ code: 1, output: expect.stringContaining(REFUSED) })
  const prompted = await manage(['changepassword', user.email], process.env, `${LISTED}\n`.repeat(6))
  expect(prompted).toMatchObject({ code: 1, output: expect.stringContaining(REFUSED) })
  expect(await hashNow()).toBe(user.password)
  expect(await change(UNLISTED)).toMatchObject({ code: 0 })
  expect(await checkPassword(UNLISTED, await hashNow())).toBe(true)
})
