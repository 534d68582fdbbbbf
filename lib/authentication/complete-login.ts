/** The end of every way in: stages, then a session with its tokens, in one transaction. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, type Transaction, type User, type UserWhere } from '../db/client.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { type EmailContent, requestDetails } from '../mail/render-email.ts'
import type { Principal } from '../sessions/principal.ts'
import { revokeOutdatedSessions } from '../sessions/revoked-elsewhere.ts'
import {
  type Amr,
  type ClientInfo,
  enforceSessionLimit,
  issueSlidingToken,
  issueTokenPair,
  revokeSession,
  type SessionKind,
  startSession,
} from '../sessions/session.ts'
import { settings } from '../settings.ts'
import { type Identity, LoginRefused, passwordIdentity, recordLoginFailure } from './identify.ts'
import { rememberDevice, trustDevice } from './known-device.ts'
import { type Challenge, consumePendingLogin, findPendingLogin, type LoginStage, stageThatHolds, storePendingLogin } from './stages.ts'

/** Who logs in, and how the response will carry the session. A request's context is one. */
export interface LoginContext extends ClientInfo, AuditSource {
  client: SessionKind
  browserPrincipal: Principal | null
  /** The Cookie header of a browser's form. */
  cookies: string | null
}

export interface CompletedLogin {
  status: 'complete'
  user: User
  sid: string
  /** An API client's. */
  tokens?: { refresh: string; access: string }
  /** What a browser's cookies are to hold. */
  cookie?: { token: string; expires: Date | null; device: string }
  /** What the cookie of a browser that the account trusts from now on is to hold. */
  trusted?: string
}

export interface PendingLogin {
  status: 'pending'
  challenge: Challenge
  ticket: string
}

/**
 * Completes the login of an identified account, or keeps it pending where a stage asks for more.
 * @param options `remember`: whether a browser is to stay signed in when it is closed ("Keep me signed in"); `claim`: the first
 * statement of the transaction, which says whether the credential is still there
 * @returns null where the account was deactivated, or its password replaced, since it was identified
 * @throws LoginRefused where a stage refuses the account
 */
export function completeLogin(
  identity: Identity,
  { remember = false, claim = async () => true }: { remember?: boolean; claim?: (tx: Transaction) => Promise<boolean> },
  context: LoginContext,
): Promise<CompletedLogin | PendingLogin | null> {
  return advance(identity, { remember, trust: false }, context, claim)
}

/**
 * Continues a pending login whose stage has been passed; another stage may ask for more, with another ticket.
 * @param amr what the stage proved
 * @param options `trust`: whether later logins in this browser need no second factor (known-device.ts)
 * @returns null where the ticket is not valid (findPendingLogin()) or was used concurrently
 * @throws as completeLogin()
 */
export async function resumeLogin(
  ticket: string,
  amr: readonly Amr[],
  context: LoginContext,
  { trust = false } = {},
): Promise<CompletedLogin | PendingLogin | null> {
  const found = await findPendingLogin(ticket, context)
  if (!found) return null
  const identity = { ...found.identity, amr: [...found.identity.amr, ...amr] }
  return advance(identity, { remember: found.row.remember, trust }, context, (tx) => consumePendingLogin(tx, found, context.now))
}

/** @param claim the first statement of the transaction; the login ends where it says no */
async function advance(
  identity: Identity,
  { remember, trust }: { remember: boolean; trust: boolean },
  context: LoginContext,
  claim: (tx: Transaction) => Promise<boolean>,
): Promise<CompletedLogin | PendingLogin | null> {
  const { user } = identity
  const stage = await stageThatHolds(identity, context, database())
  if (stage && 'refusal' in stage) {
    await recordLoginFailure(user, stage.refusal, context)
    if (stage.refusal === 'wrong_credentials') return null
    throw new LoginRefused(stage.refusal)
  }
  return database().$transaction(async (tx) => {
    if (!(await claim(tx))) return null
    if (stage) return keepPending(tx, identity, stage, remember, context)
    if (!(await claimLogin(tx, user, context))) return null
    const { isNew, ...login } = await beginSession(tx, identity, remember, context)
    const who = { actorId: user.id, subjectId: user.id, sessionId: login.sid }
    const by = identity.amr.includes('email') && ({ by: 'email' } as const)
    await recordEvent(tx, 'logged_in', { ...who, detail: { newDevice: isNew, ...by } }, context)
    // The owner is told of a login from a device that the account does not know (ASVS 6.3.5).
    if (isNew) {
      const email = { kind: 'new_device', recipient: user.email, userId: user.id, content: newDeviceEmail(context) } as const
      await enqueueEmail(tx, email, context.now)
    }
    if (!trust) return login
    const trusted = await trustDevice(tx, user, context.cookies, context.now)
    await recordEvent(tx, 'device_trusted', { ...who, detail: {} }, context)
    return { ...login, trusted }
  })
}

