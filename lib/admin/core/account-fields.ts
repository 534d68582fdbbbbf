/** Fields that name an account: stored and answered as its id, typed and shown in the pages as its email address. */
import { database } from '../../db/client.ts'
import { hasPermission, type UserPermissions } from '../../permissions/user-permissions.ts'
import type { AdminField, ModelAdmin } from './declaration.ts'

type Fields = Pick<ModelAdmin, 'fields'>
export const accountFields = ({ fields }: Fields): string[] =>
  Object.entries<AdminField>(fields).flatMap(([field, { kind }]) => (kind === 'account' ? [field] : []))

/** Whether staff may learn which account has an address, and which address an account has. */
export const maySeeEmails = (permissions: UserPermissions): boolean => hasPermission(permissions, 'accounts.view_user')

/** Email addresses by account id. */
export type AccountEmails = ReadonlyMap<number, string>

/**
 * The email addresses of the accounts that rows name, read at once; none for staff who may not see accounts.
 * @param fields of the rows that hold ids of accounts
 */
export async function emailsOfAccounts(
  fields: readonly string[],
  rows: readonly object[],
  permissions: UserPermissions,
): Promise<AccountEmails> {
  if (!maySeeEmails(permissions)) return new Map()
  const ids = new Set(rows.flatMap((row) => fields.map((field) => (row as Record<string, unknown>)[field])))
  const wanted = [...ids].filter((id) => typeof id === 'number')
  if (wanted.length === 0) return new Map()
  const users = await database().user.findMany({ where: { id: { in: wanted } }, select: { id: true, email: true } })
  return new Map(users.map(({ id, email }) => [id, email]))
}

/** A row as forms show it: email addresses in place of ids, as far as they are known. */
export const withAccountEmails = <Row extends object>(admin: Fields, row: Row, emails: AccountEmails): Row => {
  const shown = accountFields(admin).flatMap((field) => {
    const email = emails.get((row as Record<string, unknown>)[field] as number)
    return email === undefined ? [] : [[field, email] as const]
  })
  return { ...row, ...Object.fromEntries(shown) }
}
