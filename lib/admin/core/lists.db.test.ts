/** Lists show what is asked for, in the order that is asked for, by what the declarations name and nothing else (AD-3, AD-5). */
import { beforeAll, describe, expect, it } from 'vitest'
import { recordEvent } from '../../audit/audit.ts'
import { database, type User } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { auditAdmin } from '../models/audit/declaration.ts'
import { groupAdmin } from '../models/groups/declaration.ts'
import { sessionAdmin } from '../models/sessions/declaration.ts'
import { userAdmin } from '../models/users/declaration.ts'
import { groupWith, superuser } from '../testing/staff.ts'
import type { Period } from './declaration.ts'
import { exportResult, listResult } from './list-endpoints.ts'
import { countFacets, eachObject, listObjects } from './list-objects.ts'
import { type ListQuery, listQuerySchema, readListQuery } from './list-query.ts'
import { periodAt } from './list-where.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const people: User[] = []

beforeAll(async () => {
  for (const [email, name, phone, more] of [
    ['ada@list.example', 'Ada Lovelace', '+44 1', { isStaff: true }],
    ['bob@list.example', '100% Bob_', '+44 2', { isActive: false }],
    ['cy@list.example', '1000 Bobs', '+44 3', { emailVerifiedAt: NOW }],
    ['dee@list.example', 'back\\slash', '+44 4', {}],
    ['eve@list.example', '=cmd|calc', '@phone', { isStaff: true, isSuperuser: true }],
    ['fay@list.example', '"><svg onload=alert(1)>, "quoted"\nline', '-1', {}],
  ] as const)
    people.push(await newUser({ email, name, phone, ...more }))
})

const emails = async (params: Record<string, string>) => {
  const { query, errors } = readListQuery(userAdmin, params)
  expect(errors).toEqual({})
  return (await listObjects(userAdmin, query)).items.map(({ email }) => email.split('@')[0])
}
const search = (words: string) => emails({ search: words })

describe('a search', () => {
  it('finds every word in any of the fields, whatever its case', async () => {
    expect(await search('LOVELACE')).toEqual(['ada'])
    expect(await search('love list.EXAMPLE +44')).toEqual(['ada'])
    expect(await search('ada bob')).toEqual([])
    expect(await search('  ada@list  ')).toEqual(['ada'])
    expect(await search('')).toHaveLength(6)
  })

  it('takes %, _ and \\ for what they are, and nothing for SQL', async () => {
    expect(await search('100%')).toEqual(['bob'])
    expect(await search('%')).toEqual(['bob'])
    expect(await search('_')).toEqual(['bob'])
    expect(await search('k\\s')).toEqual(['dee'])
    expect(await search("' OR 1=1 --")).toEqual([])
    expect(await search('"><svg')).toEqual(['fay'])
  })
})

describe('an order', () => {
  it('is the wanted one, then the address, and is the same backwards', async () => {
    expect(await emails({})).toEqual(['ada', 'bob', 'cy', 'dee', 'eve', 'fay'])
    expect(await emails({ ordering: '-email' })).toEqual(['fay', 'eve', 'dee', 'cy', 'bob', 'ada'])
    expect(await emails({ ordering: 'is_staff' })).toEqual(['bob', 'cy', 'dee', 'fay', 'ada', 'eve'])
    expect(await emails({ ordering: '-is_staff' })).toEqual(['eve', 'ada', 'fay', 'dee', 'cy', 'bob'])
    expect(await emails({ ordering: '-is_staff,email' })).toEqual(['ada', 'eve', 'bob', 'cy', 'dee', 'fay'])
    expect(await emails({ ordering: '-phone', search: '44' })).toEqual(['dee', 'cy', 'bob', 'ada'])
  })

  it.each(userAdmin.sortableBy)('by %s can be asked for, either way', async (field) => {
    expect((await emails({ ordering: field })).toReversed()).toEqual(await emails({ ordering: `-${field}` }))
  })
})

