/** What becomes of a browser's form when its session is over: it waits for a login. */
import { ApiError } from '../errors.ts'
import { verifySlidingToken } from '../jwt/tokens.ts'
import { offersToken } from '../sessions/principal.ts'
import { readDraftCookie } from '../web/cookies.ts'
import type { Context, Endpoint, Result } from './endpoint.ts'

/**
 * Whether a request was refused because it has no valid session. A token in a header is an API client's, which is told so in JSON.
 * @param error with which the request ended before anything was known of who makes it
 */
export const isSignedOut = ({ policy: { access } }: Pick<Endpoint, 'policy'>, { headers }: Request, error: unknown): boolean =>
  access === 'authenticated' && error instanceof ApiError && error.status === 401 && !offersToken(headers.get('authorization'))

/** The user id whose draft may be shown: the signed-in user's, or that of the login just completed. */
export async function draftOwner({ principal, cookies, now }: Context, { cookie }: Result): Promise<number | null> {
  if (readDraftCookie(cookies) === null) return null
  return principal?.user.id ?? (cookie ? (await verifySlidingToken(cookie.token, now)).claims.userId : null)
}
