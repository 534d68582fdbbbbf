import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { runDue } from '../../jobs/testing/run-due.ts'
import { enqueueEmail } from '../../mail/outbox.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { startSession } from '../../sessions/session.ts'
import { issueOneTimeToken, secretsForEmail } from '../../tokens/one-time-token.ts'
import { issueRefreshToken } from '../../tokens/refresh-token.ts'
import { deleteAccount as removeAccount } from '../../users/delete-account.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { deleteAccount } from './delete-account.ts'
import { undoDeletion } from './undo-deletion.ts'

const PASSWORD = 'Corr3ct-horse-battery'
const NOW = new Date('2026-11-24T10:00:00Z')
const GRACE = 14 * 86_400_000
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds)

let passwordHash = ''
beforeAll(async () => {
  passwordHash = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

const member = (more: Partial<Omit<User, 'id'>> = {}) => newUser({ password: passwordHash, ...more })
const close = (user: User, password = PASSWORD, now = NOW) => deleteAccount({ password, confirmation: 'DELETE' }, contextOf(user, now))
const undo = (token: string, now: Date) => undoDeletion({ token }, contextAt(now))
const rowOf = (id: number) => database().user.findUnique({ where: { id } })
const messages = (recipient: string) => database().outboxMail.findMany({ where: { recipient } })
const events = async (id: number) =>
  (await database().auditEvent.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })).map(({ event }) => event)
const errorsOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => (error instanceof ValidationFailed ? error.errors : error),
  )
const linkToken = async (user: User) => {
  const [message] = await messages(user.email)
  return (await secretsForEmail(message?.oneTimeTokenId ?? 0, NOW))?.token ?? ''
}

describe('closing an account', () => {
  it('ends its sessions and refresh tokens, voids its links, and mails the way back', async () => {
    const user = await member()
    const caller = contextOf(user, NOW)
    const session = await database().$transaction((tx) => startSession(tx, user, 'api', caller))
    await issueRefreshToken(database(), { userId: user.id, sid: session.id }, NOW)
    await issueRefreshToken(database(), { userId: user.id, sid: null }, NOW)
    const reset = await issueOneTimeToken(database(), user, 'password_reset', 3600, NOW)
    const undoOfAddress = await issueOneTimeToken(database(), user, 'email_change_undo', 3600, NOW)
    expect(await close(user)).toEqual({ status: 204, body: null, cookie: null })
    expect(await rowOf(user.id)).toEqual({ ...user, isActive: false, deletionDueAt: later(GRACE), tokensNotBefore: NOW, deactivations: 1 })
    expect(await database().session.findUnique({ where: { id: session.id } })).toMatchObject({
      endedAt: NOW,
      endReason: 'account_deletion',
    })
    const tokens = await database().outstandingToken.findMany({ where: { userId: user.id }, include: { blacklisted: true } })
    expect(tokens.map(({ blacklisted }) => blacklisted?.blacklistedAt)).toEqual([NOW, NOW])
    expect(await secretsForEmail(reset, NOW)).toBeNull()
    // What gives the address back may be all that the victim of a thief has left.
    expect(await secretsForEmail(undoOfAddress, NOW)).not.toBeNull()
    expect(await messages(user.email)).toMatchObject([{ kind: 'account_deletion', userId: user.id }])
    expect(await events(user.id)).toEqual(['account_deletion_requested'])
  })

  it('with a wrong password, or one that has changed since, changes nothing, and is audited', async () => {
    const user = await member()
    for (const password of ['wrong', '', 'x'.repeat(5000)])
      expect(await errorsOf(close(user, password))).toEqual({ password: ['password_incorrect'] })
    await database().user.update({ where: { id: user.id }, data: { password: 'changed' } })
    expect(await errorsOf(close(user))).toEqual({ password: ['password_incorrect'] })
    expect(await rowOf(user.id)).toMatchObject({ isActive: true, deletionDueAt: null })
    expect(await messages(user.email)).toEqual([])
    expect(new Set(await events(user.id))).toEqual(new Set(['reauthentication_failed']))
  })

  it('is refused to the last superuser, and of two at the same time one stays', async () => {
    const [one, two] = [await member({ isSuperuser: true }), await member({ isSuperuser: true })]
    const outcomes = await Promise.all([errorsOf(close(one)), errorsOf(close(two))])
    const refused = outcomes.filter((outcome) => outcome !== null)
    expect(refused).toEqual([{ non_field_errors: ['last_superuser'] }])
    expect(await database().user.count({ where: { isSuperuser: true, isActive: true } })).toBe(1)
    const [last, gone] = outcomes[0] === null ? [two, one] : [one, two]
    expect(await errorsOf(close(last))).toEqual({ non_field_errors: ['last_superuser'] })
    await undo(await linkToken(gone), later(1000))
    expect(await errorsOf(close(last))).toBeNull()
  })
})

