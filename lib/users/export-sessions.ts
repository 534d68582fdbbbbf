import * as z from 'zod/mini'
import { database } from '../db/client.ts'
import { splitAmr } from '../sessions/session.ts'
import { EXPORT_BATCH } from './owned-table.ts'

const time = z.iso.datetime()

/** A session in the data export. */
export const exportedSessionShape = z.object({
  kind: z.string(),
  ip_address: z.nullable(z.string()),
  user_agent: z.string(),
  created_at: time,
  last_used_at: time,
  authenticated_at: z.nullable(time),
  amr: z.nullable(z.array(z.string())),
  expires_at: time,
  ended_at: z.nullable(time),
  end_reason: z.nullable(z.string()),
})

/** In the order of their beginning; their ids are by chance. */
export async function* exportSessions(userId: number): AsyncGenerator<unknown[], void> {
  let last: { id: string; createdAt: Date } | undefined
  for (;;) {
    const after = last && { OR: [{ createdAt: { gt: last.createdAt } }, { createdAt: last.createdAt, id: { gt: last.id } }] }
    const rows = await database().session.findMany({
      where: { userId, ...after },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: EXPORT_BATCH,
    })
    if (rows.length > 0)
      yield rows.map((row) => ({
        kind: row.kind,
        ip_address: row.ipAddress,
        user_agent: row.userAgent,
        created_at: row.createdAt,
        last_used_at: row.lastUsedAt,
        authenticated_at: row.authenticatedAt,
        amr: row.amr && splitAmr(row.amr),
        expires_at: row.expiresAt,
        ended_at: row.endedAt,
        end_reason: row.endReason,
      }))
    if (rows.length < EXPORT_BATCH) return
    last = rows.at(-1)
  }
}
