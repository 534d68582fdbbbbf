import { recordEvent } from '../../audit/audit.ts'
import { database } from '../../db/client.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import type { Principal } from '../../sessions/principal.ts'
import { ownUser } from '../../users/public-user.ts'
import { type Readers, readers } from './readers.ts'

/**
 * Everything that is kept about the person who asks (GDPR articles 15 and 20). What proves or opens something is left out:
 * hashes, digests, nonces, token ids and letters' bodies are no data about anybody.
 */
export async function exportData(_input: unknown, context: Context): Promise<Answer> {
  const { user, claims } = context.principal as Principal
  await recordEvent(database(), 'data_exported', { actorId: user.id, subjectId: user.id, sessionId: claims.sid, detail: {} }, context)
  const names = Object.keys(readers) as (keyof Readers)[]
  const parts = await Promise.all(names.map((name) => readers[name](user.id)))
  const profile = {
    ...ownUser(user),
    email_verified_at: user.emailVerifiedAt,
    phone_e164: user.phoneE164,
    is_active: user.isActive,
    deletion_due_at: user.deletionDueAt,
  }
  const day = context.now.toISOString().slice(0, 10)
  return {
    body: { exported_at: context.now, profile, ...Object.fromEntries(names.map((name, index) => [name, parts[index]])) },
    headers: { 'Content-Disposition': `attachment; filename="account-${day}.json"` },
  }
}
