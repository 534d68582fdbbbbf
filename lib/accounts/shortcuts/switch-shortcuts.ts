import type { Result } from '../../http/endpoint.ts'
import { pageToReturnTo, preferenceCookie, readPreference } from '../../http/preferences.ts'
import type { ShortcutsInput } from './schema.ts'

/** Remembers in a cookie whether single keys do something (WCAG 2.1.4), and goes back to the page; on is to have no cookie. */
export async function switchShortcuts({ shortcuts, page }: ShortcutsInput): Promise<Result> {
  const cookie = preferenceCookie('shortcuts', shortcuts === 'off' ? 'off' : null)
  return { body: { shortcuts }, location: pageToReturnTo(page), setCookies: [cookie] }
}

/** What a Cookie header says: on, unless somebody switched them off. */
export const readShortcuts = (cookieHeader: string | null): boolean => readPreference(cookieHeader, 'shortcuts') !== 'off'
