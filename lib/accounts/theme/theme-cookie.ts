/** The cookie that remembers light or dark. It is no secret and outlives the session. */
import { readCookie } from '../../gate/cookies.ts'
import { isSecureOrigin } from '../../settings.ts'
import { isTheme, type Theme } from './schema.ts'

/** A year, in seconds. */
const LIFETIME = 31_536_000

const cookieName = () => `${isSecureOrigin() ? '__Host-' : ''}latchkey_theme`

/** The Set-Cookie that remembers a choice; following the system is remembered by having no cookie. */
export function themeCookie(theme: Theme): string {
  const secure = isSecureOrigin() ? '; Secure' : ''
  const lifetime = theme === 'system' ? 0 : LIFETIME
  return `${cookieName()}=${theme}; Path=/; Max-Age=${lifetime}; HttpOnly; SameSite=Lax${secure}`
}

/** The choice that a Cookie header carries; `system` when it carries none. */
export function readTheme(cookieHeader: string | null): Theme {
  const value = readCookie(cookieHeader, cookieName())
  return isTheme(value) ? value : 'system'
}
