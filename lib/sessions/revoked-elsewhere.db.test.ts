/** What a token of an account that Django deactivated costs: its sessions are ended once, and nothing is written after that. */
import { describe, expect, it } from 'vitest'
import { database, provider, type User } from '../db/client.ts'
import { contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { loadActiveUser } from './principal.ts'
import { startSession } from './session.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const YEAR_LATER = new Date('2027-03-01T10:00:00Z')

/** A session of an account that Django has deactivated since. @returns the claims of a token of it */
async function ofDeactivated(): Promise<{ user: User; claims: Parameters<typeof loadActiveUser>[0] }> {
  const user = await newUser()
  const { id: sid } = await database().$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
  await database().user.update({ where: { id: user.id }, data: { isActive: false } })
  return { user, claims: { userId: user.id, sid, iat: NOW.getTime() / 1000 } as Parameters<typeof loadActiveUser>[0] }
}

/** From now on each write of the account's row, with which it is locked, fails. */
async function refuseWrites({ id }: User): Promise<void> {
  const run = (sql: string) => database().$executeRawUnsafe(sql)
  if (provider() === 'sqlite') {
    await run(`CREATE TRIGGER refused${id} BEFORE UPDATE ON accounts_user WHEN OLD.id = ${id} BEGIN SELECT RAISE(ABORT, 'written'); END`)
    return
  }
  await run(`CREATE FUNCTION refuse${id}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'written'; END$$`)
  await run(`CREATE TRIGGER refused${id} BEFORE UPDATE ON accounts_user FOR EACH ROW WHEN (OLD.id = ${id}) EXECUTE FUNCTION refuse${id}()`)
}

describe('a token of an account that Django deactivated', () => {
  it('ends its sessions at the first request, and writes nothing at the next', async () => {
    const { user, claims } = await ofDeactivated()
    expect(await loadActiveUser(claims, NOW)).toBe('user_inactive')
    expect(await database().session.count({ where: { userId: user.id, endedAt: null } })).toBe(0)
    await refuseWrites(user)
    expect(await loadActiveUser(claims, NOW)).toBe('user_inactive')
  })

  it('writes nothing where its sessions have expired, before they are flushed', async () => {
    const { user, claims } = await ofDeactivated()
    await refuseWrites(user)
    expect(await loadActiveUser(claims, YEAR_LATER)).toBe('user_inactive')
  })
})
