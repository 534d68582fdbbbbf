/** What a model's pages show otherwise than its declaration says. */
import type { ReactNode } from 'react'
import type { AccountEmails } from '#lib/admin/core/account-fields'
import type { UserPermissions } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'

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

export interface ObjectContext extends Visit {
  /** Of the accounts that the object names, as far as the visitor may see them. */
  emails: AccountEmails
  /** The fields that the visitor may change. */
  editable: ReadonlySet<string>
}

/**
 * A function of a row or an object. As the type of a method it takes what its own model has, and still passes as a part of a view
 * of any model: the page calls it with what the model of the same path has listed.
 */
type Shown<Thing, Rest extends unknown[]> = { show(thing: Thing, ...rest: Rest): ReactNode }['show']

export interface ListView<Item = { id: number | string }> {
  /** Said of an empty table. */
  empty?: string
  /** Cells by field, in place of those by the field's kind. */
  cells?: Partial<Record<string, Shown<Item, [context: ListContext]>>>
  /**
   * What can be done with one row: one more column, at the end, for staff who may do it.
   * @returns null where nothing can be done with any of the rows
   */
  rowAction?(items: Item[], context: ListContext): Promise<Shown<Item, []> | null>
}

export interface ObjectView<Detail = object> {
  /** Under the object's name. */
  lead?(object: Detail, context: ObjectContext): ReactNode
  /** What a visitor has to know first. */
  notices?(object: Detail, context: ObjectContext): Promise<ReactNode>
  /** Beside the form. */
  aside?(object: Detail, context: ObjectContext): ReactNode
  /** Fields that are not inputs of their kind, by name; null where this object's field is one. `state`: of a refused form. */
  fields?: Partial<Record<string, Shown<Detail, [context: ObjectContext, state: FormState]>>>
  /** Above the form that adds an object. */
  addLead?: string
  /** Fields of that form that are not inputs of their kind, by name. */
  addFields?: Partial<Record<string, (state: FormState, errorsOf: (field: string) => string[]) => ReactNode>>
  /** What is deleted, in a sentence. */
  deleteWords?(object: Detail): ReactNode
}
