import { randomBytes } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { authenticatePassword } from '../authentication/identify.ts'
import { hashingPool } from '../passwords/pool.ts'
import { createSuperuser } from './createsuperuser.ts'

afterAll(() => hashingPool().close())

const source = { now: new Date(), requestId: 'test', clientIp: null, userAgent: '' }
const identity = () => {
  const unique = randomBytes(6).toString('hex')
  return { email: `${unique}@example.com`, name: 'Ada', phone: unique, input: false }
}

it.each(['\n', '\r\n', ''])('SUPERUSER_PASSWORD may end in the line break %j of a file: the password does not', async (end) => {
  const options = identity()
  await createSuperuser(options, `quartz-lantern-41${end}`)
  expect(await authenticatePassword(options.email, 'quartz-lantern-41', source)).toMatchObject({ user: { isSuperuser: true } })
})

it.each(['quartz\nlantern-41', 'quartz-lantern-41\n\n', 'quartz-lantern-41\t', '\x1bquartz-lantern', 'quartz\x85lantern'])(
  '%j has control characters that no form can send, and is refused',
  async (password) => {
    await expect(createSuperuser(identity(), password)).rejects.toThrow('control characters')
  },
)

it('an empty SUPERUSER_PASSWORD is none', async () => {
  for (const password of ['', '\n', undefined]) await expect(createSuperuser(identity(), password)).rejects.toThrow('must set')
})
