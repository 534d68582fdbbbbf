import { isTheme } from '../../fields/theme.ts'
import type { Result } from '../../http/endpoint.ts'
import { pageToReturnTo } from '../../http/preferences.ts'
import { themeCookie } from '../../http/theme-cookie.ts'
import type { ThemeInput } from './schema.ts'

/** Remembers the theme in a cookie and goes back to the page. */
export async function chooseTheme({ theme, page }: ThemeInput): Promise<Result> {
  return { body: { theme }, redirect: pageToReturnTo(page), ...(isTheme(theme) && { setCookies: [themeCookie(theme)] }) }
}
