/** By what a session knows the password that it began with (Django's session auth hash). */
import { createHash } from 'node:crypto'
import type { Transaction } from '../db/client.ts'

/** @param hash the account's stored password hash */
export const passwordDigest = (hash: string) => createHash('sha256').update(hash).digest('hex')

/** What the row of a session is like whose account still has the password hash it began with. */
export const ofPassword = (hash: string) => ({ OR: [{ passwordDigest: null }, { passwordDigest: passwordDigest(hash) }] })

/** Keeps an account's sessions when the same password is hashed anew. */
export async function keepSessionsOfPassword(tx: Transaction, userId: number, former: string, renewed: string): Promise<void> {
  const where = { userId, passwordDigest: passwordDigest(former) }
  await tx.session.updateMany({ where, data: { passwordDigest: passwordDigest(renewed) } })
}
