import type { Metadata } from 'next'
import { cache } from 'react'
import { type ModelAdmin, objectName, permissionFor } from '#lib/admin/core/declaration'
import { type ObjectDetail, type Objects, objectsOf } from '#lib/admin/core/read-object'
import { hasObjects, modelAt } from '#lib/admin/registry'
import { PermissionDenied } from '#lib/errors'
import { hasPermission } from '#lib/permissions/user-permissions'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { requireRecentAuthentication } from '../../_session.ts'
import { pageTitle } from '../../_ui/format-text.ts'
import { adminFormState, currentStaff, noteDenial, refuse, required, requireStaff, type Staff } from '../_request.ts'
import { objectViews } from '../_views/object-views.tsx'
import type { ObjectView } from '../_views/view.ts'

/** The pages of an object by the end of their paths, with what a visitor must be allowed to do with it. */
const PAGES = { '': 'view', '/history': 'view', '/password': 'change', '/second-factor': 'change', '/delete': 'delete' } as const
type Page = keyof typeof PAGES

interface Address {
  model: string
  id: string
}

interface ModelOfPage extends Staff {
  admin: ModelAdmin
  view: ObjectView
  objects: Objects
  /** The page's own path. */
  page: string
}

interface Seen<Detail = ObjectDetail> {
  object: Detail
  /** The fields that the visitor may change. */
  editable: ReadonlySet<string>
  mayDelete: boolean
}

/** The model at a path whose objects have pages; null where there is none. */
export function objectModelAt(path: string): ModelAdmin | null {
  const model = modelAt(path)
  return model !== null && hasObjects(model) ? model : null
}

/**
 * Requires the permission that a page of a model's objects needs.
 * @throws Next's interruption without permission; only staff are told that there is no such model
 */
export async function requireObjects(model: string, page: string, action: 'view' | 'add' | 'change' | 'delete'): Promise<ModelOfPage> {
  const found = objectModelAt(model)
  const staff = await requireStaff(page, found === null ? undefined : permissionFor(found, action))
  const admin = required(found)
  return { ...staff, admin, view: objectViews.get(admin.path) ?? {}, objects: objectsOf(admin), page }
}

/** An object of a model, read once for its page and the page's title; null where there is none. */
const readObject = cache(async (admin: ModelAdmin, id: string): Promise<ObjectDetail | null> => objectsOf(admin).read(id))

async function seenBy<Detail>({ permissions }: Staff, admin: ModelAdmin, object: ObjectDetail): Promise<Seen<Detail>> {
  const objects = objectsOf(admin)
  const [editable, mayDelete] = await Promise.all([objects.editable(permissions, object), objects.mayDelete(permissions, object)])
  return { object: object as Detail, editable, mayDelete }
}

/** Whether a visitor with the model's permission may do it to this very object. */
const mayOpen = (page: Page, { editable, mayDelete }: Omit<Seen, 'object'>) =>
  PAGES[page] === 'view' || (PAGES[page] === 'delete' ? mayDelete : editable.size > 0)

/**
 * Requires what a page of an object needs: the permission, for pages that change something a recent login, and that the object
 * is not above the visitor's own permissions. A page of one model says what its objects are (`Detail`).
 * @throws Next's interruption
 */
export async function requireObject<Detail extends { id: number } = ObjectDetail>(
  { model, id }: Address,
  page: Page,
): Promise<ModelOfPage & Seen<Detail>> {
  const path = `/admin/${model}/${id}${page}`
  const found = await requireObjects(model, path, PAGES[page])
  if (PAGES[page] !== 'view') await requireRecentAuthentication(path)
  const seen = await seenBy<Detail>(found, found.admin, required(await readObject(found.admin, id)))
  if (!mayOpen(page, seen)) {
    await noteDenial('beyond_own_rights', found.principal, model === 'users' ? seen.object.id : null)
    refuse(new PermissionDenied())
  }
  return { ...found, ...seen }
}

/**
 * The title of an object's page. The object's name comes first where the visitor may see it there:
 * `ann@example.com – Change user`. Checks what requireObject() does, without refusing.
 * @param what the page's name
 */
export async function objectMetadata<Detail extends object = ObjectDetail>(
  { model, id }: Address,
  page: Page,
  what: (admin: ModelAdmin, seen: Seen<Detail> | null) => string,
): Promise<Metadata> {
  const admin = objectModelAt(model)
  if (admin === null) return {}
  const seen = await seenOn<Detail>(page, admin, id)
  const title = seen === null ? what(admin, null) : `${objectName(admin, seen.object)} – ${what(admin, seen)}`
  return { title: pageTitle(title, (await adminFormState(`/admin/${model}/${id}${page}`)).errors) }
}

async function seenOn<Detail>(page: Page, admin: ModelAdmin, id: string): Promise<Seen<Detail> | null> {
  const staff = await currentStaff()
  if (!staff || !hasPermission(staff.permissions, permissionFor(admin, PAGES[page]))) return null
  if (PAGES[page] !== 'view' && !(await isRecentlyAuthenticated(staff.principal, new Date()))) return null
  const object = await readObject(admin, id)
  const seen = object && (await seenBy<Detail>(staff, admin, object))
  return seen && mayOpen(page, seen) ? seen : null
}
