import { cache } from 'react'
import { type ModelAdmin, objectName, permissionFor } from '#lib/admin/declaration'
import { type Objects, objectsOf } from '#lib/admin/objects/objects-of'
import type { ObjectDetail } from '#lib/admin/objects/read-object'
import { hasObjects, modelAt } from '#lib/admin/registry'
import { hasPermission } from '#lib/permissions/user-permissions'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { currentStaff, required, requireStaff, type Staff } from '../_staff.ts'
import { objectViews } from '../_views/object-views.ts'
import type { ObjectView } from './object-view.ts'

interface Found extends Staff {
  admin: ModelAdmin
  view: ObjectView
  objects: Objects
}

/** The model at a path whose objects have pages; null where there is none. */
export function objectModelAt(path: string): ModelAdmin | null {
  const model = modelAt(path)
  return model !== null && hasObjects(model) ? model : null
}

/**
 * The lock of an object's pages.
 * @param page the page's own path, to come back to
 * @throws Next's interruption without permission; only staff are told that there is no such model
 */
export async function requireObjects(model: string, page: string, action: 'view' | 'add' | 'delete'): Promise<Found> {
  const found = objectModelAt(model)
  const staff = await requireStaff(page, found === null ? undefined : permissionFor(found, action))
  const admin = required(found)
  return { ...staff, admin, view: objectViews.get(admin.path) ?? {}, objects: objectsOf(admin) }
}

/** An object of a model, read once for its page and the page's title; null where there is none. */
export const readObject = cache(async (admin: ModelAdmin, id: string): Promise<ObjectDetail | null> => objectsOf(admin).read(id))

/**
 * What a page does with an object, headed by the object's name where the visitor may see it: `ann@example.com – Change user`.
 * It asks what the page asks, and leaves saying no to that.
 * @param what the page's name in general
 * @param more what the page wants besides the permission
 */
export async function objectTitle(
  admin: ModelAdmin,
  id: string,
  action: 'view' | 'change' | 'delete',
  what: string | ((seen: { object: ObjectDetail; editable: boolean } | null) => string),
  more: (staff: Staff, objects: Objects, object: ObjectDetail) => Promise<boolean> = async () => true,
): Promise<string> {
  const words = typeof what === 'string' ? () => what : what
  const staff = await currentStaff()
  if (!staff || !hasPermission(staff.permissions, permissionFor(admin, action))) return words(null)
  const object = await readObject(admin, id)
  const objects = objectsOf(admin)
  if (object === null || !(await more(staff, objects, object))) return words(null)
  const editable = (await objects.editable(staff.permissions, object)).size > 0
  return `${objectName(admin, object)} – ${words({ object, editable })}`
}

/** For pages that want the password entered of late. */
export const isRecentlyVerified = ({ principal }: Staff) => isRecentlyAuthenticated(principal, new Date())

/** What a form's fields are called, by their names. */
export const labelsOf = ({ fields }: ModelAdmin) => Object.fromEntries(Object.entries(fields).map(([name, { label }]) => [name, label]))
