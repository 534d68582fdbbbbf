import { type ModelAdmin, permissionFor } from '#lib/admin/declaration'
import { type Objects, objectsOf } from '#lib/admin/objects/objects-of'
import { hasObjects, modelAt } from '#lib/admin/registry'
import { required, requireStaff, type Staff } from '../_staff.ts'
import { objectViews } from '../_views/views.ts'
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
 * @throws Next's interruption for whoever may not; where there is no such model, staff are told that, and nobody else
 */
export async function requireObjects(model: string, page: string, action: 'view' | 'add' | 'delete'): Promise<Found> {
  const found = objectModelAt(model)
  const staff = await requireStaff(page, found === null ? undefined : permissionFor(found, action))
  const admin = required(found)
  return { ...staff, admin, view: objectViews.get(admin.path) ?? {}, objects: objectsOf(admin) }
}

/** `Users`, `Group`: a model's name as it begins a line. */
export const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** What a form's fields are called, by their names. */
export const labelsOf = ({ fields }: ModelAdmin) => Object.fromEntries(Object.entries(fields).map(([name, { label }]) => [name, label]))
