/** What the pages of a model's objects ask, whoever answers: its declaration, or for accounts their own use cases. */
import type { Effect } from '../../db/references.ts'
import { hasPermission, type UserPermissions } from '../../permissions/user-permissions.ts'
import { type ModelAdmin, permissionFor } from '../declaration.ts'
import type { FieldChanges } from '../field-changes.ts'
import { userAdmin } from '../users/declaration.ts'
import { deletionPreview as previewOfUser } from '../users/delete-user.ts'
import { editableFields, mayDeleteUser } from '../users/edit-permissions.ts'
import { readUser } from '../users/read-user.ts'
import { deletionPreview, differencesOf, formFields, type ObjectDetail, readObject } from './read-object.ts'

export interface Objects {
  /** @param given as an address names it; null when there is no such object */
  read(given: string): Promise<ObjectDetail | null>
  /** The fields that somebody may change of an object; none where they may look at it alone. */
  editable(permissions: UserPermissions, object: ObjectDetail): Promise<Set<string>>
  mayDelete(permissions: UserPermissions, object: ObjectDetail): Promise<boolean>
  /** Whether to add one the password must have been entered of late. */
  addNeedsRecentAuthentication: boolean
  /** What saving a form would change. @param typed as the form came back, by the fields' names */
  differences(object: ObjectDetail, typed: Record<string, string>): Promise<FieldChanges>
  /** What a deletion of an object does to other rows. */
  deletionPreview(object: ObjectDetail): Promise<{ label: string; count: number; effect?: Effect }[]>
}

/** An account's detail is an object's, and a summary of its password besides. */
const users: Objects = {
  read: async (given) => (await readUser(given)) as unknown as ObjectDetail | null,
  editable: editableFields,
  mayDelete: mayDeleteUser,
  addNeedsRecentAuthentication: true,
  differences: (object, typed) => differencesOf(userAdmin, object, typed),
  deletionPreview: ({ id }) => previewOfUser(id),
}

/** @param admin of a model whose objects have pages (hasObjects) */
export function objectsOf(admin: ModelAdmin): Objects {
  if (admin.path === userAdmin.path) return users
  return {
    read: (given) => readObject(admin, given),
    editable: async (permissions) =>
      new Set(hasPermission(permissions, permissionFor(admin, 'change')) ? formFields(admin, admin.fieldsets) : []),
    mayDelete: async (permissions) => hasPermission(permissions, permissionFor(admin, 'delete')),
    addNeedsRecentAuthentication: false,
    differences: (object, typed) => differencesOf(admin, object, typed),
    deletionPreview: async (object) => deletionPreview(admin, object),
  }
}
