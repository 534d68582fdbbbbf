/** Who visits a page: asked of the live session, once for each request, by whatever of the page needs to know. */
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { setRequestUser } from '#lib/http/request-context'
import { type Principal, principalFromCookie } from '#lib/sessions/principal'
import { isRecentlyAuthenticated } from '#lib/sessions/session'
import { AFTER_LOGIN, loginPath, reauthenticatePath, safeNextPath } from '#lib/web/routes'

/** The visitor's session and account; null when signed out, ended or deactivated. */
export const currentPrincipal = cache(async (): Promise<Principal | null> => {
  const principal = await principalFromCookie((await headers()).get('cookie'), new Date())
  setRequestUser(principal?.user)
  return principal
})

/**
 * Protects a page that needs a login: others are redirected to the login page.
 * @param page the page's own path, to come back to
 */
export async function requirePrincipal(page: string): Promise<Principal> {
  return (await currentPrincipal()) ?? redirect(loginPath(page))
}

/**
 * The lock of a page that a stolen session must not open: besides the login, the password must have been entered within
 * REAUTHENTICATION_TIMEOUT.
 * @param page the page's own path, to come back to
 */
export async function requireRecentAuthentication(page: string): Promise<Principal> {
  const principal = await requirePrincipal(page)
  return (await isRecentlyAuthenticated(principal, new Date())) ? principal : redirect(reauthenticatePath(page))
}

/**
 * Sends signed-in visitors of the login pages on. Whether they are is asked of the session itself, not of the cookie's
 * signature, so a stale cookie shows the form and nothing goes round in circles.
 * @param next where the visitor wanted to go, as the address says it
 */
export async function skipWhenSignedIn(next: unknown): Promise<void> {
  if (await currentPrincipal()) redirect(safeNextPath(next) ?? AFTER_LOGIN)
}
