/** For tests: staff with given permissions. */
import { randomBytes } from 'node:crypto'
import { database, type User } from '../../db/client.ts'
import { newUser } from '../../users/testing/new-user.ts'

/** @param names as Django's, `accounts.view_user` */
export async function permissionIds(...names: string[]): Promise<number[]> {
  const rows = await database().permission.findMany({ include: { contentType: true } })
  return names.map((name) => {
    const row = rows.find(({ codename, contentType }) => `${contentType.appLabel}.${codename}` === name)
    if (!row) throw new Error(`no permission ${name}`)
    return row.id
  })
}

export async function give(user: User, ...names: string[]): Promise<void> {
  const ids = await permissionIds(...names)
  await database().userPermission.createMany({ data: ids.map((permissionId) => ({ userId: user.id, permissionId })) })
}

/** The session of an account that staff() made, whose owner has just proved to be that, now and ever after. */
export const recentSession = ({ id }: Pick<User, 'id'>) => `recent-${id}`

const EVER_AFTER = new Date('2100-01-01T00:00:00Z')

async function staff(more: Partial<User> = {}): Promise<User> {
  const user = await newUser({ isStaff: true, ...more })
  const times = { createdAt: new Date(), lastUsedAt: new Date(), expiresAt: EVER_AFTER, authenticatedAt: EVER_AFTER }
  await database().session.create({ data: { id: recentSession(user), userId: user.id, kind: 'api', userAgent: 'test', ...times } })
  return user
}

/** Staff who may do what is named and nothing else. */
export async function staffWith(...names: string[]): Promise<User> {
  const user = await staff()
  await give(user, ...names)
  return user
}

export const superuser = () => staff({ isSuperuser: true })

/** A group with permissions of these names. */
export async function groupWith(...names: string[]): Promise<{ id: number; name: string }> {
  const group = await database().group.create({ data: { name: `Group ${randomBytes(6).toString('hex')}` } })
  const ids = await permissionIds(...names)
  await database().groupPermission.createMany({ data: ids.map((permissionId) => ({ groupId: group.id, permissionId })) })
  return group
}
