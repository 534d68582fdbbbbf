/** How logins are answered. */
import type { CompletedLogin, PendingLogin } from '../authentication/complete-login.ts'
import { publicUser } from '../users/public-user.ts'
import { pendingLoginCookie } from '../web/cookies.ts'
import type { Result } from './endpoint.ts'

/** A new session: an API client gets its tokens, a browser its cookie. */
export function sessionResult(message: string, { user, tokens, cookie }: CompletedLogin): Result {
  return { body: { message, user: publicUser(user), tokens }, ...(cookie && { cookie }) }
}

/** A login that a stage holds back: an API client gets the ticket; a browser keeps it in a cookie and goes to the stage's page. */
export function pendingLoginResult({ challenge, ticket }: PendingLogin): Result {
  const { detail, code, methods, page } = challenge
  return {
    status: 403,
    body: { detail, code, ticket, ...(methods && { methods }) },
    setCookies: [pendingLoginCookie(ticket)],
    redirect: (next) => (next === null ? page : `${page}?next=${encodeURIComponent(next)}`),
    flash: { status: null },
  }
}
