/** What a model's list shows otherwise than its declaration says. */
import type { ReactNode } from 'react'
import type { ModelAdmin } from '#lib/admin/declaration'
import type { UserPermissions } from '#lib/permissions/user-permissions'

type Listed = { id: number | string }

/** For whom a list is shown, when, and at which address. */
export interface ListContext {
  permissions: UserPermissions
  /** The session in which it is asked for. */
  sid: string | null
  now: Date
  /** This very list, to come back to. */
  here: string
}

export interface ListView<Item extends Listed = Listed> {
  /** Said where there is nothing to list at all. */
  empty?: string
  /** Cells by field, in place of those by the field's kind. */
  cells?: Partial<Record<string, (item: Item, context: ListContext) => ReactNode>>
  /**
   * What can be done with one row: one more column, at the end, for staff who may do it.
   * @returns null where nothing can be done with any of them
   */
  rowAction?: (items: Item[], context: ListContext) => Promise<((item: Item) => ReactNode) | null>
}

/** A view under its model's path. The one place where the rows' type is forgotten: rows and view come of one declaration. */
export const viewOf = <Item extends Listed, Name extends string>({ path }: ModelAdmin<Item, Name>, view: ListView<Item>) =>
  [path, view as unknown as ListView] as const
