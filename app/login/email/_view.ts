/** What the page of signing in by email has to show to this visitor, asked once for each request. */
import { headers } from 'next/headers'
import { cache } from 'react'
import { findEmailLogin, wasAskedHere } from '#lib/accounts/email-login/confirm-email-login'
import { type RequestedLogin, readEmailLoginCookie } from '#lib/accounts/email-login/email-login-cookie'
import { EMAIL_LOGIN_PAGE } from '#lib/web/routes'
import { type LinkProblem, openLink } from '../../_links.ts'
import { type FormState, formState, type LinkQuery, linkForm, linkToken } from '../../_request.ts'

export type View = { state: FormState; requested: RequestedLogin | null } & (
  | { kind: 'ask' }
  /** An email may be on its way, and its code is entered here. */
  | { kind: 'code'; requested: RequestedLogin }
  | { kind: 'link'; token: string; email: string }
  /** A link that this browser did not ask for. */
  | { kind: 'elsewhere' }
  | { kind: 'problem'; problem: LinkProblem }
)

export type Query = LinkQuery & { another?: unknown }

export const currentView = cache(async (query: Query): Promise<View> => {
  const cookies = (await headers()).get('cookie')
  const state = await formState(linkForm(EMAIL_LOGIN_PAGE, query))
  const requested = readEmailLoginCookie(cookies)
  const { errors, values } = state
  // Opened from the sign-in page, or sent with an address that will not do.
  const isOpened = values.email !== undefined && Object.keys(errors).length === 0
  if (query.another !== undefined || isOpened || errors.email) return { kind: 'ask', state, requested }
  if ((await linkToken(EMAIL_LOGIN_PAGE, query)) !== '') {
    const link = await openLink(EMAIL_LOGIN_PAGE, query, 'email_login', findEmailLogin)
    if ('problem' in link) return { kind: 'problem', problem: link.problem, state, requested }
    if (!wasAskedHere(link.found.row, cookies)) return { kind: 'elsewhere', state, requested }
    return { kind: 'link', token: link.token, email: link.found.user.email, state, requested }
  }
  return requested ? { kind: 'code', state, requested } : { kind: 'ask', state, requested }
})
