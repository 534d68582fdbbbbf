import { describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { contextOf } from '../../http/testing/context.ts'
import { auditAdmin } from '../audit/declaration.ts'
import { allColumns } from '../declaration.ts'
import { groupAdmin } from '../groups/declaration.ts'
import { models } from '../registry.ts'
import { outcome } from '../testing/outcome.ts'
import { provenSession, staffWith, superuser } from '../testing/staff.ts'
import { userAdmin } from '../users/declaration.ts'
import { deleteUser, deletionPreview } from '../users/delete-user.ts'
import { chooseColumns } from './choose-columns.ts'
import { readColumns } from './read-columns.ts'

const NOW = new Date('2026-11-25T10:00:00Z')
const asks = (actor: User, list: string) => ({ ...contextOf(actor, NOW), params: { list } })
const choose = (actor: User, columns: string, list = 'users') => chooseColumns({ columns }, asks(actor, list))
const rowsOf = ({ id }: User) => database().listColumns.findMany({ where: { userId: id } })

describe('the columns of a list', () => {
  it('are those of the declaration until somebody chooses, and then theirs alone, list by list', async () => {
    const [ada, grace] = [await superuser(), await superuser()]
    expect(await readColumns(userAdmin, ada.id)).toEqual(userAdmin.listDisplay)
    await choose(ada, 'last_login,name')
    await choose(grace, 'is_superuser')
    await choose(ada, 'at,request_id', 'audit')
    expect(await readColumns(userAdmin, ada.id)).toEqual(['email', 'name', 'last_login'])
    expect(await readColumns(userAdmin, grace.id)).toEqual(['email', 'is_superuser'])
    expect(await readColumns(auditAdmin, ada.id)).toEqual(['at', 'request_id'])
    expect(await readColumns(auditAdmin, grace.id)).toEqual(auditAdmin.listDisplay)
  })

  it('stand in the order of the declaration, each once and the first one always', async () => {
    const ada = await superuser()
    const { body } = await choose(ada, 'date_joined,phone,date_joined,is_superuser')
    expect(body).toEqual({ list: 'users', columns: ['email', 'phone', 'is_superuser', 'date_joined'] })
    expect((await choose(ada, 'email')).body).toEqual({ list: 'users', columns: ['email'] })
    expect(await readColumns(userAdmin, ada.id)).toEqual(['email'])
  })

  it('are the declaration’s again, and nothing is kept, when none or just those are chosen', async () => {
    const ada = await superuser()
    for (const columns of ['', userAdmin.listDisplay.join(',')]) {
      await choose(ada, 'last_login')
      expect(await rowsOf(ada)).toHaveLength(1)
      const { body, statusMessage } = await choose(ada, columns)
      expect([body, statusMessage]).toEqual([{ list: 'users', columns: userAdmin.listDisplay }, 'columns_default'])
      expect(await rowsOf(ada)).toEqual([])
    }
    expect((await chooseColumns({}, asks(ada, 'users'))).body).toEqual({ list: 'users', columns: userAdmin.listDisplay })
  })

  it('go with the account, and the page that asks before says so', async () => {
    const [root, ada] = [await superuser(), await superuser()]
    await choose(ada, 'last_login')
    expect(await deletionPreview(ada.id)).toContainEqual({
      label: 'Lists with chosen columns',
      table: 'accounts_listcolumns',
      count: 1,
      effect: 'delete',
    })
    await deleteUser({}, { ...contextOf(root, NOW, provenSession(root)), params: { id: String(ada.id) } })
    expect(await rowsOf(ada)).toEqual([])
  })

  it('that a list has no more are left out', async () => {
    const ada = await superuser()
    await database().listColumns.create({ data: { userId: ada.id, list: 'users', columns: 'email,shoe_size,last_login' } })
    expect(await readColumns(userAdmin, ada.id)).toEqual(['email', 'last_login'])
  })
})

describe('a choice of columns is refused', () => {
  it('where the list has none of that name, with all that is wrong', async () => {
    const ada = await superuser()
    // The password is a field of accounts, and no column of the list.
    expect(await outcome(choose(ada, 'name,password,__proto__'))).toEqual({
      columns: ['invalid_choice:password', 'invalid_choice:__proto__'],
    })
    expect(await rowsOf(ada)).toEqual([])
  })

  it('where there is no such list, or nothing to choose in it', async () => {
    const ada = await superuser()
    for (const list of ['shoes', groupAdmin.path, 'constructor']) expect(await outcome(choose(ada, 'name', list))).toBe(404)
  })

  it('to whoever may not see the list, which the audit log says', async () => {
    const viewer = await staffWith('accounts.view_user')
    expect(await outcome(choose(viewer, 'last_login'))).toBe(200)
    expect(await outcome(choose(viewer, 'id', 'audit'))).toBe(403)
    const events = await database().auditEvent.findMany({ where: { actorId: viewer.id } })
    expect(events.map(({ event, detail }) => [event, JSON.parse(detail)])).toEqual([
      ['admin_denied', { permission: 'admin.view_logentry' }],
    ])
  })
})

describe('every column that a list can show', () => {
  it('is a field that has a name, and is there once', () => {
    for (const model of models) {
      const columns = allColumns(model)
      expect(new Set(columns).size, model.path).toBe(columns.length)
      const nameless = columns.filter((name) => model.fields[name] === undefined)
      expect(nameless, model.path).toEqual([])
    }
  })

  it('is part of a row of accounts', async () => {
    const [item] = await userAdmin.load([(await superuser()).id])
    expect(allColumns(userAdmin).filter((name) => !(name in (item ?? {})))).toEqual([])
  })
})
