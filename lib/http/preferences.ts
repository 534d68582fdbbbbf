/** A user's display preferences, in a cookie that is no secret and outlives the session. */

import { cookieName, readCookie, writeCookie } from '../web/cookies.ts'
import { REAUTHENTICATE_PAGE, safeNextPath } from '../web/routes.ts'

/** A year, in seconds. */
const LIFETIME = 31_536_000

/** Pages that a login never leads to, but that a person who chooses something there wants to stay on. */
const PAGES_WITH_NEXT = ['/login', '/signup', '/logout', REAUTHENTICATE_PAGE]

/** The Set-Cookie that remembers a choice; null forgets it. */
export const preferenceCookie = (preference: string, value: string | null): string =>
  writeCookie(cookieName(preference), value ?? '', value === null ? 0 : LIFETIME)

/** What a Cookie header remembers; null when that is nothing. */
export const readPreference = (cookieHeader: string | null, preference: string): string | null =>
  readCookie(cookieHeader, cookieName(preference))

/** The page on which something was chosen, as far as it is one of this site. */
export function pageToReturnTo(page: string): string {
  const url = new URL('http://base.invalid')
  const [path = '', query = ''] = page.split('?', 2)
  if (!PAGES_WITH_NEXT.includes(path)) return safeNextPath(page) ?? '/'
  const next = safeNextPath(new URLSearchParams(query).get('next'))
  if (next !== null) url.searchParams.set('next', next)
  return path + url.search
}
