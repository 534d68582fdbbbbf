/** What the pages of a model's objects ask of its declaration and its hooks. */
import type { Effect } from '../../db/references.ts'
import { hasPermission, type UserPermissions } from '../../permissions/user-permissions.ts'
import { hooksOf } from '../hooks-of.ts'
import { type ModelAdmin, permissionFor } from './declaration.ts'
import type { FieldChanges } from './field-changes.ts'
import { deletionPreview, differencesOf, formFields, type ObjectDetail, readObject } from './read-object.ts'

export interface Objects {
  /** @param given as an address names it; null when there is no such object */
  read(given: string): Promise<ObjectDetail | null>
  /** The fields that staff may change of an object; none where they may only look at it. */
  editable(permissions: UserPermissions, object: ObjectDetail): Promise<Set<string>>
  mayDelete(permissions: UserPermissions, object: ObjectDetail): Promise<boolean>
  /** Whether the password must have been entered recently to add one. */
  addNeedsRecentAuthentication: boolean
  /** What saving a form would change. @param typed as the form came back, by the fields' names */
  differences(object: ObjectDetail, typed: Record<string, string>): Promise<FieldChanges>
  /** What a deletion of an object does to other rows. */
  deletionPreview(object: ObjectDetail): Promise<{ label: string; count: number; effect?: Effect }[]>
}

/** @param admin of a model whose objects have pages (hasObjects) */
export function objectsOf(admin: ModelAdmin): Objects {
  const hooks = hooksOf(admin)
  const may = (permissions: UserPermissions, action: 'change' | 'delete') => hasPermission(permissions, permissionFor(admin, action))
  return {
    read: (given) => readObject(admin, given),
    editable: async (permissions, object) =>
      hooks.editable?.(permissions, object) ?? new Set(may(permissions, 'change') ? formFields(admin, admin.fieldsets) : []),
    mayDelete: async (permissions, object) => hooks.mayDelete?.(permissions, object) ?? may(permissions, 'delete'),
    addNeedsRecentAuthentication: hooks.addNeedsRecentAuthentication === true,
    differences: (object, typed) => differencesOf(admin, object, typed),
    deletionPreview: async (object) => hooks.deletionPreview?.(object.id) ?? deletionPreview(admin, object),
  }
}
