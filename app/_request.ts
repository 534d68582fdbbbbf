/** What a page reads off its request besides the session: the flash, the theme and its own address. */
import { headers } from 'next/headers'
import { readShortcuts } from '#lib/accounts/shortcuts/switch-shortcuts'
import type { Theme } from '#lib/accounts/theme/schema'
import { readTheme } from '#lib/accounts/theme/theme-cookie'
import type { FieldErrors } from '#lib/errors'
import { readLinkToken } from '#lib/gate/cookies'
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

/**
 * The one-time token that a mailed link's page was opened with; empty when there is none. The middleware has moved it from
 * the address into a cookie; without the middleware it still stands in the address.
 */
export async function linkToken(page: string, query: unknown): Promise<string> {
  return typeof query === 'string' ? query : (readLinkToken((await headers()).get('cookie'), page) ?? '')
}
