import { beforeEach, describe, expect, it } from 'vitest'
import { recordEvent } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import { contextAt } from '../http/testing/context.ts'
import { enqueueEmail } from '../mail/outbox.ts'
import { settings } from '../settings.ts'
import { issueOneTimeToken } from '../tokens/one-time-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { BATCH } from './delete-in-batches.ts'
import { deleteExpiredCounters } from './delete-old-rows.ts'
import { runDue } from './testing/run-due.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const SECOND = Math.floor(NOW.getTime() / 1000)
const DAY = 86_400
const at = (offset: number) => new Date(NOW.getTime() + offset * 1000)

/** Counters that end at that second, in one statement. */
const seedCounters = (count: number, expiresAt: number, prefix: string) =>
  database().$executeRawUnsafe(
    `INSERT INTO accounts_throttlecounter (key, count, expires_at)
     WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
     SELECT '${prefix}' || n, 1, ${expiresAt} FROM numbers`,
  )

beforeEach(() => database().throttleCounter.deleteMany({}))

const purge = async (job: string) => (await runDue(job, NOW)).handled

describe('deleting old rows (RT-12)', () => {
  it('of 100,000 expired counters each step deletes a batch, one round all of them; live ones stay', async () => {
    await seedCounters(100_000, SECOND - 1, 'over')
    await seedCounters(10, SECOND + 1, 'live')
    const steps = deleteExpiredCounters({ now: () => NOW, onFailure: () => {} })
    expect((await steps.next()).value).toBe(BATCH)
    expect(await database().throttleCounter.count()).toBe(100_010 - BATCH)
    expect(await purge('delete-expired-counters')).toBe(100_000 - BATCH)
    expect(await database().throttleCounter.count()).toBe(10)
  })

  it('one-time tokens go a day after their end, so that a late click is still told what happened', async () => {
    const user = await newUser()
    const db = database()
    const ids = await Promise.all(
      [-2 * DAY, -DAY + 60, 60].map((end) =>
        db.$transaction((tx) => issueOneTimeToken(tx, user, 'password_reset', 60, at(end - 60), { keepOthers: true })),
      ),
    )
    expect(await purge('delete-expired-links')).toBe(1)
    expect((await db.oneTimeToken.findMany({ where: { userId: user.id } })).map(({ id }) => id).sort()).toEqual(ids.slice(1).sort())
  })

  it('emails go by age: sent ones after MAIL_RETENTION, failed ones after 30 days, waiting ones never', async () => {
    const db = database()
    await db.outboxMail.deleteMany({})
    const content = { subject: 's', preheader: '', heading: 'h', paragraphs: [], closing: 'c' }
    const states = [{ sentAt: at(-7 * DAY) }, { sentAt: at(-7 * DAY + 60) }, { failedAt: at(-30 * DAY) }, { failedAt: at(-8 * DAY) }, {}]
    for (const [n, state] of states.entries()) {
      await enqueueEmail(db, { kind: 'new_device', recipient: `p${n}@example.com`, userId: null, content }, at(-60 * DAY))
      await db.outboxMail.updateMany({ where: { recipient: `p${n}@example.com` }, data: state })
    }
    expect(await purge('delete-old-mail')).toBe(2)
    const left = await db.outboxMail.findMany({ orderBy: { recipient: 'asc' } })
    expect(left.map(({ recipient }) => recipient)).toEqual(['p1@example.com', 'p3@example.com', 'p4@example.com'])
  })

  it('events go after AUDIT_RETENTION, devices after 400 days without a login', async () => {
    const db = database()
    // The other tests' events are of these days.
    await purge('delete-old-events')
    const { id: userId } = await newUser()
    for (const age of [366, 364]) {
      await recordEvent(db, 'logged_out', { actorId: userId, subjectId: userId, detail: {} }, contextAt(at(-age * DAY)))
    }
    for (const age of [401, 399]) {
      const time = at(-age * DAY)
      await db.knownDevice.create({ data: { userId, fingerprint: String(age), createdAt: time, lastSeenAt: time } })
    }
    expect([await purge('delete-old-events'), await purge('delete-unused-devices')]).toEqual([1, 1])
    expect((await db.knownDevice.findMany({ where: { userId } })).map(({ fingerprint }) => fingerprint)).toEqual(['399'])
  })

  describe('unverified accounts', () => {
    const old = { dateJoined: at(-8 * DAY), emailVerifiedAt: null }
    const signedUp = async (more = {}) => {
      const user = await newUser({ ...old, ...more })
      await recordEvent(
        database(),
        'signed_up',
        { actorId: user.id, subjectId: user.id, detail: { method: 'password' } },
        contextAt(old.dateJoined),
      )
      return user.id
    }

    it('are deleted where verification is mandatory, and only those that signed up here and were never used', async () => {
      const mandatory = settings()
      const former = mandatory.EMAIL_VERIFICATION
      const gone = await signedUp()
      const used = await signedUp()
      await database().knownDevice.create({ data: { userId: used, fingerprint: 'x', createdAt: NOW, lastSeenAt: NOW } })
      const kept = [
        (await newUser(old)).id,
        used,
        await signedUp({ emailVerifiedAt: NOW }),
        await signedUp({ lastLogin: NOW }),
        await signedUp({ isStaff: true }),
        await signedUp({ dateJoined: at(-6 * DAY) }),
      ]
      expect(await purge('delete-unverified-accounts'), 'not where it need not be').toBe(0)
      mandatory.EMAIL_VERIFICATION = 'mandatory'
      try {
        expect(await purge('delete-unverified-accounts')).toBe(1)
      } finally {
        mandatory.EMAIL_VERIFICATION = former
      }
      const left = await database().user.findMany({ where: { id: { in: [gone, ...kept] } }, orderBy: { id: 'asc' } })
      expect(left.map(({ id }) => id)).toEqual([...kept].sort((a, b) => a - b))
      expect(await database().auditEvent.count({ where: { event: 'account_deleted', subjectId: gone } })).toBe(1)
    })
  })
})
