import { type AuditSource, recordEvent } from '../audit/audit.ts'
import { removePasskeys } from '../credentials/remove-passkeys.ts'
import type { Transaction } from '../db/client.ts'
import { providerName } from './provider-name.ts'

/**
 * Ends every way in that was added before the owner of the email address verified it: it may be a stranger's (SU-5).
 * @param tx the transaction of the verification
 */
export async function unlinkUnverified(tx: Transaction, userId: number, source: AuditSource): Promise<void> {
  const passkeys = await tx.passkey.findMany({ where: { userId } })
  await removePasskeys(tx, passkeys, { by: 'ownership', actorId: null }, source)
  const linked = await tx.externalAccount.findMany({ where: { userId }, select: { issuer: true } })
  await tx.externalAccount.deleteMany({ where: { userId } })
  for (const { issuer } of linked) {
    const detail = { provider: providerName(issuer), by: 'ownership' } as const
    await recordEvent(tx, 'external_account_unlinked', { actorId: null, subjectId: userId, detail }, source)
  }
}
