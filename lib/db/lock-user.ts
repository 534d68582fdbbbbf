import type { Transaction, User } from './client.ts'

/**
 * Makes a transaction the only one that changes an account until it ends. Whoever changes an account together with its
 * tokens or sessions does this first: one order for all, so that no two transactions wait for each other. It is a write,
 * with which a transaction in SQLite must begin.
 * @returns the account as it is now; null when there is none
 */
export async function lockUser(tx: Transaction, id: number): Promise<User | null> {
  await tx.$executeRaw`UPDATE accounts_user SET is_active = is_active WHERE id = ${id}`
  return tx.user.findUnique({ where: { id } })
}
