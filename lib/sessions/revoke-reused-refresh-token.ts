import { type AuditSource, describeDevice, recordEvent } from '../audit/audit.ts'
import { database, type Session } from '../db/client.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { type EmailContent, formatDateTime, requestDetails } from '../mail/render-email.ts'
import { revokeSession } from './session.ts'

/**
 * Revokes a session when one of its refresh tokens is reused: it was stolen, or its client is broken. The event is audited and
 * the owner notified, once per session (RFC 9700 §4.14.2, ASVS 6.3.5).
 */
export function revokeReusedRefreshToken(sid: string, source: AuditSource): Promise<void> {
  const { now } = source
  return database().$transaction(async (tx) => {
    if (!(await revokeSession(tx, sid, 'replay', now))) return
    const session = await tx.session.findUniqueOrThrow({ where: { id: sid }, include: { user: true } })
    const { id: userId, email } = session.user
    const entry = { outcome: 'failure' as const, actorId: null, subjectId: userId, sessionId: sid, detail: {} }
    await recordEvent(tx, 'refresh_token_replayed', entry, source)
    const content = reusedTokenEmail(session, source)
    await enqueueEmail(tx, { kind: 'refresh_token_replayed', recipient: email, userId, content }, now)
  })
}

/**
 * To the owner, when a session was ended because a refresh token of it came a second time.
 * @param source of the second use, which may be the thief's or the owner's
 */
const reusedTokenEmail = (session: Pick<Session, 'userAgent' | 'createdAt'>, source: AuditSource): EmailContent => ({
  subject: 'We signed one of your devices out',
  preheader: 'We noticed a copied sign-in and ended it as a precaution.',
  heading: 'We signed one of your devices out',
  paragraphs: [
    'An old sign-in token for this device was used again. Someone may have copied it, so we signed this device out as a precaution. Your other devices are still signed in.',
  ],
  details: [
    ['Signed out', `${describeDevice(session.userAgent)}, signed in on ${formatDateTime(session.createdAt)}`],
    ...requestDetails(source),
  ],
  action: { label: 'Review activity', page: '/settings/security' },
  closing:
    'An app that lost its connection or was restored from a backup can also cause this. In that case, sign in again. If you don’t know why it happened, change your password. This signs out every other device.',
})
