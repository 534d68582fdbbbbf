/** Groups are added, changed and deleted within the rights of whoever does it: no permission moves that they do not hold. */
import { type AuditEvents, recordEvent } from '../../audit/audit.ts'
import type { Transaction } from '../../db/client.ts'
import { LARGEST_INTEGER, readIds } from '../../fields/choice.ts'
import type { Answer, Context } from '../../http/endpoint.ts'
import { entityTag, requireMatch } from '../../http/entity-tag.ts'
import { requireRecentProof } from '../../http/permission.ts'
import type { Principal } from '../../sessions/principal.ts'
import { type FieldChanges, setChange, valueChange } from '../field-changes.ts'
import { logAddition, logChange, logDeletion } from '../history.ts'
import { notFound, requireObjectId } from '../object-id.ts'
import { difference, requireExisting } from '../related-rows.ts'
import { changing, requireHeld } from '../users/user-guard.ts'
import { requireVersion, withChanges } from '../versions.ts'
import { groupAdmin } from './declaration.ts'
import { nameTaken, presentRights } from './group-guard.ts'
import { type GroupDetail, readGroup } from './read-group.ts'
import type { AddGroupInput, ChangeGroupInput } from './schema.ts'

/** Holds a group for a change by a write that changes nothing, with which a transaction in SQLite must begin. */
async function lockGroup(tx: Transaction, id: number): Promise<GroupDetail> {
  await tx.$executeRaw`UPDATE auth_group SET name = name WHERE id = ${id}`
  const group = await readGroup(id, tx)
  if (!group) throw notFound()
  return group
}

async function record<Name extends 'group_added' | 'group_changed' | 'group_deleted'>(
  tx: Transaction,
  event: Name,
  detail: AuditEvents[Name],
  context: Context,
): Promise<void> {
  const { user, claims } = context.principal as Principal
  await recordEvent(tx, event, { actorId: user.id, subjectId: null, sessionId: claims.sid, detail }, context)
}

async function setPermissions(tx: Transaction, groupId: number, added: number[], removed: number[]): Promise<void> {
  await tx.groupPermission.deleteMany({ where: { groupId, permissionId: { in: removed } } })
  await tx.groupPermission.createMany({ data: added.map((permissionId) => ({ groupId, permissionId })) })
}

/** @throws PermissionDenied; ReauthenticationRequired for permissions; ValidationFailed for a name that is taken and for permissions that there are none */
export async function addGroup({ name = '', permissions = '' }: AddGroupInput, context: Context): Promise<Answer> {
  const wanted = readIds(permissions)
  try {
    const added = await changing(context, null, async (tx) => {
      const { id } = await tx.group.create({ data: { name } })
      const rights = await presentRights(tx, context, 'auth.add_group')
      await requireExisting(tx, 'permission', 'permissions', wanted)
      await requireHeld(tx, rights, wanted)
      if (wanted.length > 0) await requireRecentProof(context, tx)
      await setPermissions(tx, id, wanted, [])
      await logAddition(tx, groupAdmin, rights.userId, { id, repr: name }, context.now)
      await record(tx, 'group_added', { group: id }, context)
      return readGroup(id, tx)
    })
    return { status: 201, body: added, headers: { Location: `/api/admin/groups/${added?.id}/` }, shown: { object: name } }
  } catch (error) {
    throw nameTaken(error)
  }
}

function changesBetween(before: GroupDetail, after: GroupDetail): FieldChanges {
  const name = valueChange(before.name, after.name)
  const permissions = setChange(before.permissions, after.permissions, ({ label }) => label)
  return { ...(name && { name }), ...(permissions && { permissions }) }
}

/** @throws ApiError 404; PermissionDenied; ReauthenticationRequired for permissions; 409 for an outdated form; ValidationFailed */
export async function changeGroup(input: ChangeGroupInput, context: Context): Promise<Answer> {
  const id = requireObjectId(context.params.id, LARGEST_INTEGER)
  try {
    const changed = await changing(context, null, async (tx) => {
      const before = await lockGroup(tx, id)
      const rights = await presentRights(tx, context, 'auth.change_group')
      requireVersion(input.version, before.version)
      requireMatch(context.ifMatch, before)
      const present = before.permissions.map((permission) => permission.id)
      const { added, removed, both } = difference(present, input.permissions === undefined ? present : readIds(input.permissions))
      await requireExisting(tx, 'permission', 'permissions', added)
      await requireHeld(tx, rights, both)
      if (both.length > 0) await requireRecentProof(context, tx)
      const fields = [
        ...(input.name !== undefined && input.name !== before.name ? ['name'] : []),
        ...(both.length > 0 ? ['permissions'] : []),
      ]
      if (fields.length === 0) return before
      const { name = before.name } = input
      await tx.group.update({ where: { id }, data: { name } })
      await setPermissions(tx, id, added, removed)
      const labels = fields.map((field) => groupAdmin.fields[field as 'name' | 'permissions'].label)
      await logChange(tx, groupAdmin, rights.userId, { id, repr: name }, labels, context.now)
      const after = (await readGroup(id, tx)) as GroupDetail
      await record(tx, 'group_changed', { group: id, fields, changes: changesBetween(before, after) }, context)
      return after
    })
    return { body: changed, headers: { ETag: entityTag(changed) }, shown: { object: changed.name } }
  } catch (error) {
    throw await withChanges(nameTaken(error), groupAdmin, id)
  }
}

/** @throws ApiError 404; PermissionDenied where its members would lose what whoever asks does not hold */
export async function deleteGroup(_input: object, context: Context): Promise<Answer> {
  const id = requireObjectId(context.params.id, LARGEST_INTEGER)
  const name = await changing(context, null, async (tx) => {
    const group = await lockGroup(tx, id)
    const rights = await presentRights(tx, context, 'auth.delete_group')
    await requireHeld(
      tx,
      rights,
      group.permissions.map((permission) => permission.id),
    )
    await tx.userGroup.deleteMany({ where: { groupId: id } })
    await tx.groupPermission.deleteMany({ where: { groupId: id } })
    await tx.group.deleteMany({ where: { id } })
    await logDeletion(tx, groupAdmin, rights.userId, { id, repr: group.name }, context.now)
    await record(tx, 'group_deleted', { group: id }, context)
    return group.name
  })
  return { status: 204, body: null, shown: { object: name } }
}
