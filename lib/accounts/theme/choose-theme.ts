import { REAUTHENTICATE_PAGE, safeNextPath } from '../../gate/routes.ts'
import type { Answer } from '../../http/endpoint.ts'
import { isTheme, type ThemeInput } from './schema.ts'
import { themeCookie } from './theme-cookie.ts'

/** Pages that a login never leads to, but that a person who changes the theme there wants to stay on. */
const PAGES_WITH_NEXT = ['/login', '/signup', '/logout', REAUTHENTICATE_PAGE]

/** The page on which the theme was chosen, as far as it is one of this site. */
function pageToReturnTo(page: string): string {
  const url = new URL('http://base.invalid')
  const [path = '', query = ''] = page.split('?', 2)
  if (!PAGES_WITH_NEXT.includes(path)) return safeNextPath(page) ?? '/'
  const next = safeNextPath(new URLSearchParams(query).get('next'))
  if (next !== null) url.searchParams.set('next', next)
  return path + url.search
}

/** Remembers the theme in a cookie and goes back to the page. */
export async function chooseTheme({ theme, page }: ThemeInput): Promise<Answer> {
  return { body: { theme }, location: pageToReturnTo(page), ...(isTheme(theme) && { setCookies: [themeCookie(theme)] }) }
}
