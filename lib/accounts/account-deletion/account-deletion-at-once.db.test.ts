import { afterAll, describe, expect, it, vi } from 'vitest'
import { database } from '../../db/client.ts'
import { contextOf } from '../../http/testing/context.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { deleteAccount } from './delete-account.ts'

vi.hoisted(() => {
  process.env.ACCOUNT_DELETION_GRACE = '0'
})
afterAll(() => hashingPool().close())

describe('without a grace', () => {
  it('an account is gone with the answer, and its owner is told', async () => {
    const user = await newUser({ password: await makePassword('Corr3ct-horse-battery') })
    const now = new Date('2026-11-24T10:00:00Z')
    await deleteAccount({ password: 'Corr3ct-horse-battery', confirmation: 'DELETE' }, contextOf(user, now))
    expect(await database().user.findUnique({ where: { id: user.id } })).toBeNull()
    expect(await database().outboxMail.findMany({ where: { recipient: user.email } })).toMatchObject([{ kind: 'account_deleted' }])
    expect(await database().auditEvent.findMany({ where: { subjectId: user.id } })).toMatchObject([
      { event: 'account_deleted', actorId: user.id },
    ])
  })
})
