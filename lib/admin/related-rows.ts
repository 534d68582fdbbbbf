import { provider, type Transaction } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { ValidationFailed } from '../errors.ts'
import { LARGEST_INTEGER } from '../fields/choice.ts'

const { empty, join, raw } = Prisma

/** What is added and what taken away between two sets of ids. */
export function difference(before: number[], after: number[]): { added: number[]; removed: number[]; both: number[] } {
  const added = after.filter((id) => !before.includes(id))
  const removed = before.filter((id) => !after.includes(id))
  return { added, removed, both: [...added, ...removed] }
}

/**
 * Sees to it that there is what an object is to be linked with, until the transaction ends.
 * @throws ValidationFailed naming the first id that is none (Django REST framework's PrimaryKeyRelatedField)
 */
export async function requireExisting(tx: Transaction, kind: 'group' | 'permission', field: string, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  const possible = ids.filter((id) => id <= LARGEST_INTEGER)
  const found = possible.length === 0 ? [] : await keep(tx, kind, possible)
  const missing = ids.find((id) => !found.includes(id))
  if (missing !== undefined) throw new ValidationFailed({ [field]: [`unknown_object:${missing}`] })
}

/** Keeps rows from being deleted meanwhile. @returns the ids of those that there are */
async function keep(tx: Transaction, kind: 'group' | 'permission', ids: number[]): Promise<number[]> {
  const table = raw(kind === 'group' ? 'auth_group' : 'auth_permission')
  const rows = await tx.$queryRaw<{ id: unknown }[]>`
    SELECT id FROM ${table} WHERE id IN (${join(ids)}) ORDER BY id ${provider() === 'postgresql' ? raw('FOR KEY SHARE') : empty}`
  return rows.map(({ id }) => Number(id))
}
