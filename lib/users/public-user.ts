/** What of an account is shown, field by field, so that nothing else of the row can leave the server (AZ-3). */
import * as z from 'zod/mini'
import type { User } from '../db/client.ts'
import {
  type AccountField,
  type Audience,
  accountColumns,
  fieldsShownTo,
  shapesShownTo,
  type TextColumn,
  textColumns,
} from '../fields/account.ts'

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
export const userItem = (user: User) => shownTo('staff', user) as UserItem

/** The profile in the owner's export. */
export const exportedUser = (user: User) => shownTo('export', user) as z.infer<typeof exportedUserShape>

/** An account's editable texts, by field. */
export const storedTexts = (user: User) =>
  Object.fromEntries(textColumns.map((field) => [field, user[accountColumns[field].column]])) as Record<TextColumn, string>

// The API's description of the same.
export const userShape = z.object(shapesShownTo('public')).register(z.globalRegistry, { id: 'User' })
export const ownUserShape = z.object(shapesShownTo('owner')).register(z.globalRegistry, { id: 'OwnUser' })
export const userItemShape = z.object(shapesShownTo('staff')).register(z.globalRegistry, { id: 'AdminUser' })
export const exportedUserShape = z.object(shapesShownTo('export')).register(z.globalRegistry, { id: 'ExportedUser' })
