import type { Transaction } from '../db/client.ts'

/** Keeps every superuser's row until the transaction ends, by an UPDATE that changes nothing: who comes second sees what the first did. */
export async function lockSuperusers(tx: Transaction): Promise<void> {
  await tx.user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: true } })
}

/** Whether nobody else is an active superuser. The answer holds until the transaction ends. */
export async function isLastSuperuser(tx: Transaction, userId: number): Promise<boolean> {
  await lockSuperusers(tx)
  return (await tx.user.count({ where: { isSuperuser: true, isActive: true, id: { not: userId } } })) === 0
}
