/** `mfa`: who has no second factor, before MFA_REQUIRED asks for one, and its removal for owners who have lost it. */
import { removeAndTell } from '../admin/models/users/reset-second-factor.ts'
import { resetSecondFactorSchema } from '../admin/models/users/schema.ts'
import { commandSource } from '../audit/audit.ts'
import { lackingSecondFactorWhere } from '../credentials/second-factors.ts'
import { database, lockUser } from '../db/client.ts'
import { validateFields } from '../fields/text.ts'
import { message } from '../http/messages.ts'
import { findUserByEmail } from '../users/user.ts'
import { CommandError, printable, processTerminal, readLimit, say, sayJson, table } from './terminal.ts'

/** Lists the accounts that a value of MFA_REQUIRED would concern, by their address. */
export async function auditMfa(
  whom: 'superusers' | 'staff' | 'everyone',
  { limit, json }: { limit: string; json?: boolean },
  terminal = processTerminal(),
): Promise<void> {
  const most = readLimit(limit)
  const where = lackingSecondFactorWhere(whom)
  const select = { id: true, email: true, isStaff: true, isSuperuser: true, lastLogin: true }
  const users = await database().user.findMany({ where, select, orderBy: { email: 'asc' }, take: most })
  const count = await database().user.count({ where })
  if (json) {
    const described = users.map(({ id, email, isStaff, isSuperuser, lastLogin }) => {
      return { id, email, is_staff: isStaff, is_superuser: isSuperuser, last_login: lastLogin }
    })
    return sayJson(terminal, { count, users: described })
  }
  if (count === 0) return say(terminal, 'Everyone affected has a second factor.')
  const rows = users.map(({ id, email, isStaff, isSuperuser, lastLogin }) => {
    return [String(id), printable(email), isStaff ? 'yes' : 'no', isSuperuser ? 'yes' : 'no', lastLogin?.toISOString() ?? 'never']
  })
  say(terminal, table(['ID', 'EMAIL', 'STAFF', 'SUPERUSER', 'LAST LOGIN'], rows))
  say(terminal, `${count} ${count === 1 ? 'account has' : 'accounts have'} no second factor.`)
}

/** Removes an account's authenticator app and recovery codes, as staff do, and tells the owner. */
export async function resetMfa(
  address: string,
  { reason: given, json }: { reason: string; json?: boolean },
  terminal = processTerminal(),
): Promise<void> {
  const { values, errors } = validateFields(resetSecondFactorSchema, { reason: given })
  if (values.reason === undefined) throw new CommandError(`--reason: ${(errors.reason ?? []).map(message).join(' ')}`)
  const { reason } = values
  const user = await findUserByEmail(address)
  if (!user) throw new CommandError(`user "${printable(address)}" does not exist`)
  const source = commandSource('mfa reset', new Date())
  const removed = await database().$transaction(async (tx) => {
    const target = await lockUser(tx, user.id)
    return target !== null && (await removeAndTell(tx, target, reason, { actorId: null, sessionId: null }, source))
  })
  if (!removed) throw new CommandError('the account has no second factor')
  if (json) return sayJson(terminal, { id: user.id, email: user.email, second_factor: false })
  say(terminal, `The second factor of ${printable(user.email)} has been removed.`)
}
