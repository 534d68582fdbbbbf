/** Lists show what is asked for, in the order that is asked for, by what the declarations name and nothing else (AD-3, AD-5). */
import { beforeAll, describe, expect, it } from 'vitest'
import { recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { auditAdmin } from './audit/declaration.ts'
import { groupAdmin } from './groups/declaration.ts'
import { answerExport, answerList } from './list-answer.ts'
import { eachObject, listObjects, readListQuery } from './list-objects.ts'
import { listQuerySchema } from './list-query.ts'
import { sessionAdmin } from './sessions/declaration.ts'
import { groupWith, superuser } from './testing/staff.ts'
import { userAdmin } from './users/declaration.ts'

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

  it.each<Record<string, string>>([
    { ordering: 'password' },
    { ordering: 'email;--' },
    { ordering: '--email' },
    { ordering: 'email,' },
    { ordering: 'last_login' },
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
    const context = contextAt(NOW, { query: { page: '2', page_size: '2', search: 'list.example' } })
    const { body } = await answerList(userAdmin, context)
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
    const { body, headers } = await answerExport(userAdmin, ['email', 'name', 'phone', 'is_staff'], 'users_exported', context)
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
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(await listObjects(userAdmin, { search: 'export.example', page: '7', page_size: '200' })).toMatchObject({
      count: 1201,
      hasNext: false,
    })
    await database().user.deleteMany({ where: { name: 'Many' } })
  })
})

it('events are filtered by what they say and when, groups and sessions listed', async () => {
  const source = { now: NOW, requestId: 'list-test', clientAddress: '192.0.2.7', userAgent: '' }
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
