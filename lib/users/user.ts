/** Accounts: found by e-mail address, and shown field by field, so that nothing else of the row can leave the server (AZ-3). */
import { setTimeout } from 'node:timers/promises'
import { domainToUnicode } from 'node:url'
import * as z from 'zod/mini'
import { worksHere } from '../credentials/second-factors.ts'
import { type Database, database, provider, type Transaction, type User } from '../db/client.ts'
import {
  type AccountField,
  type Audience,
  accountColumns,
  fieldsShownTo,
  shapesShownTo,
  type TextColumn,
  textColumns,
} from '../fields/account.ts'
import { canonicalEmail } from '../fields/credentials.ts'
import { settings } from '../settings.ts'

/**
 * The account of an address: the one that spells it so, as Django finds it, and otherwise the one whose canonical form is
 * the same. Rows that Django wrote may be in capitals, or have an international domain or a form that new addresses may not
 * have: each is found by its own spelling at least, also beside another one of the same canonical form.
 */
export async function findUserByEmail(address: string, db: Database = database()): Promise<User | null> {
  const exact = await db.user.findUnique({ where: { email: address } })
  if (exact) return exact
  const canonical = canonicalEmail(address)
  if (canonical === null) return null
  const respelt = canonical === address ? null : await db.user.findUnique({ where: { email: canonical } })
  if (respelt) return respelt
  const at = canonical.lastIndexOf('@')
  const unicode = `${canonical.slice(0, at)}@${domainToUnicode(canonical.slice(at + 1))}`
  // lower() of the C collation, like SQLite's, folds ASCII only: no look-alike becomes another's address (CVE-2019-19844).
  const rows =
    provider() === 'sqlite'
      ? await db.$queryRaw<{ id: unknown }[]>`SELECT id FROM accounts_user WHERE lower(email) IN (${canonical}, ${unicode})`
      : await db.$queryRaw<{ id: unknown }[]>`SELECT id FROM accounts_user WHERE lower(email COLLATE "C") IN (${canonical}, ${unicode})`
  for (const { id } of rows) {
    const user = await db.user.findUnique({ where: { id: Number(id) } })
    if (user && canonicalEmail(user.email) === canonical) return user
  }
  return null
}

/** Whether an account that its owner closed may still be restored: staff who keep the owner out void its link. */
export async function isRestorable(tx: Transaction, { id, isActive, deletionDueAt }: User, now: Date): Promise<boolean> {
  if (isActive || deletionDueAt === null || deletionDueAt <= now) return false
  const where = { userId: id, purpose: 'account_deletion_undo', usedAt: null, voidedAt: null, expiresAt: { gt: now } }
  return (await tx.oneTimeToken.count({ where })) > 0
}

/**
 * Keeps from an answer's time what its text does not tell (ASVS 6.3.8): waits until LOGIN_FAILURE_TIME has passed, which is
 * longer than what the cases differ by.
 * @param started when the work began, in milliseconds of performance.now()
 */
export const waitForMinimumDuration = (started: number) =>
  setTimeout(Math.max(0, settings().LOGIN_FAILURE_TIME * 1000 - (performance.now() - started)))

/**
 * Does something whose duration would tell whether an account exists; it ends, well or not, no sooner than
 * LOGIN_FAILURE_TIME after it began.
 * @throws what `work` throws
 */
export async function withMinimumDuration<Result>(work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  try {
    return await work()
  } finally {
    await waitForMinimumDuration(started)
  }
}

/** A field of an account as it is shown. */
function shown(user: User, field: AccountField): unknown {
  const declared = accountColumns[field]
  const value = user[declared.column]
  if ('isSet' in declared) return value !== null
  return value instanceof Date ? value.toISOString() : value
}

const shownTo = (audience: Audience, user: User) => Object.fromEntries(fieldsShownTo(audience).map((field) => [field, shown(user, field)]))

/** The four fields that the original API answers. */
export const publicUser = (user: User) => shownTo('public', user) as z.infer<typeof userShape>

/** What the owner of an account sees of it. */
export const ownUser = (user: User) => shownTo('owner', user) as z.infer<typeof ownUserShape>

/** An account as the admin area lists it. */
export type UserItem = z.infer<typeof userItemShape>
export type ListedUser = User & { totpDevice: { confirmedAt: Date | null } | null; passkeys: { rpId: string }[] }
export const userItem = (user: ListedUser): UserItem => ({
  ...staffFields(user),
  second_factor: (user.totpDevice?.confirmedAt ?? null) !== null || user.passkeys.some(({ rpId }) => rpId === worksHere().rpId),
})

/** What staff see of an account's own columns. */
export const staffFields = (user: User) => shownTo('staff', user) as Omit<UserItem, 'second_factor'>

/** The profile in the owner's export. */
export const exportedUser = (user: User) => shownTo('export', user) as z.infer<typeof exportedUserShape>

/** An account's editable texts, by field. */
export const storedTexts = (user: User) =>
  Object.fromEntries(textColumns.map((field) => [field, user[accountColumns[field].column]])) as Record<TextColumn, string>

// The API's description of the same.
export const userShape = z.object(shapesShownTo('public')).register(z.globalRegistry, { id: 'User' })
export const ownUserShape = z.object(shapesShownTo('owner')).register(z.globalRegistry, { id: 'OwnUser' })
export const userItemShape = z
  .object({ ...shapesShownTo('staff'), /** Whether a login asks for one. */ second_factor: z.boolean() })
  .register(z.globalRegistry, { id: 'AdminUser' })
export const exportedUserShape = z.object(shapesShownTo('export')).register(z.globalRegistry, { id: 'ExportedUser' })
