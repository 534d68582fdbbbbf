import { expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'
import { commandSource, recordEvent } from './audit.ts'

const HOUR = 3_600_000

/** An event so old, in hours; the database asks its own clock. */
async function eventOf(age: number): Promise<number> {
  const { id } = await newUser()
  const entry = { actorId: id, subjectId: id, detail: {} }
  await recordEvent(database(), 'logged_out', entry, commandSource('test', new Date(Date.now() - age * HOUR)))
  const event = await database().auditEvent.findFirstOrThrow({ where: { subjectId: id } })
  return event.id
}

it('AU-4: the database refuses to change an event, however old', async () => {
  for (const age of [0, 24 * 400]) {
    const id = await eventOf(age)
    await expect(database().auditEvent.update({ where: { id }, data: { outcome: 'failure' } })).rejects.toThrow()
    await expect(database().$executeRaw`UPDATE accounts_auditevent SET actor_id = NULL WHERE id = ${id}`).rejects.toThrow()
    expect(await database().auditEvent.findUnique({ where: { id } })).toMatchObject({ outcome: 'success', actorId: expect.any(Number) })
  }
})

it('AU-4: the database refuses to delete an event that no AUDIT_RETENTION has done with, alone or among older ones', async () => {
  const [young, old] = [await eventOf(11), await eventOf(13)]
  await expect(database().auditEvent.deleteMany({ where: { id: { in: [old, young] } } })).rejects.toThrow()
  expect(await database().auditEvent.count({ where: { id: { in: [old, young] } } })).toBe(2)
  await database().auditEvent.delete({ where: { id: old } })
  await expect(database().auditEvent.delete({ where: { id: young } })).rejects.toThrow()
})
