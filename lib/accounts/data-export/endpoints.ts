import * as z from 'zod/mini'
import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { type AuthenticatedContext, endpoint, type Result } from '../../http/endpoint.ts'
import { logServerError } from '../../http/request-context.ts'
import { textStream } from '../../http/text-stream.ts'
import { ownedTables } from '../../users/owned-tables.ts'
import { exportedUser, exportedUserShape } from '../../users/user.ts'

const tables = ownedTables.flatMap(({ export: said }) => (said ? [[said.name, z.array(said.shape)] as const] : []))

const exportShape = z
  .object({ exported_at: z.iso.datetime(), profile: exportedUserShape, ...Object.fromEntries(tables) })
  .register(z.globalRegistry, { id: 'AccountExport' })

export const exportDataEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/me/export/',
    name: 'Export',
    description: 'Everything that is kept about the account, as a file',
    operationId: 'exportAccount',
    summary: 'Export everything kept about the account',
    tag: 'Account',
    responses: { 200: exportShape },
  },
  policy: {
    access: 'authenticated',
    sideEffects: true,
    recentAuthentication: { page: '/settings/data', status: 'download_ready' },
    throttle: { policy: 'export' },
    oneAtATime: true,
  },
  run: exportData,
})

/**
 * Everything that is kept about the person who asks (GDPR articles 15 and 20), as ownedTables says. It is read in batches and
 * sent as it is read; serve() gives an account one at a time.
 */
export async function exportData(_input: unknown, context: AuthenticatedContext): Promise<Result> {
  const { user, claims } = context.principal
  await recordEvent(database(), 'data_exported', { actorId: user.id, subjectId: user.id, sessionId: claims.sid, detail: {} }, context)
  const day = context.now.toISOString().slice(0, 10)
  const headers = { 'Content-Disposition': `attachment; filename="account-${day}.json"` }
  return { body: textStream(exportText(user, context)), headers }
}

async function* exportText(user: User, context: AuthenticatedContext): AsyncGenerator<string, void> {
  try {
    yield `{"exported_at":${JSON.stringify(context.now)},"profile":${JSON.stringify(exportedUser(user))}`
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
    logServerError(context.requestId, 'GET', '/api/accounts/me/export/', error)
    throw error
  }
}
