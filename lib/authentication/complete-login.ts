/** Completes a login: starts the session and issues its tokens. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import type { Transaction, User, UserWhere } from '../db/client.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import type { EmailContent } from '../mail/render-email.ts'
import { requestDetails } from '../sessions/describe-device.ts'
import type { Principal } from '../sessions/principal.ts'
import { revokeOutdatedSessions } from '../sessions/revoked-elsewhere.ts'
import {
  type ClientInfo,
  enforceSessionLimit,
  issueSlidingToken,
  issueTokenPair,
  revokeSession,
  startSession,
} from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { rememberDevice } from './known-device.ts'

/** Who logs in, and how the answer will carry the session. */
export interface LoginCaller extends ClientInfo, AuditSource {
  client: 'browser' | 'api'
  browserPrincipal: Principal | null
  /** The Cookie header of a browser's form. */
  cookies: string | null
  /** Whether the browser is to stay signed in when it is closed ("Keep me signed in"). */
  remember?: boolean
}

/** An API client's pair, or what a browser's cookies are to hold. */
export interface LoginResult {
  tokens?: { refresh: string; access: string }
  cookie?: { token: string; expires: Date | null; device: string }
  sid: string
  /** Whether the account knew other devices, but not this one. */
  newDevice: boolean
}

/**
 * Starts a session and issues its tokens; the device is known from now on. A session that the browser already had ends:
 * its cookie may have been planted (session fixation, ASVS 7.2.4).
 * @param tx a transaction: a session without its tokens' rows must not be
 */
export async function logIn(tx: Transaction, user: User, caller: LoginCaller): Promise<LoginResult> {
  const former = caller.client === 'browser' ? caller.browserPrincipal?.claims.sid : null
  if (former) await revokeSession(tx, former, 'replaced', caller.now)
  const remembered = caller.client === 'browser' && caller.remember === true
  // Django may have replaced the password, or shut the account for a while, since they began.
  await revokeOutdatedSessions(tx, user, caller.now)
  const session = await startSession(tx, user, caller.client, caller, { authenticated: true, remembered })
  await enforceSessionLimit(tx, user.id, session.id, caller)
  const device = await rememberDevice(tx, user.id, caller, caller.client === 'browser', caller.now)
  const loggedIn = { sid: session.id, newDevice: device.isNew }
  if (caller.client === 'api') return { ...loggedIn, tokens: await issueTokenPair(tx, user, session, caller.now) }
  const token = await issueSlidingToken(user, session, caller.now, remembered)
  return { ...loggedIn, cookie: { token, expires: remembered ? session.expiresAt : null, device: device.cookie } }
}

/**
 * Begins a login, with the first statement of its transaction: writes down its time (Simple JWT's UPDATE_LAST_LOGIN). An account
 * that can be logged in to is not being deleted, though Django, which opens a closed one, leaves the date: this calls it off.
 * @param user as it was when the password was checked
 * @returns false when the password was replaced or the account deactivated since: the sessions were ended then, and this
 * one must not begin
 */
export async function claimLogin(tx: Transaction, user: User, source: AuditSource): Promise<boolean> {
  const { id, password, deletionDueAt } = user
  const unchanged = { id, password, isActive: true }
  const calledOff = deletionDueAt === null ? 0 : await callOffDeletion(tx, unchanged)
  const { count } = await tx.user.updateMany({
    where: unchanged,
    data: { deletionDueAt: null, ...(settings().UPDATE_LAST_LOGIN && { lastLogin: source.now }) },
  })
  if (calledOff > 0) await recordEvent(tx, 'account_deletion_undone', { actorId: id, subjectId: id, detail: {} }, source)
  return count > 0
}

/** @returns 0 where another login, or the job, was faster */
async function callOffDeletion(tx: Transaction, where: UserWhere): Promise<number> {
  const { count } = await tx.user.updateMany({ where: { ...where, deletionDueAt: { not: null } }, data: { deletionDueAt: null } })
  return count
}

/**
 * Writes down a login of an account that was there before: the event, and an email to the owner when the device is not
 * known (ASVS 6.3.5).
 */
export async function recordLogin(
  tx: Transaction,
  user: User,
  { sid, newDevice }: Pick<LoginResult, 'sid' | 'newDevice'>,
  caller: AuditSource,
): Promise<void> {
  const { now } = caller
  await recordEvent(tx, 'logged_in', { actorId: user.id, subjectId: user.id, sessionId: sid, detail: { newDevice } }, caller)
  if (!newDevice) return
  await enqueueEmail(tx, { kind: 'new_device', recipient: user.email, userId: user.id, content: newDeviceEmail(caller) }, now)
}

/** To the owner after a login from a device that the account did not know. */
const newDeviceEmail = (source: AuditSource): EmailContent => ({
  subject: 'New sign-in to your account',
  preheader: 'Your account was signed in to from a device we haven’t seen before.',
  heading: 'New sign-in from a new device',
  paragraphs: ['Your account was signed in to from a new device.'],
  details: requestDetails(source),
  action: { label: 'Review activity', page: '/settings/security' },
  closing: 'If this was you, there’s nothing to do. If it wasn’t, change your password now. This signs out every other device.',
})
