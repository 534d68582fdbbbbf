/** What the page of links and codes has to show to this visitor, asked once for each request. */
import { headers } from 'next/headers'
import { cache } from 'react'
import { inspectLink, inspectSignup, type LinkState } from '#lib/accounts/email-verification/inspect-verification'
import { VERIFY_PAGE } from '#lib/web/routes'
import { type LinkQuery, linkToken } from '../_request.ts'
import { currentPrincipal } from '../_session.ts'

export type View =
  | { kind: 'link'; token: string; state: LinkState; signedIn: boolean }
  /** An email is on its way: to enter its code, or to wait for its link. */
  | { kind: 'waiting'; email: string; asks: boolean; signedIn: boolean }
  | { kind: 'confirmed'; signedIn: boolean }
  /** It is unknown whose email the visitor wants to verify. */
  | { kind: 'unknown' }

/** @param query the address's parameters */
export const currentView = cache(async (query: LinkQuery): Promise<View> => {
  const cookies = (await headers()).get('cookie')
  const user = (await currentPrincipal())?.user ?? null
  const token = await linkToken(VERIFY_PAGE, query)
  if (token !== '') {
    const state = await inspectLink(token, { cookies, userId: user?.id ?? null }, new Date())
    return { kind: 'link', token, state, signedIn: user !== null }
  }
  if (user)
    return user.emailVerifiedAt
      ? { kind: 'confirmed', signedIn: true }
      : { kind: 'waiting', email: user.email, asks: false, signedIn: true }
  const waiting = await inspectSignup(cookies)
  if (!waiting) return { kind: 'unknown' }
  return waiting.confirmed
    ? { kind: 'confirmed', signedIn: false }
    : { kind: 'waiting', email: waiting.email, asks: waiting.asks, signedIn: false }
})
