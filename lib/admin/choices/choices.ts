/** What the pickers of groups and permissions offer: all of them, by their words, and which of them the staff member may give. */
import * as z from 'zod/mini'
import { database } from '../../db/client.ts'
import { idsIn } from '../../fields/choice.ts'
import { canGrant, type UserPermissions } from '../../permissions/user-permissions.ts'
import { listPermissions, type PermissionItem } from '../permissions/list-permissions.ts'

/** One of them; `grantable` says whether the staff member may give and take it: no one passes on what they do not have. */
export const choiceShape = z.object({ id: z.int(), label: z.string(), grantable: z.boolean() }).register(z.globalRegistry, { id: 'Choice' })

export type Choice = z.infer<typeof choiceShape>

/** The groups by their names; one may be given by who holds each of its permissions. */
export async function groupChoices(permissions: UserPermissions): Promise<Choice[]> {
  const groups = await database().group.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })
  const beyond = permissions.isSuperuser ? new Set<number>() : await groupsBeyond(permissions)
  return groups.map(({ id, name }) => ({ id, label: name, grantable: !beyond.has(id) }))
}

async function groupsBeyond(permissions: UserPermissions): Promise<Set<number>> {
  const lacking = (await listPermissions()).filter(({ app_label, codename }) => !canGrant(permissions, `${app_label}.${codename}`))
  const where = { permissionId: { in: lacking.map(({ id }) => id) } }
  const rows = await database().groupPermission.findMany({ where, distinct: ['groupId'], select: { groupId: true } })
  return new Set(rows.map(({ groupId }) => groupId))
}

/** The permissions in Django's order. */
export async function permissionChoices(held: UserPermissions): Promise<(PermissionItem & Choice)[]> {
  const all = await listPermissions()
  return all.map((permission) => ({
    ...permission,
    grantable: canGrant(held, `${permission.app_label}.${permission.codename}`),
  }))
}

const wordsOf = (search: string) => search.toLowerCase().split(/\s+/).filter(Boolean)

/**
 * Those in whose label, or code name, every word is. There are thousands at most, so they are looked through here: in every
 * database alike, capitals of every script, and no character means anything but itself.
 */
export function matching<Found extends Choice & { codename?: string }>(choices: Found[], search: string): Found[] {
  const words = wordsOf(search)
  return choices.filter(({ label, codename = '' }) => {
    const text = `${label} ${codename}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** What a picker begins with. */
export interface PickerOptions {
  /** In the order of all of them. */
  chosen: Choice[]
  /** The first ones that are not chosen; where something was searched for, what was found, chosen or not. */
  offered: Choice[]
  /** How many there are besides, of the same kind. */
  more: number
  total: number
}

/** Choices written into the page before the rest is only counted. */
const MAX_OFFERED = 50
const MAX_FOUND = 200

/**
 * @param all in order
 * @param ids of those that are chosen; what is none, or none any more, is left out
 * @param search what was searched for without JavaScript
 */
export function pickerOptions(all: Choice[], ids: Iterable<number>, search: string): PickerOptions {
  const wanted = new Set(ids)
  const chosen = all.filter(({ id }) => wanted.has(id))
  const narrowed = search.trim() !== ''
  const candidates = narrowed ? matching(all, search) : all.filter(({ id }) => !wanted.has(id))
  const offered = candidates.slice(0, narrowed ? MAX_FOUND : MAX_OFFERED)
  const plain = ({ id, label, grantable }: Choice): Choice => ({ id, label, grantable })
  return { chosen: chosen.map(plain), offered: offered.map(plain), more: candidates.length - offered.length, total: all.length }
}

/** The ids that a form came back with; those that are stored where it did not. */
export const chosenIds = (typed: string | undefined, stored: readonly { id: number }[]): number[] =>
  typed === undefined ? stored.map(({ id }) => id) : idsIn(typed)
