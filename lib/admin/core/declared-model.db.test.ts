/** A model of which only the declaration is written: a table, and what an operator does with its rows. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { database, provider, type User } from '../../db/client.ts'
import { validateFields } from '../../fields/text.ts'
import type { Context, Endpoint, Result } from '../../http/endpoint.ts'
import { contextOf } from '../../http/testing/context.ts'
import { loadPermissions, type PermissionName } from '../../permissions/user-permissions.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { createPermissions } from '../permissions/create-permissions.ts'
import { outcome } from '../testing/outcome.ts'
import { groupWith, permissionIds, recentSession, staffWith, superuser } from '../testing/staff.ts'
import { accountFields, emailsOfAccounts, withAccountEmails } from './account-fields.ts'
import { modelAdmin } from './declaration.ts'
import { objectEndpoints } from './endpoints.ts'
import { historyOf } from './history.ts'
import { listObjects } from './list-objects.ts'
import type { ListQuery } from './list-query.ts'
import { type ObjectDetail, objectsOf } from './read-object.ts'

// Workers keep modules from file to file: those with mocks are this file's alone.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

// The clients that know the tables of this test (lib/db/testing/clubs.prisma).
vi.mock('../../db/generated/sqlite/client.ts', () => import('../../db/generated/testing/sqlite/client.ts'))
vi.mock('../../db/generated/postgresql/client.ts', () => import('../../db/generated/testing/postgresql/client.ts'))

let moment = Date.parse('2026-11-24T10:00:00Z')
/** No two things are done at once. */
const later = () => {
  moment += 1000
  return new Date(moment)
}

const teamAdmin = modelAdmin({
  appLabel: 'clubs',
  model: 'team',
  path: 'teams',
  verboseName: 'team',
  verboseNamePlural: 'teams',
  delegate: 'team',
  table: 'clubs_team',
  key: { column: 'id' },
  fields: {
    name: { label: 'Name', kind: 'text', column: 'name', maxLength: 40, unique: true },
    motto: { label: 'Motto', kind: 'text', column: 'motto', blank: true },
    level: { label: 'Level', kind: 'choice', column: 'level', choices: ['amateur', 'professional'], initial: 'amateur' },
    seats: { label: 'Seats', kind: 'integer', column: 'seats', blank: true, nullable: true },
    is_open: { label: 'Open', kind: 'boolean', column: 'isOpen', initial: true },
    founded: { label: 'Founded', kind: 'datetime', column: 'founded', blank: true, nullable: true },
    captain: { label: 'Captain', kind: 'account', column: 'captainId', blank: true, nullable: true },
    contact: { label: 'Contact', kind: 'email', column: 'contact' },
    supporters: { label: 'Supporters', kind: 'groups', through: { relation: 'supporters', table: 'clubs_team_groups' } },
    created: { label: 'Created', kind: 'datetime', column: 'created', nullable: true },
  },
  listDisplay: ['name', 'level', 'is_open'],
  sortableBy: ['name', 'founded'],
  listFilter: [{ field: 'is_open', title: 'open', kind: 'boolean' }],
  searchFields: ['name', 'motto'],
  ordering: ['name'],
  fieldsets: [
    { name: null, fields: ['name', 'motto', 'level', 'contact'] },
    { name: 'More', fields: ['seats', 'is_open', 'founded', 'captain', 'supporters', 'created'] },
  ],
  addFieldsets: [{ name: null, fields: ['name', 'motto', 'level', 'is_open', 'contact', 'captain', 'supporters'] }],
  readonlyFields: ['created'],
  related: [{ name: 'matches', label: 'Matches', relation: 'matches', table: 'clubs_match' }],
})

const { list, add, read, change, remove } = objectEndpoints(teamAdmin)

