/** A second factor that staff remove for an owner who has lost it (AD-4). */
import { expect, it } from 'vitest'
import { secondFactorsOf } from '../../../credentials/second-factors.ts'
import { database, type User } from '../../../db/client.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { recentSession, staffWith, superuser } from '../../testing/staff.ts'
import { resetSecondFactor } from './reset-second-factor.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const REASON = 'lost phone, checked by call'

const asks = (actor: User, target: { id: number }): AuthenticatedContext => ({
  ...contextOf(actor, NOW, recentSession(actor)),
  params: { id: String(target.id) },
})

async function withApp(user: User): Promise<User> {
  await database().totpDevice.create({ data: { userId: user.id, secret: 's', createdAt: NOW, confirmedAt: NOW } })
  await database().recoveryCode.create({ data: { userId: user.id, digest: `digest-${user.id}`, createdAt: NOW } })
  return user
}

it('takes app and recovery codes away, and tells the owner and the audit log why', async () => {
  const [staff, user] = [await staffWith('accounts.change_user'), await withApp(await newUser())]
  expect(await resetSecondFactor({ reason: REASON }, asks(staff, user))).toMatchObject({ status: 204 })
  expect(await secondFactorsOf(user.id)).toEqual({ device: null, recoveryCodes: [] })
  const [message] = await database().outboxMail.findMany({ where: { userId: user.id } })
  expect(message).toMatchObject({ kind: 'second_factor_disabled', recipient: user.email, text: expect.stringContaining(REASON) })
  const event = await database().auditEvent.findFirst({ where: { subjectId: user.id, event: 'user_second_factor_reset' } })
  expect([event?.actorId, JSON.parse(event?.detail ?? '')]).toEqual([staff.id, { reason: REASON }])
})

it('is refused for superusers and those who may more, for nothing to remove, and changes nothing then', async () => {
  const staff = await staffWith('accounts.change_user')
  const [root, mighty, plain] = [await withApp(await superuser()), await withApp(await staffWith('accounts.delete_user')), await newUser()]
  await expect(resetSecondFactor({ reason: REASON }, asks(staff, root))).rejects.toMatchObject({ status: 403 })
  await expect(resetSecondFactor({ reason: REASON }, asks(staff, mighty))).rejects.toMatchObject({ status: 403 })
  await expect(resetSecondFactor({ reason: REASON }, asks(staff, plain))).rejects.toMatchObject({ status: 409 })
  for (const user of [root, mighty]) expect((await secondFactorsOf(user.id)).device).not.toBeNull()
  expect(await database().outboxMail.count({ where: { userId: { in: [root.id, mighty.id, plain.id] } } })).toBe(0)
})
