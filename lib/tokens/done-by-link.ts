import { database, type OneTimeToken, type Transaction, type User } from '../db/client.ts'
import { sha256 } from './derived-secrets.ts'
import { accountState, type Purpose } from './one-time-token.ts'

/** What each kind of link has done, as long as it still holds. */
const HOLDS: Record<Purpose, (row: OneTimeToken, user: User) => boolean> = {
  email_verification: ({ email }, user) => user.emailVerifiedAt !== null && user.email === email,
  password_reset: ({ state }, user) => state === accountState(user),
  // It signed someone in, which does not last.
  email_login: () => false,
  email_change: ({ email }, user) => user.email === email,
  email_change_undo: ({ email }, user) => user.email === email,
  account_deletion_undo: (_, { isActive }) => isActive,
}

/** The account in which a used link did what still holds; null for any other link. A form that was sent twice is told so. */
export async function userOfUsedLink(purpose: Purpose, token: string): Promise<User | null> {
  const row = await database().oneTimeToken.findUnique({ where: { digest: sha256(token) }, include: { user: true } })
  return row?.purpose === purpose && row.usedAt !== null && HOLDS[purpose](row, row.user) ? row.user : null
}

/** Notes which password a reset has set, so that its link can say whether that is still the one. */
export async function noteResetPassword(tx: Transaction, id: number, user: Pick<User, 'email' | 'password'>): Promise<void> {
  await tx.oneTimeToken.update({ where: { id }, data: { state: accountState(user) } })
}

/** The account a link was issued for, even when the link is no longer valid, so that a new one can be requested. */
export async function ownerOfOneTimeToken(purpose: Purpose, token: string): Promise<User | null> {
  const row = await database().oneTimeToken.findUnique({ where: { digest: sha256(token) }, include: { user: true } })
  return row?.purpose === purpose ? row.user : null
}