describe('filters', () => {
  it('are those of the declaration', async () => {
    expect(await emails({ is_staff: 'true' })).toEqual(['ada', 'eve'])
    expect(await emails({ is_active: 'false' })).toEqual(['bob'])
    expect(await emails({ is_superuser: 'true', is_staff: '1' })).toEqual(['eve'])
    expect(await emails({ email_verified: 'true' })).toEqual(['cy'])
    const group = await groupWith()
    await database().userGroup.create({ data: { userId: people[3]?.id as number, groupId: group.id } })
    expect(await emails({ groups: String(group.id) })).toEqual(['dee'])
    expect(await emails({ groups: '99999' })).toEqual([])
  })

  it('of the second factor count confirmed apps alone, and its column says the same', async () => {
    const [confirmed, begun] = people.slice(1, 3).map(({ id: userId }) => ({ userId, secret: 's', createdAt: NOW }))
    await database().totpDevice.create({ data: { ...(confirmed as NonNullable<typeof confirmed>), confirmedAt: NOW } })
    await database().totpDevice.create({ data: begun as NonNullable<typeof begun> })
    expect(await emails({ second_factor: 'true' })).toEqual(['bob'])
    expect(await emails({ second_factor: 'false' })).toEqual((await emails({})).filter((email) => email !== 'bob'))
    const { items } = await listObjects(userAdmin, { search: 'list.example' })
    expect(items.filter(({ second_factor }) => second_factor).map(({ email }) => email)).toEqual(['bob@list.example'])
    await database().totpDevice.deleteMany({})
  })

  it.each<Record<string, string>>([
    { ordering: 'password' },
    { ordering: 'email;--' },
    { ordering: '--email' },
    { ordering: 'email,' },
    { ordering: 'email_verified_at' },
    { joined: 'yesterday' },
    { joined_since: 'yesterday' },
    { facets: 'maybe' },
    { ordering: 'groups' },
    { password__startswith: '$2' },
    { email__gt: 'a' },
    { password: 'x' },
    { sort: 'passwordHash' },
    { constructor: 'x' },
    { __proto__x: '1' },
    { is_staff: 'maybe' },
    { groups: '1 OR 1' },
    { page: '0' },
    { page: '-1' },
    { page: '1e3' },
    { page: '99999999' },
    { page_size: '201' },
  ])('anything else is an error of its parameter: %j', (params) => {
    const known = Object.keys(params).filter((name) => Object.hasOwn(listQuerySchema(userAdmin).shape, name))
    expect(Object.keys(readListQuery(userAdmin, params).errors)).toEqual(known.length > 0 ? known : ['non_field_errors'])
  })
})

describe('pages', () => {
  const page = (params: Record<string, string>) => listObjects(userAdmin, readListQuery(userAdmin, params).query)

  it('have a hundred rows, at most two hundred, and say what is beside them', async () => {
    expect(await page({})).toMatchObject({
      page: 1,
      pageSize: 100,
      count: 6,
      countIsExact: true,
      pages: 1,
      hasNext: false,
      hasPrevious: false,
    })
    const second = await page({ page: '2', page_size: '2' })
    expect(second).toMatchObject({ count: 6, pages: 3, hasNext: true, hasPrevious: true })
    expect(second.items.map(({ email }) => email)).toEqual(['cy@list.example', 'dee@list.example'])
    await expect(page({ page: '4', page_size: '2' })).rejects.toEqual(new ApiError(404, { detail: 'Invalid page.' }))
    expect((await page({ search: 'nobody' })).items).toEqual([])
  })

  it('answer the API with the addresses of the pages beside them, the search kept', async () => {
    const context = contextAt(NOW, { query: { page: 2, page_size: 2, search: 'list.example' } })
    const { body } = await listResult(userAdmin, context)
    expect(body).toMatchObject({
      count: 6,
      count_is_exact: true,
      next: 'http://localhost:3000/api/admin/users/?page=3&page_size=2&search=list.example',
      previous: 'http://localhost:3000/api/admin/users/?page_size=2&search=list.example',
    })
  })
})

describe('an export', () => {
  it('computes nothing in a spreadsheet, and reads back as what it is', async () => {
    const context = { ...contextOf(await superuser(), NOW), query: { search: 'list.example' } }
    const { body, headers } = await exportResult(userAdmin, ['email', 'name', 'phone', 'is_staff'], 'users_exported', context)
    expect(await new Response(body as ReadableStream).text()).toBe(
      [
        'email,name,phone,is_staff',
        "ada@list.example,Ada Lovelace,'+44 1,true",
        "bob@list.example,100% Bob_,'+44 2,false",
        "cy@list.example,1000 Bobs,'+44 3,false",
        "dee@list.example,back\\slash,'+44 4,false",
        "eve@list.example,'=cmd|calc,'@phone,true",
        'fay@list.example,"""><svg onload=alert(1)>, ""quoted""\nline",\'-1,false',
        '',
      ].join('\r\n'),
    )
    expect(headers).toEqual({ 'Content-Disposition': 'attachment; filename="users-2026-11-24.csv"' })
    expect(await database().auditEvent.findFirst({ where: { event: 'users_exported' } })).toMatchObject({
      detail: '{"filters":["search"]}',
    })
  })

  it('has every row once, however many there are', async () => {
    const data = Array.from({ length: 1201 }, (_, n) => ({
      ...{ email: `many-${n}@export.example`, username: `many-${n}`, phone: `many ${n}`, name: 'Many', firstName: '', lastName: '' },
      ...{ password: '!', isActive: true, isStaff: false, isSuperuser: false, dateJoined: NOW },
    }))
    await database().user.createMany({ data })
    const seen: number[] = []
    for await (const batch of eachObject(userAdmin, { search: 'export.example' })) seen.push(...batch.map(({ id }) => id))
    expect(new Set(seen).size).toBe(1201)
    expect(seen).toHaveLength(1201)
    expect(await listObjects(userAdmin, { search: 'export.example', page: 7, page_size: 200 })).toMatchObject({
      count: 1201,
      hasNext: false,
    })
    await database().user.deleteMany({ where: { name: 'Many' } })
  })
})

