/** What staff decide about an account holds against links that were mailed before (LG-2, SU-5, RS-6). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteAccount } from '../../../accounts/account-deletion/delete-account.ts'
import { undoDeletion } from '../../../accounts/account-deletion/undo-deletion.ts'
import { undoEmailChange } from '../../../accounts/email-change/undo-email-change.ts'
import { confirmPasswordReset } from '../../../accounts/password-reset/confirm-password-reset.ts'
import { requestPasswordReset } from '../../../accounts/password-reset/request-password-reset.ts'
import { changeUserBy } from '../../../cli/user.ts'
import { database, type User } from '../../../db/client.ts'
import { contextOf } from '../../../http/testing/context.ts'
import { makePassword } from '../../../passwords/hash.ts'
import { hashingPool } from '../../../passwords/pool.ts'
import { issueOneTimeToken, secretsForEmail } from '../../../tokens/one-time-token.ts'
import { newUser } from '../../../users/testing/new-user.ts'
import { changeObject } from '../../core/change-objects.ts'
import { outcome } from '../../testing/outcome.ts'
import { recentSession, superuser } from '../../testing/staff.ts'
import { actOnUsers } from './act-on-users.ts'
import { userAdmin } from './declaration.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const PASSWORD = 'Corr3ct-horse-battery'
const asks = (actor: User, id?: number) => ({
  ...contextOf(actor, NOW, recentSession(actor)),
  ...(id !== undefined && { params: { id: String(id) } }),
})

let password = ''
beforeAll(async () => {
  password = await makePassword(PASSWORD)
})
afterAll(() => hashingPool().close())

/** The secret of the link to undo something, as the mail has it. */
async function undoLink(user: User, purpose: 'account_deletion_undo' | 'email_change_undo'): Promise<string> {
  const row =
    purpose === 'account_deletion_undo'
      ? (await database().oneTimeToken.findFirstOrThrow({ where: { userId: user.id, purpose } })).id
      : await issueOneTimeToken(database(), { ...user, email: `former-${user.email}` }, purpose, 3600, NOW)
  return (await secretsForEmail(row, NOW))?.token ?? ''
}

/** The secret of the newest link to set a new password. */
async function resetLink({ id: userId }: User): Promise<string> {
  const row = await database().oneTimeToken.findFirstOrThrow({ where: { userId, purpose: 'password_reset' }, orderBy: { id: 'desc' } })
  return (await secretsForEmail(row.id, NOW))?.token ?? ''
}

const shutOut = {
  'an action': (root: User, user: User) => actOnUsers({ action: 'deactivate', ids: [user.id] }, asks(root)),
  'a change': (root: User, user: User) => changeObject(userAdmin, { is_active: false }, asks(root, user.id)),
  'the command line': (_: User, user: User) => changeUserBy('deactivate', user.email),
}

describe('whom staff have shut out', () => {
  it.each(Object.entries(shutOut))('by %s does not come back by closing the account beforehand', async (_, close) => {
    const [root, user] = [await superuser(), await newUser({ password })]
    await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(user))
    const token = await undoLink(user, 'account_deletion_undo')
    expect(token).not.toBe('')
    await requestPasswordReset({ email: user.email }, asks(user))
    const reset = await resetLink(user)
    await close(root, user)
    expect(await outcome(undoDeletion({ token }, asks(user)))).toEqual({ token: [expect.stringMatching(/^token_/)] })
    const used = { token: reset, password: 'An0ther-horse-battery', confirm_password: 'An0ther-horse-battery' }
    expect(await outcome(confirmPasswordReset(used, asks(user)))).toEqual({ token: [expect.stringMatching(/^token_/)] })
    const sent = await database().outboxMail.count({ where: { recipient: user.email } })
    await requestPasswordReset({ email: user.email }, asks(user))
    expect(await database().outboxMail.count({ where: { recipient: user.email } }), 'nor asks for another link').toBe(sent)
    const row = await database().user.findUniqueOrThrow({ where: { id: user.id } })
    expect(row.isActive).toBe(false)
    expect(row.deletionDueAt, 'what its owner asked for is done all the same').not.toBeNull()
  })

  it.each(Object.entries(shutOut))('by %s does not come back by a former address', async (_, close) => {
    const [root, user] = [await superuser(), await newUser({ password })]
    const token = await undoLink(user, 'email_change_undo')
    await close(root, user)
    expect(await outcome(undoEmailChange({ token }, asks(user)))).toEqual({ token: [expect.stringMatching(/^token_/)] })
    expect(await database().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ isActive: false, email: user.email })
  })
})

