/** What the pages behind mailed links have in common: who opened one, and what the link is still worth. */
import { userOfUsedLink } from '#lib/tokens/done-by-link'
import type { Purpose, TokenProblem } from '#lib/tokens/one-time-token'
import { type LinkQuery, linkToken, sendsNoCookies } from './_request.ts'

/** Why a page has no form for its link: `token_missing` where the browser keeps no cookies, and so no link. */
export type LinkProblem = TokenProblem | 'token_missing'

export type OpenedLink<Found> =
  | { token: string; found: Found }
  /** `done`: the account in which a used link did what still holds. */
  | { problem: LinkProblem; done: { email: string } | null }

/**
 * Looks at the link that a page was opened with, and uses nothing up (RS-5).
 * @param page the page's path
 * @param query the address's parameters
 */
export async function openLink<Found extends object>(
  page: string,
  query: LinkQuery,
  purpose: Purpose,
  find: (token: string, now: Date) => Promise<Found | TokenProblem>,
): Promise<OpenedLink<Found>> {
  const token = await linkToken(page, query)
  if (token === '') return { problem: (await sendsNoCookies()) ? 'token_missing' : 'token_unknown', done: null }
  const found = await find(token, new Date())
  if (typeof found !== 'string') return { token, found }
  return { problem: found, done: found === 'token_used' ? await userOfUsedLink(purpose, token) : null }
}
