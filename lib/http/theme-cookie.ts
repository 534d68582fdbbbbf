/** The cookie that remembers light or dark. */

import { isTheme, type Theme } from '../fields/theme.ts'
import { preferenceCookie, readPreference } from './preferences.ts'

/** The Set-Cookie that remembers a choice; following the system is remembered by having no cookie. */
export const themeCookie = (theme: Theme): string => preferenceCookie('theme', theme === 'system' ? null : theme)

/** The choice that a Cookie header carries; `system` when it carries none. */
export function readTheme(cookieHeader: string | null): Theme {
  const value = readPreference(cookieHeader, 'theme')
  return isTheme(value) ? value : 'system'
}
