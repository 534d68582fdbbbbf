/** By what a session knows the account that it began with: the password (Django's session auth hash), and that it was active ever since. */
import { createHash } from 'node:crypto'
import type { Session, Transaction, User } from '../db/client.ts'

/** @param hash the account's stored password hash */
export const passwordDigest = (hash: string) => createHash('sha256').update(hash).digest('hex')

type Account = Pick<User, 'password' | 'deactivations'>
type AccountSnapshot = Pick<Session, 'passwordDigest' | 'deactivations'>

/** What a session that begins now knows of its account. */
export const accountSnapshot = ({ password, deactivations }: Account) => ({ passwordDigest: passwordDigest(password), deactivations })

/**
 * What the row of a session is like whose account still has the password hash it began with, and was not deactivated since. Null
 * is unknown: an earlier release began the session.
 */
export const matchingSnapshotWhere = (account: Account) => {
  const { passwordDigest, deactivations } = accountSnapshot(account)
  return {
    AND: [{ OR: [{ passwordDigest: null }, { passwordDigest }] }, { OR: [{ deactivations: null }, { deactivations }] }],
  }
}

/** What a session knows of its account's beginning, where it knows; else how the account is now. */
export const completedSnapshot = ({ passwordDigest, deactivations }: AccountSnapshot, account: Account) => {
  const now = accountSnapshot(account)
  return { passwordDigest: passwordDigest ?? now.passwordDigest, deactivations: deactivations ?? now.deactivations }
}

/** Whether the row of a session is like matchingSnapshotWhere(). */
export function matchesSnapshot(session: AccountSnapshot, account: Account): boolean {
  const [known, now] = [completedSnapshot(session, account), accountSnapshot(account)]
  return known.passwordDigest === now.passwordDigest && known.deactivations === now.deactivations
}

/** Keeps an account's sessions when the same password is hashed anew. */
export async function keepSessionsOfPassword(tx: Transaction, userId: number, former: string, renewed: string): Promise<void> {
  const where = { userId, passwordDigest: passwordDigest(former) }
  await tx.session.updateMany({ where, data: { passwordDigest: passwordDigest(renewed) } })
}
