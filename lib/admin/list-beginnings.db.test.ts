/** Pages far into a list are the rows that stand there, and whoever leafs on there sees each row once (AL-6). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { database } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { beginningOf, FAR, rememberBeginning } from './list-beginnings.ts'
import { allKeys, listObjects } from './list-objects.ts'
import { userAdmin } from './users/declaration.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const PEOPLE = FAR + 450
const PAGE_SIZE = 100

beforeAll(async () => {
  const data = Array.from({ length: PEOPLE }, (_, n) => ({
    ...{ email: `far-${(n * 7919) % PEOPLE}@far.example`, username: `far-${n}`, phone: `far ${n}`, name: `Far ${n % 3}` },
    ...{ firstName: '', lastName: '', password: '!', isActive: n % 2 === 0, isStaff: n % 7 === 0, isSuperuser: false },
    ...{ dateJoined: new Date(NOW.getTime() + (n % 5)), lastLogin: n < FAR + 200 ? null : new Date(NOW.getTime() - n * 1001) },
  }))
  for (let at = 0; at < PEOPLE; at += 1000) await database().user.createMany({ data: data.slice(at, at + 1000) })
}, 60_000)

afterAll(() => database().user.deleteMany({ where: { email: { endsWith: '@far.example' } } }))

const pageAt = async (skipped: number, ordering: string) => {
  const query = { ordering, page: String(skipped / PAGE_SIZE + 1), page_size: String(PAGE_SIZE) }
  const { items, hasNext } = await listObjects(userAdmin, query)
  return { ids: items.map(({ id }) => id), hasNext }
}

describe('a page far into a list', () => {
  it.each(['email', '-email', 'name', '-is_staff', 'last_login', '-last_login,name'])(
    'is the rows that stand there by %s, whether somebody was there before or not, up to the last one',
    async (ordering) => {
      const all = await allKeys(userAdmin, { ordering }, PEOPLE)
      for (const visit of ['first', 'second', 'third']) {
        for (const skipped of [FAR, FAR + 100, FAR + 300, FAR + 400]) {
          const hasNext = skipped + PAGE_SIZE < PEOPLE
          expect({ visit, skipped, ...(await pageAt(skipped, ordering)) }).toEqual({
            ...{ visit, skipped, hasNext },
            ids: all.slice(skipped, skipped + PAGE_SIZE),
          })
        }
      }
      await expect(pageAt(FAR + 500, ordering)).rejects.toMatchObject({ status: 404 })
    },
  )

  it('goes on after the row that was shown last, whatever was added or deleted before it', async () => {
    const shown = await pageAt(FAR, 'phone')
    const following = await allKeys(userAdmin, { ordering: 'phone' }, FAR + 200)
    const first = await newUser({ phone: '! before all others' })
    expect((await pageAt(FAR + 100, 'phone')).ids).toEqual(following.slice(FAR + 100))
    await database().user.deleteMany({ where: { id: { in: [first.id, shown.ids[0] as number, shown.ids.at(-1) as number] } } })
    expect((await pageAt(FAR + 100, 'phone')).ids).toEqual(following.slice(FAR + 100))
  })
})

describe('the number of a page far into a list', () => {
  it('is right again half a minute after it was counted, however often the page was looked at meanwhile', async () => {
    try {
      vi.setSystemTime(NOW)
      const before = await pageAt(FAR + 200, '-phone')
      const last = await newUser({ phone: 'z after all others' })
      vi.setSystemTime(NOW.getTime() + 20_000)
      expect((await pageAt(FAR + 200, '-phone')).ids).toEqual(before.ids)
      vi.setSystemTime(NOW.getTime() + 31_000)
      const all = await allKeys(userAdmin, { ordering: '-phone' }, FAR + 300)
      expect((await pageAt(FAR + 200, '-phone')).ids).toEqual(all.slice(FAR + 200))
      expect(all.slice(FAR + 200)).not.toEqual(before.ids)
      await database().user.delete({ where: { id: last.id } })
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('where a page begins', () => {
  it('is known for half a minute, and of the last thousand pages', () => {
    rememberBeginning('list', FAR, ['a'], 0)
    expect(beginningOf('list', FAR, 29_999)).toEqual(['a'])
    expect(beginningOf('list', FAR, 30_000)).toBeNull()
    expect(beginningOf('list', FAR + 100, 0)).toBeNull()
    expect(beginningOf('another', FAR, 0)).toBeNull()
    for (let page = 1; page <= 1000; page++) rememberBeginning('list', FAR + page, ['b'], 0)
    expect(beginningOf('list', FAR, 0)).toBeNull()
    expect(beginningOf('list', FAR + 1, 0)).toEqual(['b'])
  })
})
