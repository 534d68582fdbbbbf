import type { Transaction } from '../db/client.ts'

/**
 * Whether nobody else is an active superuser. The answer holds until the transaction ends: it begins with an UPDATE that
 * changes nothing but keeps every superuser's row, so that of two who leave at once the second sees the first one gone.
 */
export async function isLastSuperuser(tx: Transaction, userId: number): Promise<boolean> {
  await tx.user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: true } })
  return (await tx.user.count({ where: { isSuperuser: true, isActive: true, id: { not: userId } } })) === 0
}