describe('an export follows the order of the list', () => {
  const exported = async (query: ListQuery) => {
    const rows: string[] = []
    for await (const batch of eachObject(userAdmin, query)) rows.push(...batch.map(({ email }) => email))
    return rows
  }

  it('whichever it is, over the ends of the batches, and where values are empty or the same', async () => {
    const data = Array.from({ length: 1100 }, (_, n) => ({
      ...{ email: `order-${(n * 7919) % 1100}@order.example`, username: `order-${n}`, phone: `order ${n}`, name: `Order ${n % 3}` },
      ...{ firstName: '', lastName: '', password: '!', isActive: n % 2 === 0, isStaff: n % 7 === 0, isSuperuser: false },
      ...{ dateJoined: new Date(NOW.getTime() + (n % 5)), lastLogin: n % 4 === 0 ? null : new Date(NOW.getTime() - n * 1001) },
    }))
    await database().user.createMany({ data })
    const orders = [...userAdmin.sortableBy, 'is_staff,-last_login', '-last_login,name,-email', 'name,-is_active,date_joined']
    for (const field of orders.flatMap((field) => (field.includes(',') ? [field] : [field, `-${field}`]))) {
      const query = { search: 'order.example', ordering: field }
      const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((page) => listObjects(userAdmin, { ...query, page, page_size: 200 })))
      const listed = pages.flatMap(({ items }) => items.map(({ email }) => email))
      expect(listed).toHaveLength(1100)
      expect([field, await exported(query)]).toEqual([field, listed])
    }
    await database().user.deleteMany({ where: { name: { startsWith: 'Order ' } } })
  })

  it('who never signed in stands first, and backwards last', async () => {
    await database().user.updateMany({ where: { email: 'cy@list.example' }, data: { lastLogin: NOW } })
    expect((await exported({ search: 'list.example', ordering: 'last_login' })).at(-1)).toBe('cy@list.example')
    expect((await emails({ search: 'list.example', ordering: '-last_login' }))[0]).toBe('cy')
  })
})

describe('the counts of the choices of filters', () => {
  it.each<Record<string, string>>([
    {},
    { search: 'list.example' },
    { is_staff: 'true' },
    { is_staff: 'true', is_active: 'true', search: 'e' },
    { search: '%' },
    { email_verified: 'false', joined: 'this_year', ordering: '-name' },
    { search: 'nobody' },
  ])('are what each choice then shows: %j', async (query) => {
    const group = await groupWith()
    await database().userGroup.create({ data: { userId: people[0]?.id as number, groupId: group.id } })
    const facets = await countFacets(userAdmin, readListQuery(userAdmin, query).query)
    expect(new Set(Object.keys(facets))).toEqual(
      new Set(['is_staff', 'is_active', 'is_superuser', 'groups', 'email_verified', 'second_factor', 'joined']),
    )
    for (const [field, counts] of Object.entries(facets)) {
      for (const [value, { count, exact }] of Object.entries(counts)) {
        const shown = await listObjects(userAdmin, readListQuery(userAdmin, { ...query, [field]: value }).query)
        expect([field, value, count, exact]).toEqual([field, value, shown.count, true])
      }
    }
    expect(facets.groups?.[group.id]?.count).toBe((await emails({ ...query, groups: String(group.id) })).length)
  })

  it('are counted as far as the list is, for rare and frequent searches alike', async () => {
    const data = Array.from({ length: 1001 }, (_, n) => ({
      ...{ email: `facet-${n}@facet.example`, username: `facet-${n}`, phone: `facet ${n}`, name: 'Facet', firstName: '', lastName: '' },
      ...{ password: '!', isActive: n > 0, isStaff: false, isSuperuser: false, dateJoined: NOW },
    }))
    await database().user.createMany({ data })
    const { is_staff: staff, is_active: active } = await countFacets(userAdmin, { search: 'facet.example' })
    expect([staff?.false, staff?.true]).toEqual([
      { count: 1000, exact: false },
      { count: 0, exact: true },
    ])
    expect([active?.true, active?.false]).toEqual([
      { count: 1000, exact: true },
      { count: 1, exact: true },
    ])
    expect(await listObjects(userAdmin, { search: 'facet.example' })).toMatchObject({ count: 1000, countIsExact: false })
    expect(await listObjects(userAdmin, { search: 'facet.example', page: 11 })).toMatchObject({ count: 1001, countIsExact: true })
    await database().user.deleteMany({ where: { name: 'Facet' } })
  })

  it('are answered by the API where they are asked for', async () => {
    const context = (query: ListQuery) => contextAt(NOW, { query: { search: 'ada@list', ...query } })
    expect((await listResult(userAdmin, context({}))).body).not.toHaveProperty('facets')
    expect((await listResult(userAdmin, context({ facets: true }))).body).toMatchObject({
      facets: { is_staff: { true: { count: 1, count_is_exact: true }, false: { count: 0, count_is_exact: true } } },
    })
  })
})