beforeAll(async () => {
  const [id, time, flag] =
    provider() === 'sqlite' ? ['INTEGER PRIMARY KEY', 'DATETIME', 'BOOLEAN'] : ['SERIAL PRIMARY KEY', 'TIMESTAMPTZ', 'BOOLEAN']
  for (const table of [
    `clubs_team (id ${id}, name VARCHAR(40) NOT NULL UNIQUE, motto VARCHAR(255) NOT NULL, level VARCHAR(20) NOT NULL, seats INTEGER,
      is_open ${flag} NOT NULL, founded ${time}, captain_id INTEGER, contact VARCHAR(254) NOT NULL, created ${time})`,
    `clubs_team_groups (id ${id}, team_id INTEGER NOT NULL, group_id INTEGER NOT NULL)`,
    `clubs_match (id ${id}, team_id INTEGER NOT NULL)`,
  ])
    await database().$executeRawUnsafe(`CREATE TABLE ${table}`)
  await createPermissions([teamAdmin])
  await createPermissions([teamAdmin])
})

/** What an endpoint does with a body, as serve() has it do that. */
function calls(endpoint: Endpoint, body: Record<string, unknown>, actor: User, more: Partial<Context> = {}): Promise<Result> {
  const { values, errors } = endpoint.contract.input
    ? validateFields(endpoint.contract.input, body, endpoint.contract.partial)
    : { values: {}, errors: {} }
  expect(errors).toEqual({})
  return endpoint.run(values as never, { ...contextOf(actor, later(), recentSession(actor)), ...more })
}
const at = (id: number) => ({ params: { id: String(id) } })
const TEAM = { motto: 'Onward', level: 'professional', is_open: false, contact: 'Info@Example.com' }
const nameOf = (item: object) => (item as { name: string }).name
const detailOf = (answer: Result) => answer.body as ObjectDetail

