import { provider, type Transaction } from '../../db/client.ts'
import { Prisma } from '../../db/generated/sqlite/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { MAX_ID, MAX_INTEGER } from '../../fields/choice.ts'

const { empty, join, raw } = Prisma

/** What is added and what taken away between two sets of ids. */
export function difference(before: number[], after: number[]): { added: number[]; removed: number[]; both: number[] } {
  const added = after.filter((id) => !before.includes(id))
  const removed = before.filter((id) => !after.includes(id))
  return { added, removed, both: [...added, ...removed] }
}

const TABLES = { account: 'accounts_user', group: 'auth_group', permission: 'auth_permission' } as const

/**
 * Requires that the rows to be linked with an object exist, until the transaction ends.
 * @throws ValidationFailed naming the first id that does not exist (Django REST framework's PrimaryKeyRelatedField)
 */
export async function requireExisting(tx: Transaction, kind: keyof typeof TABLES, field: string, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  const possible = ids.filter((id) => id <= (kind === 'account' ? MAX_ID : MAX_INTEGER))
  const found = possible.length === 0 ? [] : await keep(tx, kind, possible)
  const missing = ids.find((id) => !found.includes(id))
  if (missing !== undefined)
    throw new ValidationFailed({ [field]: [`${kind === 'account' ? 'unknown_account' : 'unknown_object'}:${missing}`] })
}

/** Keeps rows from being deleted until the transaction ends. @returns the ids of those that exist */
async function keep(tx: Transaction, kind: keyof typeof TABLES, ids: number[]): Promise<number[]> {
  const table = raw(TABLES[kind])
  const rows = await tx.$queryRaw<{ id: unknown }[]>`
    SELECT id FROM ${table} WHERE id IN (${join(ids)}) ORDER BY id ${provider() === 'postgresql' ? raw('FOR KEY SHARE') : empty}`
  return rows.map(({ id }) => Number(id))
}
