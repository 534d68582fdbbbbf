/** `mfa`: who has no second factor, before MFA_REQUIRED asks for one. */
import { lackingSecondFactorWhere } from '../credentials/second-factors.ts'
import { database } from '../db/client.ts'
import { printable, processTerminal, readLimit, say, sayJson, table } from './terminal.ts'

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
  if (count === 0) return say(terminal, 'Everyone whom it concerns has a second factor.')
  const rows = users.map(({ id, email, isStaff, isSuperuser, lastLogin }) => {
    return [String(id), printable(email), isStaff ? 'yes' : 'no', isSuperuser ? 'yes' : 'no', lastLogin?.toISOString() ?? 'never']
  })
  say(terminal, table(['ID', 'EMAIL', 'STAFF', 'SUPERUSER', 'LAST LOGIN'], rows))
  say(terminal, `${count} ${count === 1 ? 'account has' : 'accounts have'} no second factor.`)
}
