/** `user`: looks at accounts and changes what the admin area changes, without a login; the last superuser is safe here, too. */
import { listObjects } from '../admin/core/list-objects.ts'
import { userAdmin } from '../admin/models/users/declaration.ts'
import { FLAGS } from '../admin/models/users/hooks.ts'
import { readUser, type UserDetail } from '../admin/models/users/read-user.ts'
import { type AuditSource, commandSource, recordEvent } from '../audit/audit.ts'
import { database, lockUser, type Transaction, type User } from '../db/client.ts'
import type { Effect } from '../db/references.ts'
import { type AccountChange, activate, deactivate } from '../users/activation.ts'
import { deletePermanently, deletionImpact } from '../users/delete-account.ts'
import { isLastSuperuser, lockSuperusers } from '../users/last-superuser.ts'
import { findUserByEmail, type UserItem } from '../users/user.ts'
import { confirm } from './prompt.ts'
import { CommandError, printable, processTerminal, readLimit, say, sayJson, table } from './terminal.ts'

const yesNo = (value: boolean) => (value ? 'yes' : 'no')

export interface UserListOptions {
  search?: string
  staff?: boolean
  superusers?: boolean
  inactive?: boolean
  limit: string
  json?: boolean
}

/** Lists accounts by their address. */
export async function listUsers(
  { search, staff, superusers, inactive, limit, json }: UserListOptions,
  terminal = processTerminal(),
): Promise<void> {
  const most = readLimit(limit)
  const query = {
    ...(search !== undefined && { search }),
    ...(staff && { is_staff: true }),
    ...(superusers && { is_superuser: true }),
    ...(inactive && { is_active: false }),
    page_size: most,
  }
  const { items, count, countIsExact, hasNext } = await listObjects<UserItem>(userAdmin, query)
  if (json) return sayJson(terminal, items)
  const headings = ['ID', 'EMAIL', 'NAME', 'PHONE', 'ACTIVE', 'STAFF', 'SUPERUSER']
  const rows = items.map((user) => [
    ...[String(user.id), printable(user.email), printable(user.name), printable(user.phone)],
    ...[user.is_active, user.is_staff, user.is_superuser].map(yesNo),
  ])
  say(terminal, items.length === 0 ? 'There is no such account.' : table(headings, rows))
  if (hasNext) say(terminal, `${items.length} of ${countIsExact ? '' : 'about '}${count}; more with --limit.`)
}

async function requireUser(address: string): Promise<User> {
  const user = await findUserByEmail(address)
  if (!user) throw new CommandError(`user "${printable(address)}" does not exist`)
  return user
}

/** Prints one account; of its password no more than how it is kept. */
export async function showUser(address: string, { json }: { json?: boolean }, terminal = processTerminal()): Promise<void> {
  const user = (await readUser((await requireUser(address)).id)) as UserDetail
  if (json) return sayJson(terminal, user)
  const lines: [string, string][] = [
    ['Id', String(user.id)],
    ['Email', `${user.email}${user.email_verified ? '' : ' (not confirmed)'}`],
    ['Name', user.name],
    ['Phone', user.phone],
    ['Username', user.username],
    ['Password', user.password.text],
    ['Active', yesNo(user.is_active)],
    ['Staff', yesNo(user.is_staff)],
    ['Superuser', yesNo(user.is_superuser)],
    ['Groups', user.groups.map(({ name }) => name).join(', ') || 'none'],
    ['Permissions', user.user_permissions.map(({ label }) => label).join(', ') || 'none of its own'],
    ['Joined', user.date_joined],
    ['Last login', user.last_login ?? 'never'],
  ]
  say(terminal, lines.map(([label, value]) => `${`${label}:`.padEnd(13)}${printable(value)}`).join('\n'))
}

interface Change {
  /** How the command is called. */
  command: string
  data: Partial<Pick<User, 'isActive' | 'isStaff' | 'isSuperuser'>>
  done: string
}

const CHANGES = {
  activate: { command: 'activate', data: { isActive: true }, done: 'is active' },
  deactivate: { command: 'deactivate', data: { isActive: false }, done: 'is not active any more' },
  promote: { command: 'promote', data: { isStaff: true, isSuperuser: true }, done: 'is a superuser' },
  promoteToStaff: { command: 'promote --staff', data: { isStaff: true }, done: 'is staff' },
  demote: {
    command: 'demote',
    data: { isStaff: false, isSuperuser: false },
    done: 'is neither superuser nor staff any more',
  },
} satisfies Record<string, Change>

/** Holds an account for a change. @throws CommandError where no active superuser would be left */
async function lock(tx: Transaction, id: number, takesSuperuser: boolean): Promise<User> {
  await lockSuperusers(tx)
  const user = await lockUser(tx, id)
  if (!user) throw new CommandError('the user does not exist any more')
  if (takesSuperuser && user.isSuperuser && user.isActive && (await isLastSuperuser(tx, user))) {
    throw new CommandError('this is the last active superuser; make another account a superuser first')
  }
  return user
}

/** Changes an account; what is so already is no change. */
async function write(tx: Transaction, user: User, data: Change['data'], now: Date): Promise<AccountChange | null> {
  if (data.isActive !== undefined) return data.isActive ? activate(tx, user) : deactivate(tx, user, now)
  // Of an account that is open no deletion is under way: Django left the date when it opened it.
  await tx.user.update({ where: { id: user.id }, data: { ...data, ...(user.isActive && { deletionDueAt: null }) } })
  const changes = Object.fromEntries(
    Object.entries(FLAGS).flatMap(([field, column]) => {
      const [from, to] = [user[column], data[column]]
      return to === undefined || to === from ? [] : [[field, { from, to }]]
    }),
  )
  return Object.keys(changes).length > 0 ? { fields: Object.keys(changes), changes } : null
}

/** Opens or closes an account, or gives or takes the admin area's permissions. */
export async function changeUserBy(
  name: keyof typeof CHANGES,
  address: string,
  { json }: { json?: boolean } = {},
  terminal = processTerminal(),
): Promise<void> {
  const { command, data, done }: Change = CHANGES[name]
  const { id, email } = await requireUser(address)
  const source = commandSource(`user ${command}`, new Date())
  await database().$transaction(async (tx) => {
    const before = await lock(tx, id, Object.values(data).includes(false))
    const detail = await write(tx, before, data, source.now)
    if (detail !== null) await recordEvent(tx, 'user_changed', { actorId: null, subjectId: id, detail }, source)
  })
  if (json) return sayJson(terminal, await readUser(id))
  say(terminal, `${printable(email)} ${done}.`)
}

const EFFECTS: Record<Effect, string> = { delete: 'deleted', 'set null': 'kept, without an owner', refuse: 'forbids the deletion' }

/** Deletes an account with everything stored about it, after a confirmation. */
export async function deleteUserBy(
  address: string,
  { yes, json }: { yes?: boolean; json?: boolean },
  terminal = processTerminal(),
): Promise<void> {
  const { id, email } = await requireUser(address)
  if (!yes) {
    for (const { label, count, effect } of await deletionImpact([id])) say(terminal, `${label}: ${count} (${EFFECTS[effect]})`)
    await confirm(`Delete ${printable(email)} and everything kept about it? This cannot be undone. [y/N]: `, terminal)
  }
  const source: AuditSource = commandSource('user delete', new Date())
  await database().$transaction(async (tx) => deletePermanently(tx, await lock(tx, id, true), null, source))
  if (json) return sayJson(terminal, { id, email, deleted: true })
  say(terminal, `${printable(email)} has been deleted.`)
}
