/** What a request with a session waits for. */
import { expect, it, vi } from 'vitest'
import { database, lockSession } from '../db/client.ts'
import { contextOf } from '../http/testing/context.ts'
import { newUser } from '../users/testing/new-user.ts'
import { loadActiveUser } from './principal.ts'
import { startSession } from './session.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const LATER = new Date('2026-03-01T10:05:00Z')

it('a session from before the digest is used at once while its row, or the SQLite file, is locked, and gets it afterwards', async () => {
  const user = await newUser()
  const { id } = await database().$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
  await database().session.update({ where: { id }, data: { passwordDigest: null } })
  const claims = { userId: user.id, sid: id, iat: NOW.getTime() / 1000 } as Parameters<typeof loadActiveUser>[0]
  const took = await database().$transaction(async (tx) => {
    await lockSession(tx, id)
    const started = performance.now()
    expect(await loadActiveUser(claims, LATER)).toMatchObject({ id: user.id })
    return performance.now() - started
  })
  expect(took).toBeLessThan(1000)
  const row = () => database().session.findUniqueOrThrow({ where: { id } })
  await vi.waitFor(async () => expect(await row()).toMatchObject({ lastUsedAt: LATER, passwordDigest: expect.any(String) }))
})
