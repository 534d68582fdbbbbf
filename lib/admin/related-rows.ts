import type { Transaction } from '../db/client.ts'
import { ValidationFailed } from '../errors.ts'
import { LARGEST_INTEGER } from '../fields/choice.ts'

/** What is added and what taken away between two sets of ids. */
export function difference(before: number[], after: number[]): { added: number[]; removed: number[]; both: number[] } {
  const added = after.filter((id) => !before.includes(id))
  const removed = before.filter((id) => !after.includes(id))
  return { added, removed, both: [...added, ...removed] }
}

/** @throws ValidationFailed naming the first id that is none (Django REST framework's PrimaryKeyRelatedField) */
export async function requireExisting(tx: Transaction, kind: 'group' | 'permission', field: string, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  const query = { where: { id: { in: ids.filter((id) => id <= LARGEST_INTEGER) } }, select: { id: true } }
  const found = kind === 'group' ? await tx.group.findMany(query) : await tx.permission.findMany(query)
  const missing = ids.find((id) => !found.some((row) => row.id === id))
  if (missing !== undefined) throw new ValidationFailed({ [field]: [`unknown_object:${missing}`] })
}
