import { afterAll, expect, it } from 'vitest'
import { actOnUsers } from '../../admin/models/users/act-on-users.ts'
import { recentSession, superuser } from '../../admin/testing/staff.ts'
import { database, type User } from '../../db/client.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { secretsForEmail } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { confirmPasswordReset } from '../password-reset/confirm-password-reset.ts'
import { requestPasswordReset } from '../password-reset/request-password-reset.ts'
import { findResetLink } from '../password-reset/reset-link.ts'
import { mailInvitation } from './invite.ts'

afterAll(() => hashingPool().close())

const NOW = new Date('2026-11-24T10:00:00Z')
const DAY = 86_400
const at = (seconds: number) => contextAt(new Date(NOW.getTime() + seconds * 1000))

async function invited(): Promise<User> {
  const user = await newUser({ password: '!' })
  await database().$transaction((tx) => mailInvitation(tx, user, at(0)))
  return user
}

async function tokens({ email: recipient }: User, kind: string): Promise<string[]> {
  const rows = await database().outboxMail.findMany({ where: { recipient, kind }, orderBy: { id: 'asc' } })
  return Promise.all(rows.map(async ({ oneTimeTokenId }) => (await secretsForEmail(oneTimeTokenId ?? 0, NOW))?.token ?? 'none'))
}

it('an invitation works for seven days', async () => {
  const [token = ''] = await tokens(await invited(), 'invitation')
  expect(await findResetLink(token, at(7 * DAY - 1).now)).toMatchObject({ row: { purpose: 'password_reset' } })
  expect(await findResetLink(token, at(7 * DAY).now)).toBe('token_expired')
})

it('a reset that a stranger asks for does not void it; using either voids the other', async () => {
  const user = await invited()
  await requestPasswordReset({ email: user.email }, at(60))
  const [[invitation = ''], [reset = '']] = [await tokens(user, 'invitation'), await tokens(user, 'password_reset')]
  expect(await findResetLink(invitation, at(3 * DAY).now)).not.toBeTypeOf('string')
  const input = { token: reset, password: 'harbour lantern quartz 9', confirm_password: 'harbour lantern quartz 9' }
  await confirmPasswordReset(input, at(120))
  expect(await findResetLink(invitation, at(121).now)).toBe('token_replaced')
})

it('it can be sent again, which voids the first one', async () => {
  const [root, user] = [await superuser(), await invited()]
  const { body } = await actOnUsers({ action: 'send_reset', ids: [user.id] }, contextOf(root, at(DAY).now, recentSession(root)))
  expect(body).toMatchObject({ count: 1 })
  const [first = '', second = ''] = await tokens(user, 'invitation')
  expect(first).toBe('none')
  expect(await findResetLink(second, at(7 * DAY).now)).not.toBeTypeOf('string')
})
