/** Turns a proven account into a session with its tokens. */
import type { Transaction, User } from '../db/client.ts'
import { settings } from '../settings.ts'
import type { Principal } from './principal.ts'
import { type Caller, endSession, issueSlidingToken, issueTokenPair, startSession } from './session.ts'

/** Who logs in, and how the answer will carry the session. */
export interface LoginCaller extends Caller {
  client: 'browser' | 'api'
  browserPrincipal: Principal | null
}

/** An API client's pair, or what a browser's cookie is to hold. */
export interface LoggedIn {
  tokens?: { refresh: string; access: string }
  cookie?: { token: string; expires: Date }
}

/**
 * Starts a session and issues its tokens. A session that the browser already had ends: its cookie may have been planted
 * (session fixation, ASVS 7.2.4).
 * @param tx a transaction: a session without its tokens' rows must not be
 */
export async function logIn(tx: Transaction, user: User, caller: LoginCaller): Promise<LoggedIn> {
  const session = await startSession(tx, user, caller.client, caller)
  if (caller.client === 'api') return { tokens: await issueTokenPair(tx, user, session, caller.now) }
  const former = caller.browserPrincipal?.claims.sid
  if (former) await endSession(tx, former, 'replaced', caller.now)
  return { cookie: { token: await issueSlidingToken(user, session, caller.now), expires: session.expiresAt } }
}

/** Writes down the time of a login (Simple JWT's UPDATE_LAST_LOGIN). */
export async function recordLogin(tx: Transaction, user: User, now: Date): Promise<void> {
  if (settings().UPDATE_LAST_LOGIN) await tx.user.updateMany({ where: { id: user.id }, data: { lastLogin: now } })
}
