/** What the page of links and codes shows; looking uses nothing up (RS-5). */
import { ownerOfOneTimeToken } from '../../tokens/done-by-link.ts'
import { findOneTimeToken, type TokenProblem, wasUsed } from '../../tokens/one-time-token.ts'
import { findUserByEmail } from '../../users/user.ts'
import { readSignupCookie } from './pending-signup.ts'
import { hasPassword, ownershipOf, type Visitor } from './verify-ownership.ts'

export type LinkState =
  | { kind: 'ready'; email: string /** What shows whose it is, where this browser does not. */; asks: 'password' | 'login' | null }
  /** `email` is null for a link that never was. */
  | { kind: 'problem'; problem: TokenProblem; email: string | null; confirmed: boolean }

/** What an emailed link would do. Its holder reads the mailbox, so the address is no secret. */
export async function inspectLink(token: string, visitor: Visitor, now: Date): Promise<LinkState> {
  const found = await findOneTimeToken('email_verification', token, now)
  if (typeof found !== 'string' && found.user.isActive && found.user.emailVerifiedAt === null && found.user.email === found.row.email) {
    return {
      kind: 'ready',
      email: found.user.email,
      asks: ownershipOf(found, visitor) !== null ? null : hasPassword(found) ? 'password' : 'login',
    }
  }
  const owner = await ownerOfOneTimeToken('email_verification', token)
  const problem = typeof found === 'string' ? found : 'token_replaced'
  return { kind: 'problem', problem, email: owner?.email ?? null, confirmed: owner?.emailVerifiedAt != null }
}

export interface WaitingState {
  email: string
  /** Whether the sign-up of this very browser is confirmed; of other accounts nothing is said. */
  confirmed: boolean
  /** Whether the code needs the password too, because the sign-up was not in this browser. */
  asks: boolean
}

/** What this browser waits for, by the cookie of its sign-up; null when it waits for nothing. */
export async function inspectSignup(cookies: string | null): Promise<WaitingState | null> {
  const known = readSignupCookie(cookies)
  if (!known) return null
  const user = known.browser === null ? null : await findUserByEmail(known.email)
  const confirmed = user !== null && known.browser !== null && (await wasUsed('email_verification', user.id, known.browser))
  return { email: known.email, confirmed, asks: known.browser === null }
}
