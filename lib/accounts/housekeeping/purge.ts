/** Deletes what is kept for a time only, in small steps (RT-12). */
import { commandSource, recordEvent } from '../../audit/audit.ts'
import { type Database, database } from '../../db/client.ts'
import { settings } from '../../settings.ts'
import { BATCH, flushSessions, flushTokens } from '../../tokens/flush-expired.ts'
import { seconds } from '../../tokens/refresh-token.ts'

const DAY = 86_400
/** How long a link that has expired can still say so, in seconds. */
const EXPIRED_LINK_RETENTION = DAY
/** Letters that could not be sent stay for somebody to see, in seconds. */
const FAILED_MAIL_RETENTION = 30 * DAY
/** A device that nobody used for so long is none that its owner would miss, in seconds; its cookie lives no longer. */
const DEVICE_RETENTION = 400 * DAY
/** An address that was not proven in so many times the link's time is somebody else's or mistyped. */
const UNPROVEN_TIMEOUTS = 7

/** How many rows of each kind were deleted. */
export interface Purged {
  tokens: number
  sessions: number
  oneTimeTokens: number
  counters: number
  idempotencyKeys: number
  mails: number
  events: number
  devices: number
  unprovenAccounts: number
}

/**
 * Deletes what has served its time. Each step deletes a batch in one statement, so that others get to write in between.
 * @param batches most of them for each kind; the rest is left to the next run
 */
export async function purge(now: Date, batches = Number.POSITIVE_INFINITY, db: Database = database()): Promise<Purged> {
  const { MAIL_RETENTION, AUDIT_RETENTION } = settings()
  const before = (retention: number) => new Date(now.getTime() - retention * 1000)
  const inBatches = async <Id>(find: () => Promise<{ id: Id }[]>, remove: (ids: Id[]) => Promise<{ count: number }>) => {
    let deleted = 0
    for (let batch = 0; batch < batches; batch++) {
      const ids = (await find()).map(({ id }) => id)
      if (ids.length > 0) deleted += (await remove(ids)).count
      if (ids.length < BATCH) break
    }
    return deleted
  }
  const page = { select: { id: true }, take: BATCH } as const
  const expiredLink = { expiresAt: { lte: before(EXPIRED_LINK_RETENTION) } }
  const expiredKey = { expiresAt: { lte: now } }
  const oldMail = { OR: [{ sentAt: { lte: before(MAIL_RETENTION) } }, { failedAt: { lte: before(FAILED_MAIL_RETENTION) } }] }
  const oldEvent = { at: { lte: before(AUDIT_RETENTION) } }
  const unseen = { lastSeenAt: { lte: before(DEVICE_RETENTION) } }
  return {
    tokens: await flushTokens(now, batches, db),
    sessions: await flushSessions(now, batches, db),
    oneTimeTokens: await inBatches(
      () => db.oneTimeToken.findMany({ where: expiredLink, ...page }),
      (ids) => db.oneTimeToken.deleteMany({ where: { id: { in: ids }, ...expiredLink } }),
    ),
    counters: await purgeCounters(now, batches, db),
    idempotencyKeys: await inBatches(
      () => db.idempotencyKey.findMany({ where: expiredKey, ...page }),
      // Asked twice: a key whose time is over may be taken again between the choice and the deletion.
      (ids) => db.idempotencyKey.deleteMany({ where: { id: { in: ids }, ...expiredKey } }),
    ),
    mails: await inBatches(
      () => db.outboxMail.findMany({ where: oldMail, ...page }),
      (ids) => db.outboxMail.deleteMany({ where: { id: { in: ids } } }),
    ),
    events: await inBatches(
      () => db.auditEvent.findMany({ where: oldEvent, ...page }),
      (ids) => db.auditEvent.deleteMany({ where: { id: { in: ids } } }),
    ),
    devices: await inBatches(
      () => db.knownDevice.findMany({ where: unseen, ...page }),
      (ids) => db.knownDevice.deleteMany({ where: { id: { in: ids }, ...unseen } }),
    ),
    unprovenAccounts: await purgeUnprovenAccounts(now, batches, db),
  }
}

async function purgeCounters(now: Date, batches: number, db: Database): Promise<number> {
  const second = seconds(now)
  let deleted = 0
  for (let batch = 0; batch < batches; batch++) {
    // Asked twice: a counter may open a new window between the choice and the deletion.
    const count = await db.$executeRaw`DELETE FROM accounts_throttlecounter WHERE expires_at <= ${second} AND key IN (
      SELECT key FROM accounts_throttlecounter WHERE expires_at <= ${second} LIMIT ${BATCH})`
    deleted += count
    if (count < BATCH) break
  }
  return deleted
}

/**
 * Where an account needs a proven address, those that were signed up here and never became anybody's. Accounts that came
 * from elsewhere or were ever used are nobody's to delete, whatever their address says.
 */
async function purgeUnprovenAccounts(now: Date, batches: number, db: Database): Promise<number> {
  const { EMAIL_VERIFICATION, EMAIL_VERIFICATION_TIMEOUT } = settings()
  if (EMAIL_VERIFICATION !== 'mandatory') return 0
  const cutoff = new Date(now.getTime() - UNPROVEN_TIMEOUTS * EMAIL_VERIFICATION_TIMEOUT * 1000)
  const unproven = { emailVerifiedAt: null, lastLogin: null, isStaff: false, isSuperuser: false, dateJoined: { lte: cutoff } }
  const neverUsed = { ...unproven, sessions: { none: {} }, knownDevices: { none: {} }, outstandingTokens: { none: {} } }
  let deleted = 0
  let after = 0
  for (let batch = 0; batch < batches; batch++) {
    const found = await db.user.findMany({
      where: { ...neverUsed, id: { gt: after } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: BATCH,
    })
    const ids = found.map(({ id }) => id)
    const signedUp = await db.auditEvent.findMany({ where: { event: 'signed_up', subjectId: { in: ids } }, select: { subjectId: true } })
    for (const { subjectId } of signedUp) if (subjectId !== null && (await deleteUnproven(subjectId))) deleted++
    if (found.length < BATCH) break
    after = ids.at(-1) ?? after
  }
  return deleted

  function deleteUnproven(id: number): Promise<boolean> {
    return db.$transaction(async (tx) => {
      const { count } = await tx.user.deleteMany({ where: { ...neverUsed, id } })
      const source = commandSource('housekeeping', now)
      if (count > 0) await recordEvent(tx, 'account_deleted', { actorId: null, subjectId: id, detail: {} }, source)
      return count > 0
    })
  }
}
