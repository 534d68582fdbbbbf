/** Who works in the admin area: asked by each page for itself, since a layout locks nothing. */
import { cache } from 'react'
import { ApiError, PermissionDenied } from '#lib/errors'
import type { Principal } from '#lib/sessions/principal'
import { may, type PermissionName, type Rights, rightsOf } from '#lib/users/rights'
import { currentPrincipal, requirePrincipal } from '../_session.ts'

export interface Staff {
  principal: Principal
  rights: Rights
}

const readRights = cache((principal: Principal) => rightsOf(principal.user))

/** Whoever visits, if they are staff; for the frame around the pages. */
export async function currentStaff(): Promise<Staff | null> {
  const principal = await currentPrincipal()
  const rights = principal && (await readRights(principal))
  return principal && rights?.isStaff ? { principal, rights } : null
}

/**
 * The lock of the admin area's pages. Signed-out visitors are sent to the login page.
 * @param page the page's own path, to come back to
 * @param permission what the page shows or does; none for what is open to all staff
 * @throws ApiError 403, which becomes a page (lib/http/page-failure.ts), for everybody who may not see this one
 */
export async function requireStaff(page: string, permission?: PermissionName): Promise<Staff> {
  const principal = await requirePrincipal(page)
  const rights = await readRights(principal)
  if (!rights.isStaff) throw new ApiError(403, { detail: new PermissionDenied().body.detail, code: 'not_staff' })
  if (permission !== undefined && !may(rights, permission)) throw new PermissionDenied()
  return { principal, rights }
}

/** @throws ApiError 404 where there is nothing at an address; it becomes a page, too */
export function required<Found>(found: Found | null): Found {
  if (found === null) throw new ApiError(404, { detail: 'Not found.' })
  return found
}
