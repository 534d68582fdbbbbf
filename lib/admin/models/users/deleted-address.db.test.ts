/** Where the address of a deleted account stays: where its owner was told that it does, and for as long. */
import { expect, it } from 'vitest'
import { exportData } from '../../../accounts/data-export/endpoints.ts'
import { database, provider, type User } from '../../../db/client.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { runDue } from '../../../jobs/testing/run-due.ts'
import { retentionNotice } from '../../../users/delete-account.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { changeObject, deleteObject } from '../../core/change-objects.ts'
import { historyOf } from '../../core/history.ts'
import { recentSession, superuser } from '../../testing/staff.ts'
import { userAdmin } from './declaration.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const DAY = 86_400_000
const asks = (actor: User, { id }: User) => ({ ...contextOf(actor, NOW, recentSession(actor)), params: { id: String(id) } })

/** The tables that have a text somewhere. */
async function tablesWith(text: string): Promise<string[]> {
  const db = database()
  const names = await (provider() === 'sqlite'
    ? db.$queryRaw<{ name: string }[]>`SELECT name FROM sqlite_master WHERE type = 'table'`
    : db.$queryRaw<{ name: string }[]>`SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()`)
  const found: string[] = []
  for (const { name } of names) {
    const rows = await db.$queryRawUnsafe<object[]>(`SELECT * FROM "${name}"`)
    if (JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)).includes(text)) found.push(name)
  }
  return found.sort()
}

/** A change by staff, and one that Django wrote down. */
async function changedByStaff(root: User): Promise<User> {
  const user = await newUser()
  await changeObject(userAdmin, { name: 'Changed' }, asks(root, user))
  const type = await database().contentType.findFirstOrThrow({ where: { appLabel: 'accounts', model: 'user' } })
  const entry = { actionTime: NOW, actionFlag: 2, changeMessage: 'Changed phone.', userId: root.id, contentTypeId: type.id }
  await database().logEntry.create({ data: { ...entry, objectId: String(user.id), objectRepr: user.email } })
  return user
}

it('the address of an account that staff changed and deleted stays in the security log, and for a week in the last email', async () => {
  const root = await superuser()
  const [user, other] = [await changedByStaff(root), await changedByStaff(root)]
  await deleteObject(userAdmin, asks(root, user))
  expect(await tablesWith(user.email)).toEqual(['accounts_auditevent', 'accounts_outboxmail'])
  expect(retentionNotice()).toBe(
    'We keep the security log, which includes your email address, for 365 days, and our last email to you for 7 days.',
  )

  await runDue('delete-old-mail', new Date(NOW.getTime() + 7 * DAY))
  expect(await tablesWith(user.email)).toEqual(['accounts_auditevent'])
  const history = await historyOf(userAdmin, user.id)
  expect(history.map(({ object, words }) => [object, words])).toEqual([
    [`#${user.id}`, 'Deleted.'],
    [`#${user.id}`, 'Changed phone.'],
    [`#${user.id}`, 'Changed Name.'],
  ])
  expect((await historyOf(userAdmin, other.id)).map(({ object }) => object)).toEqual([other.email, other.email])
})

it('the export holds what staff did to the account, and not who', async () => {
  const root = await superuser()
  const user = await changedByStaff(root)
  const { body } = await exportData({}, contextOf(user, NOW))
  const text = await new Response(body as ReadableStream).text()
  const entry = { action_time: NOW.toISOString(), action_flag: 2, object: user.email }
  expect(JSON.parse(text).admin_history).toMatchObject([entry, { ...entry, change_message: 'Changed phone.' }])
  expect(text).not.toContain(root.email)
})
