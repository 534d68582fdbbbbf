import { database } from '../../db/client.ts'
import { readIds } from '../../fields/choice.ts'
import { type FieldChange, type FieldChanges, setChange, valueChange } from '../field-changes.ts'
import { listPermissions } from '../permissions/list-permissions.ts'
import type { UserDetail } from './read-user.ts'

const TEXTS = ['email', 'name', 'phone', 'first_name', 'last_name', 'username'] as const
const FLAGS = ['is_active', 'is_staff', 'is_superuser'] as const

/** What saving a form would change of an account. @param typed as the form came back, by the fields' names */
export async function differencesOf(user: UserDetail, typed: Record<string, string>): Promise<FieldChanges> {
  const found: [string, FieldChange | null][] = [
    ...TEXTS.map((name): [string, FieldChange | null] => [name, valueChange(user[name], typed[name] ?? user[name])]),
    ...FLAGS.map((name): [string, FieldChange | null] => [name, valueChange(user[name], (typed[name] ?? String(user[name])) === 'true')]),
  ]
  if (typed.groups !== undefined) {
    const groups = await database().group.findMany({ where: { id: { in: readIds(typed.groups) } }, select: { id: true, name: true } })
    found.push(['groups', setChange(user.groups, groups, ({ name }) => name)])
  }
  if (typed.user_permissions !== undefined) {
    const ids = new Set(readIds(typed.user_permissions))
    const permissions = (await listPermissions()).filter(({ id }) => ids.has(id))
    found.push(['user_permissions', setChange(user.user_permissions, permissions, ({ label }) => label)])
  }
  return Object.fromEntries(found.filter((entry): entry is [string, FieldChange] => entry[1] !== null))
}
