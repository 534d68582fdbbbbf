import { beforeEach, expect, it } from 'vitest'
import { newPasskey } from '../credentials/testing/new-passkey.ts'
import { database } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { manage } from './testing/manage.ts'

const NOW = new Date('2026-03-01T10:00:00Z')

beforeEach(() => database().user.deleteMany({}))

it('lists whom a value of MFA_REQUIRED concerns: active, covered, and with neither a confirmed app nor a passkey', async () => {
  const [plain, staff, root, secured, begun] = [
    await newUser(),
    await newUser({ isStaff: true }),
    await newUser({ isSuperuser: true }),
    await newUser({ isStaff: true }),
    await newUser({ isStaff: true }),
  ]
  await newUser({ isStaff: true, isActive: false })
  await database().totpDevice.create({ data: { userId: secured.id, secret: 's', createdAt: NOW, confirmedAt: NOW } })
  await database().totpDevice.create({ data: { userId: begun.id, secret: 's', createdAt: NOW } })
  await newPasskey((await newUser({ isStaff: true })).id, NOW)
  const elsewhere = await newUser()
  await newPasskey(elsewhere.id, NOW, { rpId: 'former.example' })
  const listed = async (whom: string) => {
    const { code, output } = await manage(['mfa', 'audit', whom, '--json'])
    const { count, users } = JSON.parse(output) as { count: number; users: { id: number }[] }
    expect([code, users.length]).toEqual([0, count])
    return users.map(({ id }) => id).sort((a, b) => a - b)
  }
  expect(await listed('superusers')).toEqual([root.id])
  expect(await listed('staff')).toEqual([staff.id, root.id, begun.id])
  expect(await listed('everyone')).toEqual([plain.id, staff.id, root.id, begun.id, elsewhere.id])
})

it('says so where no one is concerned, and refuses a value that there is not', async () => {
  expect((await manage(['mfa', 'audit', 'staff'])).output).toBe('Everyone whom it concerns has a second factor.\n')
  expect((await manage(['mfa', 'audit', 'none'])).code).toBe(2)
})
