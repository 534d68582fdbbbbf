/** Numbers, titles and sentences that pages put together. */
import type { FieldErrors } from '#lib/errors'

const NUMBER = new Intl.NumberFormat('en-GB')

/** `3,412`. */
export const formatNumber = (count: number): string => NUMBER.format(count)

/** `1 user`, `3,412 users`. */
export const formatCount = (count: number, one: string, many: string): string => `${formatNumber(count)} ${count === 1 ? one : many}`

/** A text as it begins a line. */
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** How many sessions a change ended, in a sentence. @param count as the flash carries it */
export function sessionsEndedText(count: string): string {
  const sessions = Number.parseInt(count, 10)
  if (!(sessions > 0)) return 'You’re not signed in anywhere else.'
  return sessions === 1 ? 'One session was signed out.' : `${sessions} sessions were signed out.`
}

/** A page's title, before the name of the app (app/layout.tsx); a page that has errors to show says so first. */
export const pageTitle = (page: string, errors: FieldErrors): string => (Object.keys(errors).length > 0 ? `Error: ${page}` : page)

/** The label of "Keep me signed in". @param lifetime for how long, in words @param idle after how long without use it ends sooner; null where it does not */
export const rememberLabel = (lifetime: string, idle: string | null): string =>
  `Keep me signed in for ${lifetime}${idle === null ? '' : `, or until ${idle} without use`}`
