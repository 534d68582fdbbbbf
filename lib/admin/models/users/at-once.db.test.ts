/** What several administrators do at the same time: no one waits for another, and nothing is half done (REL-3, REL-16). */
import { describe, expect, it } from 'vitest'
import { database, type User } from '../../../db/client.ts'
import type { AuthenticatedContext } from '../../../http/endpoint.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { addObject, changeObject, deleteObject } from '../../core/change-objects.ts'
import { outcome } from '../../testing/outcome.ts'
import { groupWith, recentSession, staffWith, superuser } from '../../testing/staff.ts'
import { groupAdmin } from '../groups/declaration.ts'
import { actOnUsers } from './act-on-users.ts'
import { userAdmin } from './declaration.ts'

const asks = (actor: User, id?: number): AuthenticatedContext => ({
  ...contextOf(actor, new Date(), recentSession(actor)),
  ...(id !== undefined && { params: { id: String(id) } }),
})
const rounds = Array.from({ length: 12 }, (_, round) => round)

describe('administrators at work at the same time', () => {
  it('each change accounts of their own without a deadlock, however many superusers there are', async () => {
    const supers = await Promise.all(Array.from({ length: 15 }, () => superuser()))
    const loops = supers.slice(0, 4).map(async (actor, at) => {
      const user = await newUser()
      const outcomes: unknown[] = []
      for (const round of rounds) {
        const change =
          at % 2 === 0
            ? changeObject(userAdmin, { name: `Round ${round}` }, asks(actor, user.id))
            : actOnUsers({ action: round % 2 === 0 ? 'deactivate' : 'activate', ids: [user.id] }, asks(actor))
        outcomes.push(await outcome(change))
      }
      return outcomes
    })
    expect((await Promise.all(loops)).flat()).toEqual(Array.from({ length: 48 }, () => 200))
  })

  it('a group that is deleted while accounts are put into it leaves none in it, and no fault', async () => {
    const root = await superuser()
    for (const _ of rounds) {
      const [user, group] = [await newUser(), await groupWith()]
      const outcomes = await Promise.all([
        outcome(changeObject(userAdmin, { groups: [group.id] }, asks(root, user.id))),
        outcome(actOnUsers({ action: 'add_to_group', ids: [(await newUser()).id], group: group.id }, asks(root))),
        outcome(deleteObject(groupAdmin, asks(root, group.id))),
      ])
      expect(outcomes[2]).toBe(200)
      for (const one of outcomes.slice(0, 2)) {
        expect([
          200,
          404,
          JSON.stringify({ groups: [`unknown_object:${group.id}`] }),
          JSON.stringify({ group: [`unknown_object:${group.id}`] }),
        ]).toContain(typeof one === 'number' ? one : JSON.stringify(one))
      }
      expect(await database().userGroup.count({ where: { groupId: group.id } })).toBe(0)
    }
  })

  it('who is deleted while they work is refused or has done it, and there is no fault', async () => {
    const root = await superuser()
    for (const round of rounds) {
      const staff = await staffWith('auth.add_group', 'auth.change_group')
      const group = await groupWith()
      const outcomes = await Promise.all([
        outcome(addObject(groupAdmin, { name: `Late ${staff.id} ${round}` }, asks(staff))),
        outcome(changeObject(groupAdmin, { name: `Later ${staff.id} ${round}` }, asks(staff, group.id))),
        outcome(deleteObject(userAdmin, asks(root, staff.id))),
      ])
      expect(outcomes[2]).toBe(200)
      for (const one of outcomes.slice(0, 2)) expect([200, 403]).toContain(one)
      expect(await database().logEntry.count({ where: { userId: staff.id } })).toBe(0)
    }
  })
})