/** What is left of an account, and what was said of it. */
async function traces({ id: userId, email }: User) {
  const user = await database().user.findUniqueOrThrow({ where: { id: userId } })
  const [sessions, links, tokens, events] = await Promise.all([
    database().session.findMany({ where: { userId }, select: { endReason: true } }),
    database().oneTimeToken.count({ where: { userId, usedAt: null, voidedAt: null } }),
    database().outstandingToken.count({ where: { userId, blacklisted: null } }),
    database().auditEvent.findMany({ where: { subjectId: userId, event: { startsWith: 'user_' } }, orderBy: { id: 'asc' } }),
  ])
  return {
    isActive: user.isActive,
    isDue: user.deletionDueAt !== null,
    tokensRefused: user.tokensNotBefore !== null,
    sessions,
    links,
    tokens,
    events: events.map(({ event, detail }) => [event, JSON.parse(detail)]),
    emails: await database().outboxMail.count({ where: { recipient: email } }),
  }
}

/** An account that is used, also when the command line looks at the clock, and has links under way. */
async function usedAccount(): Promise<User> {
  const user = await newUser({ password })
  const times = { createdAt: NOW, lastUsedAt: new Date(), expiresAt: new Date('2100-01-01T00:00:00Z'), authenticatedAt: NOW }
  const { id: sessionId } = await database().session.create({
    data: { id: `used-${user.id}`, userId: user.id, kind: 'api', userAgent: 'test', ...times },
  })
  await database().outstandingToken.create({
    data: { userId: user.id, sessionId, jti: `jti-${user.id}`, token: '', createdAt: NOW, expiresAt: times.expiresAt },
  })
  await undoLink(user, 'email_change_undo')
  await requestPasswordReset({ email: user.email }, asks(user))
  return user
}

const accounts = {
  'an account in use': usedAccount,
  'one that its owner closed': async () => {
    const user = await usedAccount()
    await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(user))
    return user
  },
  'one that is inactive already': async () => {
    const user = await usedAccount()
    return database().user.update({ where: { id: user.id }, data: { isActive: false } })
  },
}

describe('deactivating', () => {
  it.each(Object.entries(accounts))('%s does the same by each way, and nothing the second time', async (name, make) => {
    const root = await superuser()
    const found = await Promise.all(
      Object.values(shutOut).map(async (close) => {
        const user = await make()
        await close(root, user)
        const first = await traces(user)
        await close(root, user)
        expect(await traces(user)).toEqual(first)
        return first
      }),
    )
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
    expect(found[0]?.isActive).toBe(false)
    expect(found[0]?.events.map(([event]) => event)).toEqual(name === 'one that is inactive already' ? [] : ['user_changed'])
  })
})

it('the bulk action counts a closed account whose owner it shuts out, and says nothing was done the second time', async () => {
  const [root, user] = [await superuser(), await newUser({ password })]
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(user))
  const deactivate = async () => (await actOnUsers({ action: 'deactivate', ids: [user.id] }, asks(root))).body
  expect(await deactivate()).toMatchObject({ count: 1 })
  expect(await deactivate()).toMatchObject({ count: 0 })
  const events = await database().auditEvent.findMany({ where: { subjectId: user.id, event: 'user_changed' } })
  expect(events).toHaveLength(1)
})

it('changing another field of a closed account leaves its owner the way back', async () => {
  const [root, user] = [await superuser(), await newUser({ password })]
  await deleteAccount({ password: PASSWORD, confirmation: 'DELETE' }, asks(user))
  await changeObject(userAdmin, { name: 'Renamed' }, asks(root, user.id))
  expect(await outcome(undoDeletion({ token: await undoLink(user, 'account_deletion_undo') }, asks(user)))).toBe(200)
})

it('an address that staff set is not taken back by the link that a former address was mailed', async () => {
  const [root, user] = [await superuser(), await newUser({ password })]
  const token = await undoLink(user, 'email_change_undo')
  await changeObject(userAdmin, { email: `handed-over-${user.email}` }, asks(root, user.id))
  expect(await outcome(undoEmailChange({ token }, asks(user)))).toEqual({ token: [expect.stringMatching(/^token_/)] })
  expect(await database().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ email: `handed-over-${user.email}` })
})
