/** What a page reads off its request besides the session: the flash, the theme and its own address. */
import { headers } from 'next/headers'
import { readShortcuts } from '#lib/accounts/shortcuts/switch-shortcuts'
import type { Theme } from '#lib/accounts/theme/schema'
import { readTheme } from '#lib/accounts/theme/theme-cookie'
import type { FieldErrors } from '#lib/errors'
import { hasOwnCookie } from '#lib/gate/cookies'
import { readLinkToken } from '#lib/gate/opened-links'
import { readFlash } from '#lib/http/flash'

/** What a form's last answer left for its page: error codes and the values to show again; both empty without one. */
export interface FormState {
  errors: FieldErrors
  values: Record<string, string>
}

/** @param page the form's page: a flash of another form is not shown */
export async function formState(page: string): Promise<FormState> {
  const flash = readFlash((await headers()).get('cookie'))
  return flash?.form === page ? { errors: flash.errors ?? {}, values: flash.values ?? {} } : { errors: {}, values: {} }
}

/** The name of the message that the last action left, if any (app/_ui/messages.ts). */
export async function flashedStatus(): Promise<string | null> {
  return readFlash((await headers()).get('cookie'))?.status ?? null
}

export async function chosenTheme(): Promise<Theme> {
  return readTheme((await headers()).get('cookie'))
}

/** Whether single keys are shortcuts for this visitor. */
export async function shortcutsOn(): Promise<boolean> {
  return readShortcuts((await headers()).get('cookie'))
}

/** Path and query of the page; the middleware says it, and without the middleware it is the home page's. */
export async function currentPath(): Promise<string> {
  return (await headers()).get('x-path') ?? '/'
}

/** What the address of a mailed link's page says of the link. */
export interface LinkQuery {
  /** Where the middleware has not moved it into a cookie. */
  token?: string | string[] | undefined
  /** Which one, where several are open. */
  link?: string | string[] | undefined
}

/** The one-time token of the link that a page was opened with; empty when there is none. */
export async function linkToken(page: string, { token, link }: LinkQuery): Promise<string> {
  return typeof token === 'string' ? token : (readLinkToken((await headers()).get('cookie'), page, link) ?? '')
}

/** The form of a mailed link's page, as formState() takes it: of several links that are open each has its own. */
export const linkForm = (page: string, { link }: LinkQuery): string => (typeof link === 'string' ? `${page}?link=${link}` : page)

/** Whether the browser sends no cookie of this site at all: it keeps none, or has never been here. */
export async function sendsNoCookies(): Promise<boolean> {
  return !hasOwnCookie((await headers()).get('cookie'))
}