/**
 * The login of a sign-up, in the transaction that creates the account: it has no event and no email of its own.
 * @param remember as completeLogin() has it
 * @throws LoginRefused where a stage refuses new accounts
 */
export async function completeSignUp(
  tx: Transaction,
  user: User,
  context: LoginContext,
  identity: Identity = passwordIdentity(user),
  remember = false,
): Promise<CompletedLogin | PendingLogin> {
  const stage = await stageThatHolds(identity, context, tx)
  if (stage && 'refusal' in stage) throw new LoginRefused('email_not_verified')
  if (stage) return keepPending(tx, identity, stage, remember, context)
  const { isNew: _, ...login } = await beginSession(tx, identity, remember, context)
  return login
}

async function keepPending(
  tx: Transaction,
  identity: Identity,
  stage: Extract<LoginStage, { challenge: unknown }>,
  remember: boolean,
  context: LoginContext,
): Promise<PendingLogin> {
  const challenge = await stage.challenge(identity, tx)
  return { status: 'pending', challenge, ticket: await storePendingLogin(tx, identity, remember, context) }
}

/**
 * Claims a login: sets its date (Simple JWT's UPDATE_LAST_LOGIN). An account that can be logged in to is not being deleted,
 * though Django, which opens a closed one, leaves the date of its deletion: this clears it.
 * @param tx a transaction, which may begin with this
 * @param user as it was when its credential was checked
 * @returns false when the password was replaced or the account deactivated since: its sessions ended then
 */
export async function claimLogin(tx: Transaction, user: User, source: AuditSource): Promise<boolean> {
  const { id, password, deletionDueAt } = user
  const unchanged: UserWhere = { id, password, isActive: true }
  const wasDue = { where: { ...unchanged, deletionDueAt: { not: null } }, data: { deletionDueAt: null } }
  // 0 where another login, or the job, was faster.
  const calledOff = deletionDueAt === null ? 0 : (await tx.user.updateMany(wasDue)).count
  const { count } = await tx.user.updateMany({
    where: unchanged,
    data: { deletionDueAt: null, ...(settings().UPDATE_LAST_LOGIN && { lastLogin: source.now }) },
  })
  if (calledOff > 0) await recordEvent(tx, 'account_deletion_undone', { actorId: id, subjectId: id, detail: {} }, source)
  return count > 0
}

/**
 * Starts a session, issues its tokens and remembers the device. The session that the browser already had ends: its cookie may
 * have been planted (session fixation, ASVS 7.2.4).
 * @returns besides the login, whether the account knew other devices, but not this one
 */
async function beginSession(
  tx: Transaction,
  { user, amr, credentialId }: Identity,
  remember: boolean,
  context: LoginContext,
): Promise<CompletedLogin & { isNew: boolean }> {
  const { client, now, browserPrincipal } = context
  const isBrowser = client === 'browser'
  const former = isBrowser ? browserPrincipal?.claims.sid : null
  if (former) await revokeSession(tx, former, 'replaced', now)
  const remembered = isBrowser && remember
  // Django may have replaced the password, or deactivated the account for a while, since they began.
  await revokeOutdatedSessions(tx, user, now)
  const session = await startSession(tx, user, client, context, { amr, credentialId, remembered })
  await enforceSessionLimit(tx, user.id, session.id, context)
  const device = await rememberDevice(tx, user.id, context, isBrowser, now)
  const login = { status: 'complete', user, sid: session.id, isNew: device.isNew } as const
  if (!isBrowser) return { ...login, tokens: await issueTokenPair(tx, user, session, now) }
  const token = await issueSlidingToken(user, session, now, remembered)
  return { ...login, cookie: { token, expires: remembered ? session.expiresAt : null, device: device.cookie } }
}

/** To the owner, after a login from a device that the account did not know. It has no token: a thief who reads it gains nothing. */
const newDeviceEmail = (source: AuditSource): EmailContent => ({
  subject: 'New sign-in to your account',
  preheader: 'Your account was signed in to from a device we haven’t seen before.',
  heading: 'New sign-in from a new device',
  paragraphs: ['Your account was signed in to from a new device.'],
  details: requestDetails(source),
  action: { label: 'Review activity', page: '/settings/security' },
  closing: 'If this was you, there’s nothing to do. If it wasn’t, change your password now. This signs out every other device.',
})
