import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { Throttled } from '../../errors.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { reportFault } from '../../http/faults.ts'
import { textStream } from '../../http/text-stream.ts'
import type { Principal } from '../../sessions/principal.ts'
import { ownedTables } from '../../users/owned-tables.ts'
import { ownUser } from '../../users/public-user.ts'

/** When somebody asks again while their export is being read: the seconds after which they may try again. */
const RETRY_AFTER = 10
/** Longest that one export keeps another waiting, in milliseconds: its reader may have gone without a word. */
const LONGEST = 600_000

/** Accounts whose export is being read from this process, and until when it counts as that. */
const underWay = new Map<number, number>()

/**
 * Everything that is kept about the person who asks (GDPR articles 15 and 20), as ownedTables says. It is read in batches and
 * sent as it is read, one export at a time for each account in each server.
 * @throws Throttled while another one is being read
 */
export async function exportData(_input: unknown, context: Context): Promise<Answer> {
  const { user, claims } = context.principal as Principal
  const now = context.now.getTime()
  if ((underWay.get(user.id) ?? 0) > now) throw new Throttled(RETRY_AFTER)
  const until = now + LONGEST
  underWay.set(user.id, until)
  const ended = () => {
    if (underWay.get(user.id) === until) underWay.delete(user.id)
  }
  try {
    await recordEvent(database(), 'data_exported', { actorId: user.id, subjectId: user.id, sessionId: claims.sid, detail: {} }, context)
  } catch (error) {
    ended()
    throw error
  }
  const day = context.now.toISOString().slice(0, 10)
  const headers = { 'Content-Disposition': `attachment; filename="account-${day}.json"` }
  return { body: textStream(exportText(user, context, ended)), headers }
}

async function* exportText(user: User, context: Context, ended: () => void): AsyncGenerator<string, void> {
  try {
    const profile = {
      ...ownUser(user),
      email_verified_at: user.emailVerifiedAt,
      phone_e164: user.phoneE164,
      is_active: user.isActive,
      deletion_due_at: user.deletionDueAt,
    }
    yield `{"exported_at":${JSON.stringify(context.now)},"profile":${JSON.stringify(profile)}`
    for (const { export: said } of ownedTables) {
      if (!said) continue
      let begun = false
      yield `,${JSON.stringify(said.name)}:[`
      for await (const rows of said.read(user.id)) {
        if (rows.length === 0) continue
        yield (begun ? ',' : '') + rows.map((row) => JSON.stringify(row)).join(',')
        begun = true
      }
      yield ']'
    }
    yield '}'
  } catch (error) {
    // The answer has begun: all that is left is to end it before it is complete, and to say why in the log.
    reportFault(context.requestId, 'GET', '/api/accounts/me/export/', error)
    throw error
  } finally {
    ended()
  }
}
