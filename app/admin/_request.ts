/** What a page of the admin area asks of its request: who is there, since a layout locks nothing, and what the last form left. */
import { randomUUID } from 'node:crypto'
import { headers } from 'next/headers'
import { forbidden, notFound } from 'next/navigation'
import { cache } from 'react'
import { ApiError, PermissionDenied } from '#lib/errors'
import { recordDenial } from '#lib/http/access'
import { type Flash, readFlash } from '#lib/http/flash'
import { clientIp, currentRequest, setPageError } from '#lib/http/request-context'
import { hasPermission, loadPermissions, type PermissionName, type UserPermissions } from '#lib/permissions/user-permissions'
import type { Principal } from '#lib/sessions/principal'
import type { FormState } from '../_request.ts'
import { currentPrincipal, requirePrincipal } from '../_session.ts'

export interface Staff {
  principal: Principal
  permissions: UserPermissions
}

const readPermissions = cache((principal: Principal) => loadPermissions(principal.user))

/** The visitor, if they are staff; for the frame around the pages. */
export async function currentStaff(): Promise<Staff | null> {
  const principal = await currentPrincipal()
  const permissions = principal && (await readPermissions(principal))
  return principal && permissions?.isStaff ? { principal, permissions } : null
}

/**
 * The lock of the admin area's pages. Signed-out visitors are sent to the login page.
 * @param page the page's own path, to come back to
 * @param permission what the page shows or does; none for what is open to all staff
 * @throws Next's interruption, after which a visitor without permission gets a page that says so, with a 403 (lib/http/page-failure.ts)
 */
export async function requireStaff(page: string, permission?: PermissionName): Promise<Staff> {
  const principal = await requirePrincipal(page)
  const permissions = await readPermissions(principal)
  if (permissions.isStaff && (permission === undefined || hasPermission(permissions, permission))) return { principal, permissions }
  await noteDenial(permission ?? 'is_staff', principal)
  if (!permissions.isStaff) refuse(new ApiError(403, { detail: new PermissionDenied().body.detail, code: 'not_staff' }))
  refuse(new PermissionDenied())
}

/** Writes down who wanted a page that they may not see, as serve() does for the endpoints (AU-1). */
export async function noteDenial(permission: string, principal: Principal, subjectId: number | null = null): Promise<void> {
  const given = await headers()
  const source = {
    principal,
    now: new Date(),
    requestId: currentRequest()?.requestId ?? randomUUID(),
    clientIp: clientIp(given),
    userAgent: given.get('user-agent') ?? '',
  }
  await recordDenial(permission, source, subjectId)
}

/** @throws Next's interruption where there is nothing at an address: a page that says so, with a 404 */
export function required<Found>(found: Found | null): Found {
  return found ?? refuse(new ApiError(404, { detail: 'Not found.' }))
}

/** Refuses a page. That is no fault: thrown as Next's own interruption, it leaves no stack in the server's output. */
export function refuse(refusal: ApiError): never {
  setPageError(refusal)
  return refusal.status === 404 ? notFound() : forbidden()
}

/** What the last form left for the page that it leads to. */
export const currentFlash = async (): Promise<Flash | null> => readFlash((await headers()).get('cookie'))

/** The same for the page of one form. @param page the form's page; whatever its query was */
export async function adminFormState(page: string): Promise<FormState> {
  const flash = await currentFlash()
  return flash?.form.split('?')[0] === page ? { errors: flash.errors ?? {}, values: flash.values ?? {} } : { errors: {}, values: {} }
}
