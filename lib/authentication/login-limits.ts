/** Rate limits of the policies `login` and `second_factor`: one budget per account, wherever its password or a code is tried. */
import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { ServiceUnavailable, Throttled } from '../errors.ts'
import { canonicalEmail } from '../fields/credentials.ts'
import { log } from '../log.ts'
import type { EmailType } from '../mail/email-types.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { type EmailContent, formatDateTime } from '../mail/render-email.ts'
import type { ClientInfo } from '../sessions/session.ts'
import { type Admission, admit, isFirstIn, type Subjects, settle } from '../throttle/admit.ts'
import { effectivePolicy, ipPrefix, limitName, type PolicyName } from '../throttle/policies.ts'
import { findUserByEmail } from '../users/user.ts'
import { type DeviceSignals, matchDevice } from './known-device.ts'

/** The owner is told of many failures this often at most, in seconds. */
const NOTICE_INTERVAL = 86_400

export type Refused = Extract<Admission, { admitted: false }>

/** From where a password is tried, and in answer to which request. */
export type Source = ClientInfo & DeviceSignals & { requestId: string }

/** By what a password that is tried for an address is counted: a device that the account knows by itself, others together. */
export async function loginSubjects(named: string, source: Source): Promise<{ subjects: Subjects; user: User | null }> {
  const address = ipPrefix(source.clientIp)
  const user = await findUserByEmail(named)
  const email = canonicalEmail(named) ?? named
  const device = await matchDevice(user?.id ?? 0, source)
  // A device with its own cookie is counted alone, so that its neighbors cannot keep it out.
  if (device?.by === 'cookie') return { subjects: { device: device.fingerprint, pace: device.fingerprint }, user }
  // A neighbor may look the same, so the IP address that they share is counted too.
  if (device) return { subjects: { device: device.fingerprint, address, pace: address }, user }
  return { subjects: { pair: `${email}\0${address}`, address, account: email, pace: address }, user }
}

/**
 * Writes down that a limit was reached: one row for each window, however many are refused; and tells the owner by mail when it
 * takes many addresses.
 */
export async function recordThrottled(
  policy: PolicyName,
  limit: string,
  { actorId, user }: { actorId: number | null; user: User | null },
  source: Source,
): Promise<void> {
  const { now } = source
  const subject = { actorId, subjectId: user?.id ?? null }
  const notice = limit === 'account' ? notices[policy] : undefined
  const tell = user !== null && notice !== undefined && (await isFirstIn(notice.counter, `${user.id}`, NOTICE_INTERVAL, now))
  await database().$transaction(async (tx) => {
    await recordEvent(tx, 'request_throttled', { ...subject, outcome: 'failure', detail: { policy, limit } }, source)
    if (!tell) return
    const content = notice.email(source)
    await enqueueEmail(tx, { kind: notice.kind, recipient: user.email, userId: user.id, content }, now)
    await recordEvent(tx, 'login_attempts_reported', { actorId: null, subjectId: user.id, detail: {} }, source)
  })
}

/**
 * Lets the owner's password be tried as a login does, and counts the try unless it was right.
 * @param isRight whether it is
 * @throws Throttled, before anything is tried; what `isRight` throws
 */
export async function countPasswordTry(user: User, source: Source, isRight: () => Promise<boolean>): Promise<boolean> {
  const { subjects } = await loginSubjects(user.email, source)
  return countTry('login', subjects, user, source, isRight)
}

/**
 * The same for a code of a second factor, wherever it is asked for: a new ticket gives no new budget (MF-2). A device that the
 * account knows has its own, so that a stranger with the password cannot keep the owner out.
 * @throws as countPasswordTry()
 */
export async function countSecondFactorTry(user: User, source: Source, isRight: () => Promise<boolean>): Promise<boolean> {
  const device = await matchDevice(user.id, source)
  const account = canonicalEmail(user.email) ?? user.email
  const subjects: Subjects = device?.by === 'cookie' ? { device: device.fingerprint } : { account }
  return countTry('second_factor', subjects, user, source, isRight)
}

async function countTry(
  name: 'login' | 'second_factor',
  subjects: Subjects,
  user: User,
  source: Source,
  isRight: () => Promise<boolean>,
): Promise<boolean> {
  const policy = effectivePolicy(name)
  if (policy === null) return isRight()
  const outcome = await admit(name, policy, subjects, source.now)
  if (!outcome.admitted) {
    if (outcome.first) await recordFirstRefusal(name, outcome, user, source)
    throw new Throttled(outcome.retryAfter, [limitName(name, outcome)])
  }
  let counted = true
  try {
    const right = await isRight()
    counted = !right
    return right
  } catch (error) {
    counted = !isUnchecked(error)
    throw error
  } finally {
    await settle(outcome.units, counted)
  }
}

/** Whether nothing was checked at all: the queue of hashes was full. */
export const isUnchecked = (error: unknown) => error instanceof ServiceUnavailable && error.body.code === 'overloaded'

async function recordFirstRefusal(policy: PolicyName, { scope }: Refused, user: User, source: Source): Promise<void> {
  try {
    await recordThrottled(policy, scope, { actorId: user.id, user }, source)
  } catch {
    // That a request is refused must not hang on whether it can be written down.
    log().error({ requestId: source.requestId, event: 'request_throttled' }, 'audit_failed')
  }
}

/** To the owner, once a day at most, when many places together failed to log in. */
const loginAttemptsEmail = (source: AuditSource): EmailContent => ({
  subject: 'Many attempts to sign in to your account',
  preheader: 'Sign-ins from new devices are limited for now.',
  heading: 'Someone is trying to guess your password',
  paragraphs: [
    'There were many attempts to sign in to your account with a wrong password from several places. We blocked them, and your account is safe.',
    'You can sign in as usual from the devices you use. Signing in from a new one may take a while.',
  ],
  details: [['Last attempt', formatDateTime(source.now)]],
  action: { label: 'Review activity', page: '/settings/security' },
  closing: 'If you use this password anywhere else, or it is easy to guess, choose a new one.',
})

/** To the owner, once a day at most, when wrong codes followed the right password. */
const secondFactorAttemptsEmail = (source: AuditSource): EmailContent => ({
  subject: 'Someone may know your password',
  preheader: 'They entered your password, but not your second factor.',
  heading: 'Someone may know your password',
  paragraphs: [
    'Someone entered your password, then many wrong codes in place of your second factor. We blocked them, and your account is safe.',
    'If it wasn’t you, change your password now.',
  ],
  details: [['Last attempt', formatDateTime(source.now)]],
  action: { label: 'Change password', page: '/settings/password' },
  closing: 'If it was you, check that the time on your phone is set automatically, then try again later or use a recovery code.',
})

/** What the owner is told, once a day at most, where the limit of the whole account was reached. */
const notices: Partial<Record<PolicyName, { kind: EmailType; counter: string; email: (source: AuditSource) => EmailContent }>> = {
  login: { kind: 'login_attempts', counter: 'notice', email: loginAttemptsEmail },
  second_factor: { kind: 'second_factor_attempts', counter: 'factor-notice', email: secondFactorAttemptsEmail },
}
