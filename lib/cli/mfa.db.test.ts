import { beforeEach, expect, it } from 'vitest'
import { recentEvents } from '../audit/list-events.ts'
import { hasSecondFactor } from '../credentials/second-factors.ts'
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
  expect((await manage(['mfa', 'audit', 'staff'])).output).toBe('Everyone affected has a second factor.\n')
  expect((await manage(['mfa', 'audit', 'none'])).code).toBe(2)
})

const withApp = async () => {
  const user = await newUser()
  await database().totpDevice.create({ data: { userId: user.id, secret: 's', createdAt: NOW, confirmedAt: NOW } })
  await database().recoveryCode.create({ data: { userId: user.id, digest: `digest-${user.id}`, createdAt: NOW } })
  return user
}

it('reset removes the second factor as staff do: the owner and the audit log are told why', async () => {
  const user = await withApp()
  const { code, output } = await manage(['mfa', 'reset', user.email, '--reason', 'lost phone', '--json'])
  expect([code, JSON.parse(output)]).toEqual([0, { id: user.id, email: user.email, second_factor: false }])
  expect(await hasSecondFactor(user.id)).toBe(false)
  expect(await database().recoveryCode.count({ where: { userId: user.id } })).toBe(0)
  const [event] = await recentEvents(user.id)
  expect(event).toMatchObject({ event: 'user_second_factor_reset', outcome: 'success', detail: { reason: 'lost phone' } })
  const [message] = await database().outboxMail.findMany({ where: { userId: user.id } })
  expect(message).toMatchObject({ kind: 'second_factor_disabled', recipient: user.email, text: expect.stringContaining('lost phone') })
})

it('reset needs a reason, and an account that has a second factor; otherwise nothing is changed', async () => {
  const [user, plain] = [await withApp(), await newUser()]
  expect((await manage(['mfa', 'reset', user.email])).code).toBe(2)
  expect((await manage(['mfa', 'reset', user.email, '--reason', ' '])).code).toBe(1)
  expect((await manage(['mfa', 'reset', user.email, '--reason', 'x'.repeat(201)])).code).toBe(1)
  expect((await manage(['mfa', 'reset', plain.email, '--reason', 'lost phone'])).code).toBe(1)
  expect((await manage(['mfa', 'reset', 'unknown@example.com', '--reason', 'lost phone'])).code).toBe(1)
  expect(await hasSecondFactor(user.id)).toBe(true)
  expect(await recentEvents(plain.id)).toEqual([])
})
