import type { Transaction, User } from '../db/client.ts'

/** Keeps every superuser's row until the transaction ends, by an UPDATE that changes nothing: who comes second sees what the first did. */
export async function lockSuperusers(tx: Transaction): Promise<void> {
  await tx.user.updateMany({ where: { isSuperuser: true }, data: { isSuperuser: true } })
}

/**
 * Whether nobody else could do what a superuser can: of one who is staff, nobody else who may enter the admin area, since the
 * others could do nothing there. The answer holds until the transaction ends.
 */
export async function isLastSuperuser(tx: Transaction, { id, isStaff }: Pick<User, 'id' | 'isStaff'>): Promise<boolean> {
  await lockSuperusers(tx)
  const others = { isSuperuser: true, isActive: true, id: { not: id }, ...(isStaff && { isStaff }) }
  return (await tx.user.count({ where: others })) === 0
}
