/** A second factor that staff remove for an owner who has lost it (AD-4). */
import { expect, it } from 'vitest'
import { secondFactorsOf } from '../../../credentials/second-factors.ts'
import { newPasskey } from '../../../credentials/testing/new-passkey.ts'
import { database, type User } from '../../../db/client.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { type Amr, startSession } from '../../../sessions/session.ts'
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
  expect(await secondFactorsOf(user.id)).toEqual({ device: null, recoveryCodes: [], passkeys: 0 })
  const [message] = await database().outboxMail.findMany({ where: { userId: user.id } })
  expect(message).toMatchObject({ kind: 'second_factor_disabled', recipient: user.email, text: expect.stringContaining(REASON) })
  const event = await database().auditEvent.findFirst({ where: { subjectId: user.id, event: 'user_second_factor_reset' } })
  expect([event?.actorId, JSON.parse(event?.detail ?? '')]).toEqual([staff.id, { reason: REASON }])
})

it('takes passkeys away with the sessions that they began, and no others', async () => {
  const [staff, user] = [await staffWith('accounts.change_user'), await newUser({ password: 'usable' })]
  const passkey = await newPasskey(user.id, NOW)
  const start = (amr: Amr[], credentialId: string | null) =>
    database().$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW), { amr, credentialId }))
  const begun = await start(['hwk', 'mfa'], String(passkey.id))
  const others = [await start(['pwd', 'hwk', 'mfa'], null), await start(['fed'], String(passkey.id))]
  expect(await resetSecondFactor({ reason: REASON }, asks(staff, user))).toMatchObject({ status: 204 })
  expect(await database().passkey.count({ where: { userId: user.id } })).toBe(0)
  const ended = await database().session.findMany({ where: { userId: user.id, endedAt: { not: null } } })
  expect(ended.map(({ id }) => id)).toEqual([begun.id])
  expect(others).toHaveLength(2)
  const event = await database().auditEvent.findFirst({ where: { subjectId: user.id, event: 'passkey_removed' } })
  expect([event?.actorId, JSON.parse(event?.detail ?? '')]).toMatchObject([staff.id, { by: 'administrator' }])
})

it('PK-4: is refused, and changes nothing, where passkeys are the only way in', async () => {
  const [staff, user] = [await staffWith('accounts.change_user'), await withApp(await newUser())]
  await newPasskey(user.id, NOW)
  const refused = resetSecondFactor({ reason: REASON }, asks(staff, user))
  await expect(refused).rejects.toMatchObject({ status: 409, body: { code: 'last_sign_in_method' } })
  expect(await database().passkey.count({ where: { userId: user.id } })).toBe(1)
  expect((await secondFactorsOf(user.id)).device).not.toBeNull()
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
