/** What the pages of a model's objects show otherwise than its declaration says. */
import type { ReactNode } from 'react'
import type { ModelAdmin } from '#lib/admin/declaration'
import type { AccountEmails } from '#lib/admin/objects/account-fields'
import type { ObjectDetail } from '#lib/admin/objects/read-object'
import type { UserPermissions } from '#lib/permissions/user-permissions'
import type { FormState } from '../../_request.ts'

/** For whom a page is shown. */
export interface ObjectContext {
  permissions: UserPermissions
  /** The session in which it is asked for. */
  sid: string | null
  /** Of the accounts that the object names, as far as they may be seen. */
  emails: AccountEmails
  /** The fields that may be changed. */
  editable: ReadonlySet<string>
}

export interface ObjectView<Detail = ObjectDetail> {
  /** Under the object's name. */
  lead?: (object: Detail, context: ObjectContext) => ReactNode
  /** What has to be known before anything is done. */
  notices?: (object: Detail, context: ObjectContext) => Promise<ReactNode>
  /** Beside the form. */
  aside?: (object: Detail, context: ObjectContext) => ReactNode
  /** Fields that are no input of their kind, by name; null where this object's is one. `state`: what a form held that came back. */
  fields?: Partial<Record<string, (object: Detail, context: ObjectContext, state: FormState) => ReactNode>>
  /** Above the form that adds one. */
  addLead?: string
  /** Fields of that form that are no input of their kind, by name, and with them whatever they need besides. */
  addFields?: Partial<Record<string, (state: FormState, wrong: (field: string) => string[]) => ReactNode>>
  /** What is deleted, in a sentence. */
  deleteWords?: (object: Detail) => ReactNode
}

/** A view under its model's path. The one place where the object's type is forgotten: object and view come of one model. */
export const objectViewOf = <Detail>({ path }: Pick<ModelAdmin, 'path'>, view: ObjectView<Detail>) =>
  [path, view as unknown as ObjectView] as const
