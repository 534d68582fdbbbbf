import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { reusedTokenEmail } from './login-emails.ts'
import { revokeSession } from './session.ts'

/**
 * Ends a session one of whose refresh tokens was stolen, or whose client is broken: which of the two, nobody can tell. It is
 * written down, and the owner is told, once for each session (RFC 9700 §4.14.2, ASVS 6.3.5).
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
