/** What the pages behind mailed links have in common: who opened one, and what the link is still worth. */
import { randomUUID } from 'node:crypto'
import { redirect } from 'next/navigation'
import { reportFault } from '#lib/http/faults'
import { linkToken } from './_request.ts'

/** Why a link does not count, as its page says it. */
export type LinkProblem = 'token_unknown' | 'token_used' | 'token_expired' | 'token_superseded'

export type OpenedLink<Found> = { token: string; found: Found } | LinkProblem

/**
 * Looks at the link that a page was opened with, and uses nothing up (RS-5).
 * @param page the page's path
 * @param query the address's `token`, where the middleware has not moved it
 */
export async function openLink<Found>(
  page: string,
  query: unknown,
  find: (token: string, now: Date) => Promise<Found | LinkProblem>,
): Promise<OpenedLink<Found>> {
  const token = await linkToken(page, query)
  if (token === '') return 'token_unknown'
  try {
    const found = await find(token, new Date())
    return typeof found === 'string' ? (found as LinkProblem) : { token, found }
  } catch (error) {
    reportFault(randomUUID(), 'GET', page, error)
    return redirect('/problem')
  }
}