it('periods are those of the calendar in UTC, the day that is not over included', async () => {
  const now = new Date('2026-03-01T23:30:00Z')
  const days = (period: Period) => Object.values(periodAt(period, now)).map((date) => date.toISOString().slice(0, 10))
  expect(days('today')).toEqual(['2026-03-01', '2026-03-02'])
  expect(days('past_7_days')).toEqual(['2026-02-22', '2026-03-02'])
  expect(days('this_month')).toEqual(['2026-03-01', '2026-04-01'])
  expect(days('this_year')).toEqual(['2026-01-01', '2027-01-01'])
  await database().user.updateMany({ where: { email: 'dee@list.example' }, data: { dateJoined: new Date(Date.now() - 60_000) } })
  await database().user.updateMany({ where: { email: 'bob@list.example' }, data: { dateJoined: new Date('2001-02-03T04:05:06Z') } })
  expect(await emails({ search: 'dee@list', joined: 'past_7_days' })).toEqual(['dee'])
  expect(await emails({ search: 'bob@list', joined: 'this_year' })).toEqual([])
  expect(await emails({ joined_since: '2001-02-03', joined_until: '2001-02-03T04:05:07Z' })).toEqual(['bob'])
})

it('events are filtered by what they say and when, groups and sessions listed', async () => {
  const source = { now: NOW, requestId: 'list-test', clientIp: '192.0.2.7', userAgent: '' }
  await recordEvent(database(), 'logged_out', { actorId: 1, subjectId: 1, detail: {} }, source)
  await recordEvent(
    database(),
    'logged_out',
    { actorId: 2, subjectId: 1, detail: {} },
    { ...source, now: new Date('2026-11-25T10:00:00Z') },
  )
  const events = async (params: Record<string, string>) => {
    const { query, errors } = readListQuery(auditAdmin, { request_id: 'list-test', ...params })
    expect(errors).toEqual({})
    return (await listObjects(auditAdmin, query)).items.map(({ actor_id: actor }) => actor)
  }
  expect(await events({})).toEqual([2, 1])
  expect(await events({ event: 'logged_out', outcome: 'success', subject_id: '1', ip_address: '192.0.2.7' })).toEqual([2, 1])
  expect(await events({ actor_id: '1' })).toEqual([1])
  expect(await events({ since: '2026-11-25' })).toEqual([2])
  expect(await events({ until: '2026-11-24T10:00:01Z' })).toEqual([1])
  expect(await events({ event: 'logged_in' })).toEqual([])
  expect(readListQuery(auditAdmin, { since: 'yesterday', outcome: 'x' }).errors).toEqual({
    since: ['datetime'],
    outcome: ['invalid_choice:x'],
  })
  expect((await listObjects(groupAdmin, {})).items.length).toBeGreaterThan(0)
  const id = 'a'.repeat(32)
  const times = { createdAt: NOW, lastUsedAt: NOW, expiresAt: NOW }
  await database().session.create({ data: { id, userId: people[0]?.id as number, kind: 'api', userAgent: 'curl/8', ...times } })
  const { items } = await listObjects(sessionAdmin, readListQuery(sessionAdmin, { user_id: String(people[0]?.id), ended: 'false' }).query)
  expect(items).toMatchObject([{ id, email: 'ada@list.example', device: 'curl' }])
})
