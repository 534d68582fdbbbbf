/** The courier: sends what is in the outbox, each letter once, whatever the mail server and the processes do meanwhile. */
import { randomBytes, randomInt } from 'node:crypto'
import { type Database, database, type OutboxMail } from '../db/client.ts'
import { completeLetter } from './outbox.ts'
import { tallyMail } from './tally.ts'
import { errorWords, isPermanent, type Send, smtpTransport } from './transport.ts'

/** How long a letter belongs to the process that is sending it, in milliseconds; after a crash another one takes it then. */
export const LEASE = 30_000
/** Longest that one attempt may take, in milliseconds: below the lease, lest two processes send one letter. */
const ATTEMPT_TIMEOUT = 25_000
/** Letters under way at once. */
const BATCH = 5
/** How often the outbox is looked into, in milliseconds; after a failure of the database less often. */
const POLL_INTERVAL = 1000
const POLL_INTERVAL_AFTER_FAILURE = 5000
/** A letter that nobody took for so long is given up, in milliseconds. */
const GIVE_UP_AFTER = 3 * 86_400_000
const LONGEST_WAIT = 600_000

/** How long to wait after a failed attempt, in milliseconds: 1 s, 2 s, 4 s … 10 minutes, and up to a fifth more by chance. */
export const backoff = (attempts: number) => {
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(attempts - 1, 20))
  return wait + randomInt(Math.ceil(wait / 5))
}

/**
 * Sends the letters that are due now, a batch at most.
 * @returns how many it took on, sent or not
 */
export async function deliverDue(send: Send, now: () => Date, db: Database = database()): Promise<number> {
  const due = await db.outboxMail.findMany({
    where: { sentAt: null, failedAt: null, nextAttemptAt: { lte: now() } },
    orderBy: { nextAttemptAt: 'asc' },
    take: BATCH,
  })
  const taken = await Promise.all(due.map((row) => deliver(row, send, now, db)))
  return taken.filter(Boolean).length
}

async function deliver(row: OutboxMail, send: Send, now: () => Date, db: Database): Promise<boolean> {
  const leaseId = randomBytes(16).toString('hex')
  const attempts = row.attempts + 1
  // Whoever counts this attempt has the letter; a process that read the same row comes too late.
  const { count } = await db.outboxMail.updateMany({
    where: { id: row.id, attempts: row.attempts, sentAt: null, failedAt: null },
    data: { attempts, leaseId, nextAttemptAt: new Date(now().getTime() + LEASE) },
  })
  if (count === 0) return false
  const conclude = (data: Partial<Pick<OutboxMail, 'sentAt' | 'failedAt' | 'nextAttemptAt' | 'lastError'>>) =>
    db.$transaction(async (tx) => {
      const { count } = await tx.outboxMail.updateMany({ where: { id: row.id, leaseId }, data: { ...data, leaseId: null } })
      const outcome = data.sentAt ? 'sent' : data.failedAt ? 'failed' : null
      if (count > 0 && outcome !== null) await tallyMail(tx, outcome, now())
    })
  const letter = await completeLetter(row, now())
  if (letter === null) {
    await conclude({ failedAt: now(), lastError: 'its link does not count any more' })
    return true
  }
  try {
    const { recipient, subject, messageId } = row
    await withinTime(send({ recipient, subject, messageId, ...letter }))
  } catch (error) {
    const lost = isPermanent(error) || now().getTime() - row.createdAt.getTime() > GIVE_UP_AFTER
    const next = lost ? { failedAt: now() } : { nextAttemptAt: new Date(now().getTime() + backoff(attempts)) }
    await conclude({ ...next, lastError: errorWords(error).slice(0, 255) })
    return true
  }
  await conclude({ sentAt: now(), lastError: null })
  return true
}

async function withinTime(sending: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), ATTEMPT_TIMEOUT)
  })
  try {
    await Promise.race([sending, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Starts sending in this process, if there is a mail server to send to. @returns what stops it again */
export function startCourier(): () => void {
  const send = smtpTransport()
  if (!send) return () => {}
  let stopped = false
  let timer: NodeJS.Timeout
  const round = async () => {
    let wait = POLL_INTERVAL
    try {
      while (!stopped && (await deliverDue(send, () => new Date())) === BATCH);
    } catch {
      // An unreachable database: every request says so itself.
      wait = POLL_INTERVAL_AFTER_FAILURE
    }
    if (!stopped) timer = setTimeout(round, wait).unref()
  }
  timer = setTimeout(round, 0).unref()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
