import { expect, it } from 'vitest'
import { ApiError, ValidationFailed } from '../../errors.ts'
import { contextOf } from '../../http/testing/context.ts'
import { auditAdmin } from '../models/audit/declaration.ts'
import { groupAdmin } from '../models/groups/declaration.ts'
import { readGroup } from '../models/groups/read-group.ts'
import { actOnUsers } from '../models/users/act-on-users.ts'
import { userAdmin } from '../models/users/declaration.ts'
import { readUser } from '../models/users/read-user.ts'
import { superuser } from '../testing/staff.ts'
import { changeObject } from './change-objects.ts'
import { listObjects } from './list-objects.ts'
import { readListQuery } from './list-query.ts'

it('ids and times at the edges of what is taken are answered, never a fault', async () => {
  const root = await superuser()
  const context = contextOf(root, new Date())
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => 'done',
      (error: unknown) => (error instanceof ApiError ? error.status : error instanceof ValidationFailed ? 400 : error),
    )
  for (const id of ['2147483647', '2147483648', '4294967296', '9007199254740991']) {
    expect([id, await readUser(id), await readGroup(id)]).toEqual([id, null, null])
    expect((await listObjects(userAdmin, readListQuery(userAdmin, { groups: id }).query)).count).toBe(0)
    expect((await listObjects(auditAdmin, readListQuery(auditAdmin, { actor_id: id }).query)).count).toBe(0)
    const own = { ...context, params: { id: String(root.id) } }
    expect(await refused(changeObject(userAdmin, { groups: [Number(id)] }, own))).toBe(400)
    expect(await refused(changeObject(userAdmin, { user_permissions: [Number(id)] }, own))).toBe(400)
    expect(await refused(changeObject(groupAdmin, { name: 'X' }, { ...context, params: { id } }))).toBe(404)
    expect((await actOnUsers({ action: 'delete', ids: [Number(id)] }, context)).body).toMatchObject({
      count: 0,
      failed: [{ code: 'not_found' }],
    })
  }
  for (const since of ['1970-01-01', '2999-12-31T23:59:59.999999Z', '2026-01-01T00:00:00+14:00', '2026-01-01 10:00'])
    expect((await listObjects(auditAdmin, readListQuery(auditAdmin, { since, request_id: 'none' }).query)).count).toBe(0)
  for (const since of ['0000-01-01', '0999-12-31', '3000-01-01', '2026-13-01', '2026-1-1', 'now', '2026-01-01T25:00'])
    expect([since, readListQuery(auditAdmin, { since }).errors]).toEqual([since, { since: ['datetime'] }])
  for (const search of [
    '"',
    '""',
    '*',
    'a"b"c',
    "'''",
    'NOT',
    'a OR b',
    'email:x',
    '-abc',
    '^abc',
    '(((',
    '日本語',
    '\u{1f511}\u{1f511}\u{1f511}',
    '%%%',
    '\\\\\\',
  ])
    expect((await listObjects(userAdmin, { search })).items.length).toBeLessThan(2)
})
