/** By what a session knows the account that it began with: the password (Django's session auth hash), and that it was active ever since. */
import { createHash } from 'node:crypto'
import type { Session, Transaction, User } from '../db/client.ts'

/** @param hash the account's stored password hash */
export const passwordDigest = (hash: string) => createHash('sha256').update(hash).digest('hex')

type Account = Pick<User, 'password' | 'deactivations'>

/** What the row of a session is like whose account still has the password hash it began with, and was not deactivated since. */
export const begunWith = ({ password, deactivations }: Account) => ({
  deactivations,
  OR: [{ passwordDigest: null }, { passwordDigest: passwordDigest(password) }],
})

/** Whether the row of a session is like that. */
export const hasBegunWith = (session: Pick<Session, 'passwordDigest' | 'deactivations'>, { password, deactivations }: Account) =>
  session.deactivations === deactivations && (session.passwordDigest === null || session.passwordDigest === passwordDigest(password))

/** Keeps an account's sessions when the same password is hashed anew. */
export async function keepSessionsOfPassword(tx: Transaction, userId: number, former: string, renewed: string): Promise<void> {
  const where = { userId, passwordDigest: passwordDigest(former) }
  await tx.session.updateMany({ where, data: { passwordDigest: passwordDigest(renewed) } })
}
