import { describe, expect, it } from 'vitest'
import { recordEvent } from '../../../audit/audit.ts'
import { database } from '../../../db/client.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { dailyCounts } from './daily-counts.ts'

/** Long before anything else that is recorded. */
const NOW = new Date('2001-03-03T00:30:00Z')

async function exported(userId: number, at: string): Promise<void> {
  const source = { now: new Date(at), requestId: 'test', clientIp: null, userAgent: '' }
  await recordEvent(database(), 'data_exported', { actorId: userId, subjectId: userId, detail: {} }, source)
}

describe('the counts of the days', () => {
  it('are by the day of UTC, with the days on which nothing happened, and without the days before', async () => {
    const { id } = await newUser()
    const events = ['data_exported', 'signed_up'] as const
    const before = await dailyCounts(events, 3, NOW)
    for (const at of ['2001-02-28T23:59:59Z', '2001-03-01T00:00:00Z', '2001-03-01T23:59:59.999Z', '2001-03-03T00:10:00Z']) {
      await exported(id, at)
    }
    const counts = await dailyCounts(events, 3, NOW)
    expect(counts.data_exported.map(({ day, count }, index) => [day, count - (before.data_exported[index]?.count ?? 0)])).toEqual([
      ['2001-03-01', 2],
      ['2001-03-02', 0],
      ['2001-03-03', 1],
    ])
    expect(counts.signed_up).toEqual(before.signed_up)
  })
})
