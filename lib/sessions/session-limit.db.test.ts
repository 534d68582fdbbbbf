/** SESSION_LIMIT: how many sessions an account has at most (RT-11). */
import { describe, expect, it } from 'vitest'
import { claimLogin } from '../authentication/complete-login.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database } from '../db/client.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'

process.env.SESSION_LIMIT = '3'

const START = new Date('2026-03-01T10:00:00Z')
const later = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

const arrive = (user: Awaited<ReturnType<typeof newUser>>, at: Date) =>
  database().$transaction(async (tx) => {
    await claimLogin(tx, user, contextAt(at))
    return (await signIn(tx, user, contextAt(at))).sid
  })
const going = async (userId: number) => {
  const rows = await database().session.findMany({ where: { userId, endedAt: null }, orderBy: { createdAt: 'asc' } })
  return rows.map(({ id }) => id)
}

describe('a login over the limit', () => {
  it('ends the session that was unused longest, and says so in the audit log', async () => {
    const user = await newUser()
    const [first, second, third] = [await arrive(user, START), await arrive(user, later(1)), await arrive(user, later(2))]
    await database().session.update({ where: { id: first }, data: { lastUsedAt: later(5) } })
    const fourth = await arrive(user, later(6))
    expect(await going(user.id)).toEqual([first, third, fourth])
    const [event] = await database().auditEvent.findMany({ where: { subjectId: user.id, event: 'session_ended' } })
    expect(event).toMatchObject({ sessionId: second, actorId: null, detail: '{"by":"limit"}' })
    expect(await database().session.findUnique({ where: { id: second } })).toMatchObject({ endedAt: later(6), endReason: 'limit' })
  })

  it('holds when ten log in at once, and the limit’s worth of them go on', async () => {
    const user = await newUser()
    const sids = await Promise.all(Array.from({ length: 10 }, () => arrive(user, START)))
    const left = await going(user.id)
    expect(left).toHaveLength(3)
    for (const sid of left) expect(sids).toContain(sid)
  })

  it('that takes the place of the browser’s own session pushes no other out', async () => {
    const user = await newUser()
    const [first, second, own] = [await arrive(user, START), await arrive(user, later(1)), await arrive(user, later(2))]
    const browserPrincipal = contextOf(user, later(3), own).principal
    const context = contextAt(later(3), { client: 'browser', browserPrincipal })
    const { sid } = await database().$transaction((tx) => signIn(tx, user, context))
    expect(await going(user.id)).toEqual([first, second, sid])
  })

  it('counts neither other accounts’ sessions nor ended ones', async () => {
    const [user, other] = [await newUser(), await newUser()]
    await arrive(other, START)
    const over = await arrive(user, START)
    await database().session.update({ where: { id: over }, data: { endedAt: START } })
    const sids = [await arrive(user, later(1)), await arrive(user, later(2)), await arrive(user, later(3))]
    expect(await going(user.id)).toEqual(sids)
    expect(await going(other.id)).toHaveLength(1)
  })
})
