import type { AuditSource } from '../audit/audit.ts'
import { recordEvent } from '../audit/audit.ts'
import type { AuditEvents } from '../audit/events.ts'
import type { Passkey, Transaction } from '../db/client.ts'
import { revokeSession } from '../sessions/session.ts'
import { passkeyProvider } from './passkey-providers.ts'

/**
 * Removes passkeys of an account, with the sessions that they began.
 * @param tx a transaction that has locked the account, and has seen that another way in stays where one must
 * @param options `except`: the session that goes on
 */
export async function removePasskeys(
  tx: Transaction,
  passkeys: readonly Passkey[],
  { by, actorId, sessionId = null }: { by: AuditEvents['passkey_removed']['by']; actorId: number | null; sessionId?: string | null },
  source: AuditSource,
): Promise<void> {
  for (const { id, userId, aaguid } of passkeys) {
    await tx.passkey.deleteMany({ where: { id } })
    // As the second factor of a login it is no part of what identifies the session.
    const begun = { userId, credentialId: String(id), amr: { startsWith: 'hwk' } }
    await tx.pendingLogin.updateMany({ where: { ...begun, usedAt: null }, data: { usedAt: source.now } })
    for (const session of await tx.session.findMany({ where: { ...begun, endedAt: null }, select: { id: true } }))
      if (session.id !== sessionId) await revokeSession(tx, session.id, 'revoked', source.now)
    const detail = { passkey: id, provider: passkeyProvider(aaguid), by }
    await recordEvent(tx, 'passkey_removed', { actorId, subjectId: userId, sessionId, detail }, source)
  }
}
