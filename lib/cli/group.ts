/** `group`: Django's groups from the command line. */
import { readGroup } from '../admin/models/groups/read-group.ts'
import { listPermissions } from '../admin/permissions/list-permissions.ts'
import { commandSource, recordEvent } from '../audit/audit.ts'
import { database, uniqueViolation } from '../db/client.ts'
import { codePoints } from '../fields/text.ts'
import { findUserByEmail } from '../users/user.ts'
import { confirm } from './prompt.ts'
import { CommandError, printable, processTerminal, say, sayJson, table } from './terminal.ts'

/** Longest name, in characters (Django's Group). */
const NAME_LENGTH = 150

/** Lists the groups with what they permit. */
export async function listGroups({ json }: { json?: boolean }, terminal = processTerminal()): Promise<void> {
  const rows = await database().group.findMany({ orderBy: { name: 'asc' }, select: { id: true } })
  const groups = (await Promise.all(rows.map(({ id }) => readGroup(id)))).flatMap((group) => group ?? [])
  const described = groups.map(({ id, name, members, permissions }) => {
    return { id, name, members, permissions: permissions.map(({ app_label: app, codename }) => `${app}.${codename}`) }
  })
  if (json) return sayJson(terminal, described)
  const cells = described.map(({ id, name, members, permissions }) => [
    String(id),
    printable(name),
    String(members),
    permissions.join(', '),
  ])
  say(terminal, described.length === 0 ? 'There are no groups.' : table(['ID', 'NAME', 'MEMBERS', 'PERMISSIONS'], cells))
}

/** The ids of permissions named as Django names them. @throws CommandError for one that there is not */
async function permissionsNamed(names: string[]): Promise<number[]> {
  const all = await listPermissions()
  return names.map((name) => {
    const found = all.find(({ app_label: app, codename }) => `${app}.${codename}` === name)
    if (!found) throw new CommandError(`permission "${printable(name)}" does not exist`)
    return found.id
  })
}

/** @param permissions as `accounts.view_user` */
export async function addGroupBy(
  name: string,
  { permission = [] }: { permission?: string[] },
  terminal = processTerminal(),
): Promise<void> {
  if (name.trim() === '' || codePoints(name) > NAME_LENGTH) throw new CommandError(`a name has 1 to ${NAME_LENGTH} characters`, 2)
  const ids = await permissionsNamed([...new Set(permission)])
  try {
    await database().$transaction(async (tx) => {
      const { id } = await tx.group.create({ data: { name } })
      await tx.groupPermission.createMany({ data: ids.map((permissionId) => ({ groupId: id, permissionId })) })
      const detail = { group: id, name }
      await recordEvent(tx, 'group_added', { actorId: null, subjectId: null, detail }, commandSource('group add', new Date()))
    })
  } catch (error) {
    if (uniqueViolation(error) !== null) throw new CommandError(`group "${printable(name)}" exists already`)
    throw error
  }
  say(terminal, `Group ${printable(name)} has been added.`)
}

async function requireGroup(name: string): Promise<{ id: number; name: string }> {
  const group = await database().group.findUnique({ where: { name } })
  if (!group) throw new CommandError(`group "${printable(name)}" does not exist`)
  return group
}

export async function deleteGroupBy(given: string, { yes }: { yes?: boolean }, terminal = processTerminal()): Promise<void> {
  const { id, name } = await requireGroup(given)
  if (!yes) await confirm(`Delete the group ${printable(name)}? Its members lose what it permits. [y/N]: `, terminal)
  await database().$transaction(async (tx) => {
    await tx.userGroup.deleteMany({ where: { groupId: id } })
    await tx.groupPermission.deleteMany({ where: { groupId: id } })
    await tx.group.deleteMany({ where: { id } })
    const detail = { group: id, name }
    await recordEvent(tx, 'group_deleted', { actorId: null, subjectId: null, detail }, commandSource('group delete', new Date()))
  })
  say(terminal, `Group ${printable(name)} has been deleted.`)
}

/** Puts an account into a group, or takes it out. */
export async function changeMembership(given: string, address: string, member: boolean, terminal = processTerminal()): Promise<void> {
  const { id, name } = await requireGroup(given)
  const user = await findUserByEmail(address)
  if (!user) throw new CommandError(`user "${printable(address)}" does not exist`)
  const membership = { userId: user.id, groupId: id }
  const source = commandSource(member ? 'group addmember' : 'group removemember', new Date())
  await database().$transaction(async (tx) => {
    await tx.userGroup.deleteMany({ where: membership })
    if (member) await tx.userGroup.create({ data: membership })
    await recordEvent(tx, 'user_changed', { actorId: null, subjectId: user.id, detail: { fields: ['groups'] } }, source)
  })
  say(terminal, `${printable(user.email)} is ${member ? 'a member' : 'no member'} of ${printable(name)}.`)
}