describe('a model that is declared and no more', () => {
  it('has the permissions that Django would have made, once', async () => {
    const rows = await database().permission.findMany({
      where: { contentType: { appLabel: 'clubs', model: 'team' } },
      orderBy: { id: 'asc' },
    })
    expect(rows.map(({ name, codename }) => [name, codename])).toEqual(
      ['add', 'change', 'delete', 'view'].map((action) => [`Can ${action} team`, `${action}_team`]),
    )
    expect([list, add, read, change, remove].map(({ policy: { permission } }) => permission)).toEqual(
      ['view', 'add', 'view', 'change', 'delete'].map((action) => `clubs.${action}_team`),
    )
  })

  it('is added, read, changed, listed, filtered, searched and deleted, with history and audit log', async () => {
    const [root, group] = [await superuser(), await groupWith('accounts.view_user')]
    const added = detailOf(await calls(add, { ...TEAM, name: 'Rovers', supporters: [group.id] }, root))
    const stored = { name: 'Rovers', motto: 'Onward', level: 'professional', seats: null, is_open: false, founded: null, created: null }
    expect(added).toMatchObject({ ...stored, contact: 'info@example.com', supporters: [group], matches: 0 })
    expect(detailOf(await calls(read, {}, root, at(added.id)))).toEqual(added)

    const changes = { seats: 1200, founded: '1899-05-01T12:30', is_open: true, motto: '', supporters: [] }
    const changed = detailOf(await calls(change, { ...changes, version: added.version }, root, at(added.id)))
    expect(changed).toMatchObject({ seats: 1200, founded: '1899-05-01T12:30:00.000Z', is_open: true, motto: '', supporters: [] })
    expect(detailOf(await calls(change, { name: 'Rovers', seats: '1200' }, root, at(added.id)))).toEqual(changed)
    expect(await outcome(calls(change, { motto: 'x', version: added.version }, root, at(added.id)))).toBe(409)
    expect(await outcome(calls(change, { motto: 'x' }, root, { ...at(added.id), ifMatch: '"other"' }))).toBe(412)

    await calls(add, { name: 'United', level: 'amateur', contact: 'a@example.com' }, root)
    const page = (query: ListQuery) => listObjects(teamAdmin, query)
    expect((await page({})).items.map((item) => nameOf(item))).toEqual(['Rovers', 'United'])
    expect((await page({ search: 'rov' })).items).toMatchObject([{ id: added.id, name: 'Rovers', level: 'professional', is_open: true }])
    expect((await page({ is_open: false })).items).toEqual([])
    expect((await page({ ordering: '-founded' })).items.map((item) => nameOf(item))).toEqual(['Rovers', 'United'])

    await database().$executeRawUnsafe(`INSERT INTO clubs_match (team_id) VALUES (${added.id}), (${added.id})`)
    const object = (await objectsOf(teamAdmin).read(String(added.id))) as ObjectDetail
    expect(await objectsOf(teamAdmin).deletionPreview(object)).toEqual([{ label: 'Matches', count: 2 }])
    await calls(remove, {}, root, at(added.id))
    expect(await outcome(calls(read, {}, root, at(added.id)))).toBe(404)
    expect(await database().$queryRaw`SELECT id FROM clubs_match`).toEqual([])

    const history = await historyOf(teamAdmin, added.id)
    expect(history.map(({ words, object, model }) => [words, object, model])).toEqual([
      ['Deleted.', 'Rovers', 'clubs.team'],
      ['Changed Motto, Seats, Open, Founded and Supporters.', 'Rovers', 'clubs.team'],
      ['Added.', 'Rovers', 'clubs.team'],
    ])
    expect(history[1]?.changes).toMatchObject({ seats: { from: '', to: '1200' }, supporters: { added: [], removed: [group.name] } })
    const events = await database().auditEvent.findMany({
      where: { actorId: root.id, event: { startsWith: 'object_' } },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ event, detail }) => [event, (JSON.parse(detail) as { model: string }).model])).toEqual([
      ['object_added', 'clubs.team'],
      ['object_changed', 'clubs.team'],
      ['object_added', 'clubs.team'],
      ['object_deleted', 'clubs.team'],
    ])
  })

  it('is refused what its declaration does not allow, in the words of its fields', () => {
    const errors = (endpoint: Endpoint, body: Record<string, unknown>) =>
      endpoint.contract.input ? validateFields(endpoint.contract.input, body, endpoint.contract.partial).errors : null
    expect(errors(add, {})).toEqual({ name: ['required'], level: ['required'], contact: ['required'] })
    expect(errors(add, { name: 'x'.repeat(41), level: 'other', contact: 'nobody', is_open: 'perhaps' })).toEqual({
      name: ['max_length:40'],
      level: ['invalid_choice:other'],
      contact: ['email'],
      is_open: ['not_a_boolean'],
    })
    expect(errors(change, { seats: '2147483648', captain: '0', founded: '2026-02-31', supporters: ['x'] })).toEqual({
      seats: ['not_an_integer'],
      captain: ['not_an_account'],
      founded: ['datetime'],
      supporters: ['not_an_integer'],
    })
    // What is read-only, and what is not declared, is not taken.
    expect(validateFields(change.contract.input as never, { created: '2026-01-01', id: 7 }, true)).toEqual({ values: {}, errors: {} })
  })

  it('keeps what is unique unique, and links only what there is and what the staff member has', async () => {
    const [root, beyond] = [await superuser(), await groupWith('accounts.delete_user')]
    const { id } = detailOf(await calls(add, { ...TEAM, name: 'City' }, root))
    const other = detailOf(await calls(add, { ...TEAM, name: 'Town' }, root))
    const taken = { name: ['object_exists:team with this name'] }
    expect(await outcome(calls(add, { ...TEAM, name: 'City' }, root))).toEqual(taken)
    expect(await outcome(calls(change, { name: 'City' }, root, at(other.id)))).toEqual(taken)
    expect(await outcome(calls(change, { supporters: [999_999_999] }, root, at(id)))).toEqual({ supporters: ['unknown_object:999999999'] })
    expect(await outcome(calls(change, { captain: 999_999_999_999 }, root, at(id)))).toEqual({ captain: ['unknown_account:999999999999'] })
    expect(detailOf(await calls(change, { captain: root.id }, root, at(id)))).toMatchObject({ captain: root.id })
    const staff = await staffWith('clubs.change_team', 'clubs.add_team')
    expect(await outcome(calls(change, { motto: 'Mine', supporters: [beyond.id] }, staff, at(id)))).toBe(403)
    expect(await outcome(calls(change, { motto: 'Mine' }, staff, at(id)))).toBe(200)
    expect(await outcome(calls(remove, {}, staff, at(id)))).toBe(403)
    expect(await outcome(calls(change, { motto: 'x' }, await newUser(), at(id)))).toBe(403)
    for (const nothing of ['0', '-1', '1e3', '99999999999', '9007199254740993', 'x'])
      expect(await outcome(calls(read, {}, root, { params: { id: nothing } }))).toBe(404)
    const objects = objectsOf(teamAdmin)
    const permissions = { userId: staff.id, isStaff: true, isSuperuser: false, granted: new Set(['clubs.view_team']) }
    const object = (await objects.read(String(id))) as ObjectDetail
    expect([...(await objects.editable(permissions, object))]).toEqual([])
    expect(await permissionIds('clubs.view_team')).toHaveLength(1)
  })

  it('names an account by its email address in forms, to staff who may see accounts, and by its id in the API', async () => {
    const [root, captain] = [await superuser(), await newUser()]
    const staff = await staffWith('clubs.change_team', 'clubs.add_team')
    const { id } = detailOf(await calls(add, { ...TEAM, name: 'Wanderers' }, root))
    const form = { ...at(id), client: 'browser' as const }
    const captainAfter = async (value: string, actor: User, more: Partial<Context> = form) =>
      detailOf(await calls(change, { captain: value }, actor, more)).captain
    expect(await captainAfter(captain.email.toUpperCase(), root)).toBe(captain.id)
    expect(await captainAfter('', root)).toBeNull()
    expect(await captainAfter(` ${captain.email} `, root)).toBe(captain.id)
    const added = await calls(add, { ...TEAM, name: 'Albion', captain: captain.email }, root, { client: 'browser' })
    expect(detailOf(added)).toMatchObject({ captain: captain.id })
    expect(await captainAfter(String(captain.id), staff)).toBe(captain.id)

    const wrong = { captain: ['not_an_integer'] }
    expect(await outcome(captainAfter('nobody@example.com', root))).toEqual({ captain: ['unknown_email'] })
    // Neither the API nor who may not see accounts learns whether an address has one.
    for (const address of [captain.email, 'nobody@example.com']) {
      expect(await outcome(captainAfter(address, root, at(id)))).toEqual(wrong)
      expect(await outcome(captainAfter(address, staff))).toEqual(wrong)
      const asked = { ...contextOf(staff, later(), recentSession(staff)), client: 'browser' as const }
      expect(await change.validate?.({ captain: address }, asked)).toEqual(wrong)
    }
  })

  it('is not saved by a form that shows an address which has since gone to another account', async () => {
    const [root, captain, heir] = [await superuser(), await newUser(), await newUser()]
    const { id } = detailOf(await calls(add, { ...TEAM, name: 'Harriers', captain: captain.id }, root))
    const { version } = detailOf(await calls(read, {}, root, at(id)))
    const { email } = captain
    await database().user.update({ where: { id: captain.id }, data: { email: `was-${email}` } })
    await database().user.update({ where: { id: heir.id }, data: { email } })
    const sent = { captain: email, motto: 'Run', version }
    expect(await outcome(calls(change, sent, root, { ...at(id), client: 'browser' }))).toBe(409)
    expect(detailOf(await calls(read, {}, root, at(id)))).toMatchObject({ captain: captain.id, motto: 'Onward' })
  })

  it('shows accounts by their email addresses to staff who may see accounts, all rows at once', async () => {
    const [ann, bob] = [await newUser(), await newUser()]
    const permissions = async (...names: PermissionName[]) => loadPermissions(await staffWith(...names))
    const rows = [{ captain: ann.id }, { captain: null }, { captain: bob.id }, { captain: 999_999_999 }]
    const seen = await emailsOfAccounts(accountFields(teamAdmin), rows, await permissions('accounts.view_user'))
    expect(seen).toEqual(
      new Map([
        [ann.id, ann.email],
        [bob.id, bob.email],
      ]),
    )
    expect(withAccountEmails(teamAdmin, rows[0] as object, seen)).toEqual({ captain: ann.email })
    expect(withAccountEmails(teamAdmin, rows[3] as object, seen)).toEqual(rows[3])
    expect(await emailsOfAccounts(accountFields(teamAdmin), rows, await permissions('clubs.view_team'))).toEqual(new Map())
  })
})
