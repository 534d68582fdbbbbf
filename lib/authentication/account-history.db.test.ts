import { beforeEach, expect, it } from 'vitest'
import { commandSource, recordEvent } from '../audit/audit.ts'
import { isWholeHistoryKnown, passwordOrigin } from '../authentication/sign-in-history.ts'
import { database, type User } from '../db/client.ts'
import { newUser } from '../users/testing/new-user.ts'

const DAY = 86_400_000
const source = (days: number) => commandSource('test', new Date(user.dateJoined.getTime() + days * DAY))
const at = (days: number) => source(days).now

let user: User
beforeEach(async () => {
  user = await newUser({ password: 'usable' })
})

const signUp = () =>
  recordEvent(database(), 'signed_up', { actorId: user.id, subjectId: user.id, detail: { method: 'password' } }, source(0))

it('a password is the one of the sign-up only where the log holds that sign-up and nothing after it', async () => {
  expect(await passwordOrigin(user)).toBeNull()
  await signUp()
  expect(await passwordOrigin(user)).toEqual({ by: 'signup' })
})

it('it says who changed a password last: its owner, or staff in the admin area or by a command', async () => {
  await signUp()
  const who = { subjectId: user.id, sessionId: null }
  const detail = { sessionsEnded: 0 }
  await recordEvent(
    database(),
    'user_password_set',
    { ...who, actorId: user.id + 1, detail: { ...detail, usable: true, reason: '' } },
    source(1),
  )
  expect(await passwordOrigin(user)).toEqual({ by: 'administrator', at: at(1) })
  await recordEvent(database(), 'password_reset', { ...who, actorId: null, detail }, source(2))
  expect(await passwordOrigin(user)).toEqual({ by: 'owner', at: at(2) })
  await recordEvent(database(), 'password_changed', { ...who, actorId: null, detail: { ...detail, by: 'command' } }, source(3))
  expect(await passwordOrigin(user)).toEqual({ by: 'administrator', at: at(3) })
  await recordEvent(database(), 'password_changed', { ...who, actorId: user.id, detail: { ...detail, by: 'owner' } }, source(4))
  expect(await passwordOrigin(user)).toEqual({ by: 'owner', at: at(4) })
})

it('an account of staff’s making has a known history, but no password of a sign-up', async () => {
  await recordEvent(database(), 'user_added', { actorId: null, subjectId: user.id, detail: {} }, source(0))
  expect(await isWholeHistoryKnown(user)).toBe(true)
  expect(await passwordOrigin(user)).toBeNull()
})

it('beside a Django nothing is known for certain', async () => {
  await database().$executeRaw`CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)`
  await signUp()
  expect(await isWholeHistoryKnown(user)).toBe(false)
  expect(await passwordOrigin(user)).toBeNull()
})

it('of an account without a usable password it says that there is none', async () => {
  user = await newUser({ password: '!' })
  await signUp()
  expect(await passwordOrigin(user)).toEqual({ by: 'none' })
})
