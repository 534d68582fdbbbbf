/** Deletes what is kept for a time only (RT-12). */
import { database } from '../db/client.ts'
import { Prisma } from '../db/generated/sqlite/client.ts'
import { FAILED_EMAIL_RETENTION, lastEmailRetention } from '../mail/outbox.ts'
import { settings } from '../settings.ts'
import { seconds } from '../tokens/refresh-token.ts'
import { BATCH, deleteInBatches } from './delete-in-batches.ts'
import type { JobContext } from './job.ts'

const DAY = 86_400
/** How long a link that has expired can still say so, in seconds. */
const EXPIRED_LINK_RETENTION = DAY
/** How long a device that did not sign in stays known, in seconds; its cookie lives no longer. */
const DEVICE_RETENTION = 400 * DAY

const page = { select: { id: true }, take: BATCH } as const
const idsOf = <Id>(rows: { id: Id }[]) => rows.map(({ id }) => id)
const before = (now: Date, retention: number) => new Date(now.getTime() - retention * 1000)

export function deleteExpiredLinks({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: before(now(), EXPIRED_LINK_RETENTION) } })
  const { oneTimeToken } = database()
  return deleteInBatches<number>(
    {
      row: 'one-time token',
      find: async (failed) => idsOf(await oneTimeToken.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => oneTimeToken.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

/** Used ones, too: they are kept until they would have expired. */
export function deleteExpiredPendingLogins({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: now() } })
  const { pendingLogin } = database()
  return deleteInBatches<number>(
    {
      row: 'pending login',
      find: async (failed) => idsOf(await pendingLogin.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => pendingLogin.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

/** Used ones, too: an ID token is kept from being used again until it expires. */
export function deleteExpiredExternalLogins({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: now() } })
  const { externalLogin } = database()
  return deleteInBatches<number>(
    {
      row: 'external login',
      find: async (failed) => idsOf(await externalLogin.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => externalLogin.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

export function deleteExpiredTrustedDevices({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: now() } })
  const { trustedDevice } = database()
  return deleteInBatches<number>(
    {
      row: 'trusted device',
      find: async (failed) => idsOf(await trustedDevice.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => trustedDevice.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

export function deleteUsedChallenges({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: now() } })
  const { usedChallenge } = database()
  return deleteInBatches<string>(
    {
      row: 'used challenge',
      find: async (failed) => {
        const rows = await usedChallenge.findMany({ where: { ...due(), digest: { notIn: failed } }, select: { digest: true }, take: BATCH })
        return rows.map(({ digest }) => digest)
      },
      remove: (digests) => usedChallenge.deleteMany({ where: { ...due(), digest: { in: digests } } }),
    },
    onFailure,
  )
}

export function deleteExpiredCounters({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: seconds(now()) } })
  const { throttleCounter } = database()
  return deleteInBatches<string>(
    {
      row: 'counter',
      find: async (failed) => {
        const rows = await throttleCounter.findMany({ where: { ...due(), key: { notIn: failed } }, select: { key: true }, take: BATCH })
        return rows.map(({ key }) => key)
      },
      // Asked again: a counter may open a new window between the choice and the deletion.
      remove: (keys) => throttleCounter.deleteMany({ where: { ...due(), key: { in: keys } } }),
    },
    onFailure,
  )
}

export function deleteExpiredIdempotencyKeys({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ expiresAt: { lte: now() } })
  const { idempotencyKey } = database()
  return deleteInBatches<string>(
    {
      row: 'idempotency key',
      find: async (failed) => idsOf(await idempotencyKey.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      // Re-check in the DELETE: an expired key may have been reused since the SELECT.
      remove: (ids) => idempotencyKey.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

/** Sent emails after MAIL_RETENTION, failed ones after 30 days; what waits stays, but for the last one of a deleted account. */
export function deleteOldMail({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => {
    const sent = { sentAt: { lte: before(now(), settings().MAIL_RETENTION) } }
    const last = { kind: 'account_deleted', createdAt: { lte: before(now(), lastEmailRetention()) } }
    return { OR: [sent, last, { failedAt: { lte: before(now(), FAILED_EMAIL_RETENTION) } }] }
  }
  const { outboxMail } = database()
  return deleteInBatches<number>(
    {
      row: 'email',
      find: async (failed) => idsOf(await outboxMail.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => outboxMail.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

/**
 * Emails to accounts that are gone. Latchkey deletes them with the account; Django, which knows nothing of the outbox, does not,
 * and no foreign key does.
 */
export function deleteOrphanedMail({ onFailure }: JobContext): AsyncGenerator<number, void> {
  const db = database()
  return deleteInBatches<number>(
    {
      row: 'email',
      find: async (failed) => {
        const rows = await db.$queryRaw<{ id: unknown }[]>`
          SELECT id FROM accounts_outboxmail mail WHERE user_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM accounts_user WHERE accounts_user.id = mail.user_id)
          AND id NOT IN (${Prisma.join([0, ...failed])}) LIMIT ${BATCH}`
        return rows.map(({ id }) => Number(id))
      },
      remove: (ids) => db.outboxMail.deleteMany({ where: { id: { in: ids } } }),
    },
    onFailure,
  )
}

export function deleteOldEvents({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ at: { lte: before(now(), settings().AUDIT_RETENTION) } })
  const { auditEvent } = database()
  return deleteInBatches<number>(
    {
      row: 'event',
      find: async (failed) => idsOf(await auditEvent.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => auditEvent.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}

export function deleteUnusedDevices({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ lastSeenAt: { lte: before(now(), DEVICE_RETENTION) } })
  const { knownDevice } = database()
  return deleteInBatches<number>(
    {
      row: 'device',
      find: async (failed) => idsOf(await knownDevice.findMany({ where: { ...due(), id: { notIn: failed } }, ...page })),
      remove: (ids) => knownDevice.deleteMany({ where: { ...due(), id: { in: ids } } }),
    },
    onFailure,
  )
}
