/** What a model's pages show otherwise than its declaration says. */
import type { ReactNode } from 'react'
import type { AccountEmails } from '#lib/admin/core/account-fields'
import type { ModelAdmin } from '#lib/admin/core/declaration'
import type { ObjectDetail } from '#lib/admin/core/read-object'
import type { UserPermissions } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'

type Listed = { id: number | string }

interface Visit {
  permissions: UserPermissions
  /** The visitor's session. */
  sid: string | null
}

export interface ListContext extends Visit {
  now: Date
  /** The list's address, to come back to. */
  here: string
}

export interface ListView<Item extends Listed = Listed> {
  /** Said of an empty table. */
  empty?: string
  /** Cells by field, in place of those by the field's kind. */
  cells?: Partial<Record<string, (item: Item, context: ListContext) => ReactNode>>
  /**
   * What can be done with one row: one more column, at the end, for staff who may do it.
   * @returns null where nothing can be done with any of the rows
   */
  rowAction?: (items: Item[], context: ListContext) => Promise<((item: Item) => ReactNode) | null>
}

export interface ObjectContext extends Visit {
  /** Of the accounts that the object names, as far as the visitor may see them. */
  emails: AccountEmails
  /** The fields that the visitor may change. */
  editable: ReadonlySet<string>
}

export interface ObjectView<Detail = ObjectDetail> {
  /** Under the object's name. */
  lead?: (object: Detail, context: ObjectContext) => ReactNode
  /** What a visitor has to know first. */
  notices?: (object: Detail, context: ObjectContext) => Promise<ReactNode>
  /** Beside the form. */
  aside?: (object: Detail, context: ObjectContext) => ReactNode
  /** Fields that are not inputs of their kind, by name; null where this object's field is one. `state`: of a refused form. */
  fields?: Partial<Record<string, (object: Detail, context: ObjectContext, state: FormState) => ReactNode>>
  /** Above the form that adds an object. */
  addLead?: string
  /** Fields of that form that are not inputs of their kind, by name. */
  addFields?: Partial<Record<string, (state: FormState, errorsOf: (field: string) => string[]) => ReactNode>>
  /** What is deleted, in a sentence. */
  deleteWords?: (object: Detail) => ReactNode
}

/** A view under its model's path. Here alone the types of rows and objects are lost: model and view have the same. */
export const viewOf = <Item extends Listed, Name extends string>({ path }: ModelAdmin<Item, Name>, view: ListView<Item>) =>
  [path, view as unknown as ListView] as const

export const objectViewOf = <Detail>({ path }: Pick<ModelAdmin, 'path'>, view: ObjectView<Detail>) =>
  [path, view as unknown as ObjectView] as const
