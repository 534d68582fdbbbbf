/** Fields that name an account: stored and answered as its id, typed and shown in the pages as its email address. */
import { database } from '../../db/client.ts'
import { type FieldErrors, ValidationFailed } from '../../errors.ts'
import type { FieldValue, FieldValues } from '../../fields/validate.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { hasPermission, loadPermissions, type UserPermissions } from '../../permissions/user-permissions.ts'
import { findUserByEmail } from '../../users/find-user.ts'
import type { AdminField, ModelAdmin } from './declaration.ts'

type Fields = Pick<ModelAdmin, 'fields'>
export const accountFields = ({ fields }: Fields): string[] =>
  Object.entries<AdminField>(fields).flatMap(([field, { kind }]) => (kind === 'account' ? [field] : []))

/** Whether staff may learn which account has an address, and which address an account has. */
export const maySeeEmails = (permissions: UserPermissions): boolean => hasPermission(permissions, 'accounts.view_user')

/** An address and not a number. */
const isEmail = (value: FieldValue | undefined): value is string => typeof value === 'string' && value.includes('@')

/** The ids of the accounts that an input names by email address, and what is wrong with the others. */
async function findAccounts(admin: Fields, input: FieldValues, { client, principal }: AuthenticatedContext) {
  const named = accountFields(admin).filter((field) => isEmail(input[field]))
  const ids: Record<string, number> = {}
  const errors: FieldErrors = {}
  if (named.length === 0) return { ids, errors }
  // The API takes ids alone; to staff who may not see accounts no answer tells whether an address has one.
  const mayFind = client === 'browser' && maySeeEmails(await loadPermissions(principal.user))
  for (const field of named) {
    const user = mayFind ? await findUserByEmail(input[field] as string) : null
    if (user) ids[field] = user.id
    else errors[field] = [mayFind ? 'unknown_email' : 'not_an_integer']
  }
  return { ids, errors }
}

/** What is wrong with the email addresses by which an input names accounts. */
export const accountErrors = async (admin: Fields, input: FieldValues, context: AuthenticatedContext): Promise<FieldErrors> =>
  (await findAccounts(admin, input, context)).errors

/**
 * An input with ids in place of email addresses.
 * @throws ValidationFailed for an address that no account has, and for any from an API client
 */
export async function withAccountIds(admin: Fields, input: FieldValues, context: AuthenticatedContext): Promise<FieldValues> {
  const { ids, errors } = await findAccounts(admin, input, context)
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return { ...input, ...ids }
}

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
