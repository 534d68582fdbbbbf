/** Deletes refresh tokens and sessions that have expired (Simple JWT's flushexpiredtokens). */
import { database } from '../db/client.ts'
import { expiryCutoff, expiryCutoffAnywhere } from '../tokens/refresh-token.ts'
import { BATCH, deleteInBatches, handleRows } from './delete-in-batches.ts'
import { type JobContext, rowFailures } from './job.ts'

export async function* flushExpiredTokens({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const db = database()
  const failures = rowFailures(onFailure)
  let after = 0
  for (;;) {
    // A blacklisted token that lost its row while it is in time somewhere would be good again there.
    const rows = await db.outstandingToken.findMany({
      where: { expiresAt: { lte: expiryCutoffAnywhere(now()) }, id: { gt: after } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const ids = rows.map(({ id }) => id)
    yield await handleRows(ids, removeTokens, { ...failures, add: (id, error) => failures.add(`token ${id}`, error) })
    if (rows.length < BATCH) return
    after = rows.at(-1)?.id ?? after
  }
}

const removeTokens = (ids: number[]) =>
  database().$transaction(async (tx) => {
    await tx.blacklistedToken.deleteMany({ where: { tokenId: { in: ids } } })
    return tx.outstandingToken.deleteMany({ where: { id: { in: ids } } })
  })

export function flushExpiredSessions({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const expired = () => ({ expiresAt: { lte: expiryCutoff(now()) } })
  const db = database()
  return deleteInBatches<string>(
    {
      row: 'session',
      find: async (failed) => {
        const where = { ...expired(), id: { notIn: failed } }
        return (await db.session.findMany({ where, select: { id: true }, take: BATCH })).map(({ id }) => id)
      },
      // Asked again: a refresh may extend a session between the choice and the deletion.
      remove: (ids) => db.session.deleteMany({ where: { id: { in: ids }, ...expired() } }),
    },
    onFailure,
  )
}
