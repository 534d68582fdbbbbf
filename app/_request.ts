/** What a page reads off its request besides the session: the flash, the theme and its own address. */
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { FieldErrors } from '#lib/errors'
import type { Theme } from '#lib/fields/text'
import { readFlash } from '#lib/http/flash'
import { hasOwnCookie, readKnownEmail, readLinkToken, readSeenCookie, readTheme } from '#lib/web/cookies'
import { hasDeclinedPasskey } from '#lib/web/declined-passkey'
import { hasRefusedCookies } from '#lib/web/routes'
import { pageTitle } from './_ui/format-text.ts'

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

/** The title of a form's page. */
export const formMetadata = async (title: string, page: string): Promise<Metadata> => ({
  title: pageTitle(title, (await formState(page)).errors),
})

/** The name of the message that the last action left, if any (app/_ui/messages.ts). */
export async function flashedStatus(): Promise<string | null> {
  return readFlash((await headers()).get('cookie'))?.status ?? null
}

export async function chosenTheme(): Promise<Theme> {
  return readTheme((await headers()).get('cookie'))
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

/** Whether the browser shows that it keeps no cookies, on a page whose form needs them. */
export async function refusesCookies(): Promise<boolean> {
  const all = await headers()
  const url = `http://${all.get('host') ?? ''}${await currentPath()}`
  return (await sendsNoCookies()) && URL.canParse(url) && hasRefusedCookies(new URL(url), all)
}

/** The address of an account that a mailed link has just been used for in this browser; null for none. */
export async function knownEmail(): Promise<string | null> {
  return readKnownEmail((await headers()).get('cookie'))
}

/** When the account's owner last looked at what happened to it, in this browser; null for not lately. */
export async function lastLookAtActivity(userId: number): Promise<Date | null> {
  return readSeenCookie((await headers()).get('cookie'), userId)
}

/** Whether the account's owner has said in this browser that they want no passkey for now. */
export async function declinesPasskeys(userId: number): Promise<boolean> {
  return hasDeclinedPasskey((await headers()).get('cookie'), userId)
}

/** Whether the browser sends no cookie of this site at all: it keeps none, or has never been here. */
export async function sendsNoCookies(): Promise<boolean> {
  return !hasOwnCookie((await headers()).get('cookie'))
}
