import type { Answer } from '../../http/endpoint.ts'
import { pageToReturnTo } from '../../http/preferences.ts'
import { isTheme, type ThemeInput } from './schema.ts'
import { themeCookie } from './theme-cookie.ts'

/** Remembers the theme in a cookie and goes back to the page. */
export async function chooseTheme({ theme, page }: ThemeInput): Promise<Answer> {
  return { body: { theme }, location: pageToReturnTo(page), ...(isTheme(theme) && { setCookies: [themeCookie(theme)] }) }
}
