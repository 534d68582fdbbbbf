/** Deletes accounts with everything that is kept about them; the audit log alone remembers for AUDIT_RETENTION by which address they were. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { type Database, database, isGone, provider, type Transaction, type User } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { type Effect, findReferences, lockUserForDeletion, referringTable } from '../db/references.ts'
import { requireUnreferenced, StillReferenced } from '../errors.ts'
import { enqueueEmail, lastEmailRetention } from '../mail/outbox.ts'
import { formatDuration } from '../mail/render-email.ts'
import { settings } from '../settings.ts'
import { blacklistTokensOf } from '../tokens/refresh-token.ts'
import type { OwnedTable } from './owned-table.ts'
import { ownedTables } from './owned-tables.ts'

const { join, raw, sql } = Prisma
const name = (declared: string) => raw(`"${declared}"`)

/**
 * Removes an account's row and all that hangs on it, as ownedTables and the database's foreign keys say. Refresh tokens stay
 * blacklisted without an owner.
 * @param tx a transaction that has nothing read yet
 * @returns whether there was such an account
 * @throws StillReferenced where rows of other tables forbid it; nothing may be kept of the transaction then
 */
export async function deleteAccount(tx: Transaction, userId: number, now: Date): Promise<boolean> {
  await lockUserForDeletion(tx, userId)
  requireUnreferenced(await deletionImpact([userId], tx))
  await blacklistTokensOf(tx, userId, now)
  try {
    for (const table of ownedTables) await release(tx, table, userId)
    const { count } = await tx.user.deleteMany({ where: { id: userId } })
    // Django's foreign keys are deferred to the end of the transaction. Check them here, where the error can be explained.
    if (provider() === 'postgresql') await tx.$executeRaw`SET CONSTRAINTS ALL IMMEDIATE`
    return count > 0
  } catch (error) {
    if (!isGone(error)) throw error
    throw new StillReferenced([{ table: referringTable(error) ?? 'another table', count: null }])
  }
}

async function release(tx: Transaction, owned: OwnedTable, userId: number): Promise<void> {
  const { table, column, onDelete, emptied = [], forget } = owned
  const theirs = rowsOf(owned, [userId])
  await forget?.(tx, userId)
  if (onDelete === 'delete') await tx.$executeRaw`DELETE FROM ${name(table)} WHERE ${theirs}`
  if (onDelete === 'set null') {
    const nothing = [column, ...emptied].map((one) => sql`${name(one)} = NULL`)
    await tx.$executeRaw`UPDATE ${name(table)} SET ${join(nothing)} WHERE ${theirs}`
  }
}

/** That a row is one of some accounts'. */
const rowsOf = ({ column }: OwnedTable, userIds: number[]) => sql`${name(column)} IN (${raw(idList(userIds))})`

const idList = (userIds: number[]) => userIds.map((id) => Math.trunc(id)).join(', ')

/** Rows that the deletion of accounts deletes, leaves without an owner, or fails on. */
export interface Affected {
  /** As people read it; a table that is not declared is called by its name. */
  label: string
  table: string
  count: number
  effect: Effect
}

/** What the deletion of accounts does to other rows: of declared tables in their order, then of those that the database knows. */
export async function deletionImpact(userIds: number[], tx: Transaction | Database = database()): Promise<Affected[]> {
  if (userIds.length === 0) return []
  const affected: Affected[] = []
  for (const owned of ownedTables) {
    if (owned.onDelete === 'keep') continue
    const [found] = await tx.$queryRaw<{ n: unknown }[]>`
      SELECT count(*) AS n FROM ${name(owned.table)} WHERE ${rowsOf(owned, userIds)}`
    affected.push({ label: owned.label, table: owned.table, count: Number(found?.n), effect: owned.onDelete })
  }
  const ids = idList(userIds)
  const going = new Map([['accounts_user', `"id" IN (${ids})`]])
  for (const { table, column, onDelete } of ownedTables) if (onDelete === 'delete') going.set(table, `"${column}" IN (${ids})`)
  const references = await findReferences(tx, going, new Set(ownedTables.map(({ table }) => table)))
  return [...affected, ...references.map((reference) => ({ label: reference.table, ...reference }))].filter(({ count }) => count > 0)
}

/**
 * Deletes an account, writes that down and tells its owner.
 * @param actorId who wanted it; null for the passing of time
 * @param logEntryId of the log entry that tells of it, where staff did it
 */
export async function deletePermanently(
  tx: Transaction,
  user: User,
  actorId: number | null,
  source: AuditSource,
  logEntryId: number | null = null,
): Promise<void> {
  await deleteAccount(tx, user.id, source.now)
  await recordEvent(tx, 'account_deleted', { actorId, subjectId: user.id, logEntryId, detail: { email: user.email } }, source)
  const { APP_NAME } = settings()
  const content = {
    subject: `Your ${APP_NAME} account has been deleted`,
    preheader: 'Your account and what we kept about you have been deleted.',
    heading: 'Your account has been deleted',
    paragraphs: ['Your account and what we kept about you have been deleted. This cannot be undone.', retentionNotice()],
    closing: 'You can sign up again with this address at any time.',
  }
  // The account's own emails have just been deleted with it: this one has no owner.
  await enqueueEmail(tx, { kind: 'account_deleted', recipient: user.email, userId: null, content }, source.now)
}

/** Tells the owner of a deleted account what is kept, and for how long. */
export const retentionNotice = () =>
  `We keep the security log, which includes your email address, for ${formatDuration(settings().AUDIT_RETENTION)}, and our last email to you for ${formatDuration(lastEmailRetention())}.`