describe('the way back', () => {
  it('works once, until the account is due, and logs no one in', async () => {
    const user = await member()
    await close(user)
    const token = await linkToken(user)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => errorsOf(undo(token, later(GRACE - 1)))))
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1)
    for (const outcome of outcomes.filter((other) => other !== null)) expect(outcome).toEqual({ token: [expect.stringMatching(/^token_/)] })
    expect(await rowOf(user.id)).toEqual({ ...user, tokensNotBefore: NOW, deactivations: 1 })
    expect(await errorsOf(undo(token, later(GRACE - 1)))).toEqual({ token: ['token_used'] })
    expect(await events(user.id)).toEqual(['account_deletion_requested', 'account_deletion_undone'])
    expect(await database().session.count({ where: { userId: user.id, endedAt: null } })).toBe(0)
  })

  it('is refused when the account is due, and without the link', async () => {
    const user = await member()
    await close(user)
    expect(await errorsOf(undo(await linkToken(user), later(GRACE)))).toEqual({ token: ['token_expired'] })
    expect(await errorsOf(undo('no such token', NOW))).toEqual({ token: ['token_unknown'] })
    expect(await rowOf(user.id)).toMatchObject({ isActive: false })
  })
})

describe('when an account is due', () => {
  it('it is deleted then and not before, and its owner is told', async () => {
    const [user, staying] = [await member(), await member()]
    await close(user)
    expect((await runDue('delete-closed-accounts', later(GRACE - 1))).handled).toBe(0)
    expect((await runDue('delete-closed-accounts', later(GRACE))).handled).toBeGreaterThanOrEqual(1)
    expect(await rowOf(user.id)).toBeNull()
    expect(await rowOf(staying.id)).toEqual(staying)
    expect(await messages(user.email)).toMatchObject([{ kind: 'account_deleted', userId: null, oneTimeTokenId: null }])
    expect(await events(user.id)).toEqual(['account_deletion_requested', 'account_deleted'])
  })

  it('an account that an administrator deactivated, and one that was restored, stay', async () => {
    const [deactivated, restored] = [await member({ isActive: false }), await member()]
    await close(restored)
    await undo(await linkToken(restored), later(1000))
    await runDue('delete-closed-accounts', later(2 * GRACE))
    expect(await rowOf(deactivated.id)).toEqual(deactivated)
    expect(await rowOf(restored.id)).toEqual({ ...restored, tokensNotBefore: NOW, deactivations: 1 })
  })
})

describe('deleting an account', () => {
  it('leaves no row of it in any table but the audit log, and its refresh tokens blacklisted', async () => {
    const user = await member()
    const db = database()
    const contentType = await db.contentType.create({ data: { appLabel: 'accounts', model: `m${user.id}` } })
    const permission = await db.permission.create({ data: { name: 'x', codename: `x${user.id}`, contentTypeId: contentType.id } })
    const group = await db.group.create({ data: { name: `g${user.id}` } })
    await db.userGroup.create({ data: { userId: user.id, groupId: group.id } })
    await db.userPermission.create({ data: { userId: user.id, permissionId: permission.id } })
    await db.logEntry.create({
      data: { actionTime: NOW, objectRepr: 'x', actionFlag: 1, changeMessage: '', userId: user.id, contentTypeId: contentType.id },
    })
    await db.knownDevice.create({ data: { userId: user.id, fingerprint: 'f', createdAt: NOW, lastSeenAt: NOW } })
    const session = await db.$transaction((tx) => startSession(tx, user, 'api', contextOf(user, NOW)))
    await issueRefreshToken(db, { userId: user.id, sid: session.id }, NOW, `jti${user.id}`)
    await issueOneTimeToken(db, user, 'password_reset', 3600, NOW)
    const content = { subject: 's', preheader: 'p', heading: 'h', paragraphs: [], closing: 'c' }
    await enqueueEmail(db, { kind: 'new_device', recipient: user.email, userId: user.id, content }, NOW)

    expect(await db.$transaction((tx) => removeAccount(tx, user.id, NOW))).toBe(true)

    const mine = { where: { userId: user.id } }
    const left = await Promise.all([
      db.userGroup.count(mine),
      db.userPermission.count(mine),
      db.logEntry.count(mine),
      db.knownDevice.count(mine),
      db.session.count(mine),
      db.outstandingToken.count(mine),
      db.oneTimeToken.count(mine),
      db.outboxMail.count(mine),
      db.user.count({ where: { id: user.id } }),
    ])
    expect(left).toEqual(Array(9).fill(0))
    const token = await db.outstandingToken.findUniqueOrThrow({ where: { jti: `jti${user.id}` }, include: { blacklisted: true } })
    expect(token).toMatchObject({ userId: null, sessionId: null, blacklisted: { blacklistedAt: NOW } })
    expect(await db.group.count({ where: { id: group.id } })).toBe(1)
    expect(await db.$transaction((tx) => removeAccount(tx, user.id, NOW))).toBe(false)
  })
})
