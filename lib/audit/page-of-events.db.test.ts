import { describe, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { recordEvent } from './audit.ts'
import { lastTime, pageOfEvents } from './list-events.ts'

const source = (second: number) => ({
  now: new Date(Date.UTC(2026, 10, 24, 10, 0, second)),
  requestId: 'test',
  clientIp: null,
  userAgent: '',
})

async function withEvents(count: number): Promise<number> {
  const [user, other] = [await newUser(), await newUser()]
  for (let index = 0; index < count; index++) {
    // Other accounts' events come in between, so ids have gaps.
    for (const { id } of [user, other]) {
      await recordEvent(database(), 'profile_updated', { actorId: id, subjectId: id, detail: { fields: [String(index)] } }, source(index))
    }
  }
  return user.id
}

const page = async (userId: number, before?: unknown) => {
  const { events, ...links } = await pageOfEvents(userId, before, 3)
  return { shown: events.map(({ detail }) => Number((detail.fields as string[])[0])), ...links }
}

describe('the pages of a timeline', () => {
  it('lead to the last event and back, leaving none out', async () => {
    const user = await withEvents(8)
    const first = await page(user)
    expect(first).toMatchObject({ shown: [7, 6, 5], newer: null })
    const second = await page(user, String(first.older))
    expect(second).toMatchObject({ shown: [4, 3, 2], newer: 'first' })
    const third = await page(user, String(second.older))
    expect(third).toMatchObject({ shown: [1, 0], older: null, newer: first.older })
    expect(await page(user, String(third.newer))).toEqual(second)
  })

  it('end where the events end, and an account without any has one empty page', async () => {
    const user = await withEvents(3)
    expect(await page(user)).toEqual({ shown: [2, 1, 0], older: null, newer: null })
    expect(await page((await newUser()).id)).toEqual({ shown: [], older: null, newer: null })
  })

  it('are the first one for an address that names none', async () => {
    const user = await withEvents(1)
    for (const before of ['', '-1', 'x', '1.5', ['1'], '9'.repeat(16), '99999999999999999999']) {
      expect((await page(user, before)).shown, String(before)).toEqual([0])
    }
    expect((await page(user, '4294967296')).shown).toEqual([0])
    expect((await page(user, '0')).shown).toEqual([])
  })

  it('know when something last happened', async () => {
    const user = await withEvents(2)
    expect(await lastTime(user, ['profile_updated', 'password_changed'])).toEqual(source(1).now)
    expect(await lastTime(user, ['password_changed'])).toBeNull()
  })
})
