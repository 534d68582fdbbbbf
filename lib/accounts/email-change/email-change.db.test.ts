import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { newPasskey } from '../../credentials/testing/new-passkey.ts'
import { database, type User } from '../../db/client.ts'
import { ValidationFailed } from '../../errors.ts'
import { contextAt } from '../../http/testing/context.ts'
import type { Claims } from '../../jwt/tokens.ts'
import { renderSecrets } from '../../mail/deliver-outbox.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { startSession } from '../../sessions/session.ts'
import { issueOneTimeToken, pendingToken, secretsForEmail } from '../../tokens/one-time-token.ts'
import { availableUsername, createUser, withAvailableUsername } from '../../users/create-user.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { replacePassword } from '../password-change/replace-password.ts'
import { requestPasswordReset } from '../password-reset/request-password-reset.ts'
import { changeEmail } from './change-links.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { checkNewEmail, requestEmailChange } from './request-email-change.ts'
import { undoEmailChange } from './undo-email-change.ts'

afterAll(() => hashingPool().close())

const START = new Date('2026-03-01T10:00:00Z')
const PASSWORD = 'Old-Passw0rd-quartz'
const hash = await makePassword(PASSWORD)
const HOUR = 3600
const DAY = 86_400

let user: User
let fresh: string

beforeEach(async () => {
  user = await newUser({ password: hash })
  fresh = `new-${user.email}`
})

const at = (seconds: number) => contextAt(new Date(START.getTime() + seconds * 1000))
const current = (id = user.id) => database().user.findUniqueOrThrow({ where: { id } })

async function request(email: string, seconds = 0, password = PASSWORD) {
  const principal = { user: await current(), claims: { sid: null } as Claims, via: 'header' as const, extendedToken: null }
  const context = { ...at(seconds), principal }
  const errors = await checkNewEmail({ email }, context)
  if (Object.keys(errors).length > 0) throw new ValidationFailed(errors)
  return requestEmailChange({ email, password }, context)
}

const emailsTo = (recipient: string) => database().outboxMail.findMany({ where: { recipient }, orderBy: { id: 'asc' } })

/** The token of the newest email of a kind to an address. */
async function tokenTo(recipient: string, kind: string, seconds = 0): Promise<string> {
  const message = (await emailsTo(recipient)).filter((row) => row.kind === kind).at(-1)
  const { text } = (message && (await renderSecrets(message, at(seconds).now))) ?? { text: '' }
  return /token=([\w-]+)/.exec(text)?.[1] ?? 'none'
}

const outcomeOf = (done: Promise<unknown>) =>
  done.then(
    () => 'accepted',
    ({ errors }: ValidationFailed) => errors,
  )
const confirm = (token: string, seconds = 1, password = PASSWORD) => outcomeOf(confirmEmailChange({ token, password }, at(seconds)))
const undo = (token: string, seconds = 2) => outcomeOf(undoEmailChange({ token }, at(seconds)))

/** Moves the account, and gives the link that undoes it. */
async function move(to: string, seconds = 0): Promise<string> {
  const from = (await current()).email
  await request(to, seconds)
  expect(await confirm(await tokenTo(to, 'email_change', seconds), seconds)).toBe('accepted')
  return tokenTo(from, 'email_changed', seconds)
}

describe('EN-3: an address that has, or had, an account is told from a free one by nothing', () => {
  const kinds = {
    free: async () => fresh,
    taken: async () => (await newUser()).email,
    closed: async () => {
      const { email, id } = await newUser({ isActive: false, deletionDueAt: at(DAY).now })
      const owner = await current(id)
      await database().$transaction((tx) => issueOneTimeToken(tx, owner, 'account_deletion_undo', DAY, START))
      return email
    },
    reserved: async () => {
      const owner = await newUser()
      const email = `former-${owner.email}`
      await database().$transaction((tx) => issueOneTimeToken(tx, owner, 'email_change_undo', DAY, START, { email }))
      return email
    },
  }

  it.each(Object.entries(kinds))('%s: the change waits, and can be asked for four times an hour', async (_kind, addressOf) => {
    await expectFourChanges(await addressOf())
  })

  it.each(Object.entries(kinds))('%s: so it is after four resets, which are counted only for accounts', async (_kind, addressOf) => {
    const email = await addressOf()
    for (let count = 0; count < 4; count++) await requestPasswordReset({ email }, at(0))
    await expectFourChanges(email)
  })

  async function expectFourChanges(email: string) {
    for (let seconds = 0; seconds < 4; seconds++) {
      expect(await outcomeOf(request(email, seconds))).toBe('accepted')
      const pending = await pendingToken('email_change', await current(), at(seconds).now)
      expect(pending).toMatchObject({ email, createdAt: at(seconds).now, expiresAt: at(seconds + HOUR).now })
    }
    await expect(request(email, 10)).rejects.toMatchObject({ status: 429, retryAfter: HOUR - 10 })
    expect(await pendingToken('email_change', await current(), at(10).now)).toMatchObject({ email, expiresAt: at(3 + HOUR).now })
  }
})

describe('asking for another address', () => {
  it('that has reached its email limit leaves the newest link to it working', async () => {
    await request(fresh)
    const link = await tokenTo(fresh, 'email_change')
    const asking = user
    for (let count = 0; count < 3; count++) {
      user = await newUser({ password: hash })
      await request(fresh, 2)
    }
    user = asking
    await request(fresh, 3)
    expect(await emailsTo(fresh)).toHaveLength(4)
    expect(await confirm(link, 4)).toBe('accepted')
    expect(await pendingToken('email_change', await current(), at(5).now)).toBeNull()
  })

  it('that gets no more emails makes the link to another one void all the same', async () => {
    for (let count = 0; count < 4; count++) {
      const asker = user
      user = await newUser({ password: hash })
      await request(fresh)
      user = asker
    }
    const other = `other-${fresh}`
    await request(other, 1)
    const link = await tokenTo(other, 'email_change', 1)
    await request(fresh, 2)
    expect(await emailsTo(fresh)).toHaveLength(4)
    expect(await confirm(link, 3)).toEqual({ token: ['token_replaced'] })
  })

  it('over the limit of one address sends nothing and leaves the newest link working', async () => {
    for (let seconds = 0; seconds < 4; seconds++) await request(fresh, seconds)
    const newest = await tokenTo(fresh, 'email_change', 4)
    await expect(request(fresh, 4)).rejects.toMatchObject({ status: 429 })
    expect(await confirm(newest, 5)).toBe('accepted')
  })

  it('needs the password, and another address than the present one', async () => {
    expect(await outcomeOf(request(fresh, 0, 'wrong'))).toEqual({ password: ['password_incorrect'] })
    expect(await outcomeOf(request(user.email))).toEqual({ email: ['email_unchanged'] })
    expect(await emailsTo(fresh)).toEqual([])
  })

  it('EV-5: changes nothing yet, and writes to both addresses', async () => {
    await request(fresh)
    expect((await current()).email).toBe(user.email)
    expect((await emailsTo(fresh)).map(({ kind }) => kind)).toEqual(['email_change'])
    expect((await emailsTo(user.email)).map(({ kind }) => kind)).toEqual(['email_change_notice'])
  })

  it('EN-3: answers the same where the address is taken; its owner is told, and gets no link', async () => {
    const owner = await newUser()
    const [free, taken] = [await request(fresh), await request(owner.email)]
    expect(taken.body).toEqual(free.body)
    const [message] = await emailsTo(owner.email)
    expect(message).toMatchObject({ kind: 'already_registered', oneTimeTokenId: null })
    expect((await emailsTo(user.email)).map(({ kind }) => kind)).toEqual(['email_change_notice', 'email_change_notice'])
  })
})

describe('confirming it', () => {
  it('moves the account, proves the address, and the user name follows', async () => {
    await move(fresh)
    expect(await current()).toMatchObject({ email: fresh, username: fresh, emailVerifiedAt: START, password: hash })
    expect((await emailsTo(user.email)).map(({ kind }) => kind)).toEqual(['email_change_notice', 'email_changed'])
    expect((await emailsTo(fresh)).map(({ kind }) => kind)).toEqual(['email_change', 'email_changed'])
    const events = await database().auditEvent.findMany({ where: { subjectId: user.id }, orderBy: { id: 'asc' } })
    expect(events.map(({ event }) => event)).toEqual(['email_change_requested', 'email_changed', 'email_verified'])
    expect(events[1]?.detail).toBe(JSON.stringify({ from: user.email, to: fresh }))
  })

  it('leaves a user name that was chosen otherwise', async () => {
    await database().user.update({ where: { id: user.id }, data: { username: `chosen-${user.id}` } })
    await move(fresh)
    expect((await current()).username).toBe(`chosen-${user.id}`)
  })

  it('works once, for an hour, and not after a newer request', async () => {
    await request(fresh)
    const first = await tokenTo(fresh, 'email_change')
    await request(fresh, 1)
    const second = await tokenTo(fresh, 'email_change', 1)
    expect(await confirm(first, 2)).toEqual({ token: ['token_replaced'] })
    expect(await confirm(second, 1 + HOUR)).toEqual({ token: ['token_expired'] })
    expect(await confirm(second, HOUR)).toBe('accepted')
    expect(await confirm(second, HOUR)).toEqual({ token: ['token_used'] })
    expect(await confirm('nonsense')).toEqual({ token: ['token_unknown'] })
  })

  it('RS-7: a pending change dies with the password', async () => {
    await request(fresh)
    const token = await tokenTo(fresh, 'email_change')
    await database().$transaction((tx) => replacePassword(tx, user, '!other', { reason: 'password_reset' }, at(1)))
    expect(await confirm(token)).toEqual({ token: ['token_replaced'] })
    expect((await current()).email).toBe(user.email)
  })

  it('is refused when the email has been taken since, in any spelling', async () => {
    await request(fresh)
    const token = await tokenTo(fresh, 'email_change')
    const other = await newUser({ email: fresh.toUpperCase() })
    expect(await confirm(token)).toEqual({ email: ['unique:email'] })
    await database().user.delete({ where: { id: other.id } })
    expect(await confirm(token), 'the refusal used nothing up').toBe('accepted')
  })

  it('of two accounts that confirm one address at once, one gets it', async () => {
    const first = user
    await request(fresh)
    const firstToken = await tokenTo(fresh, 'email_change')
    user = await newUser({ password: hash })
    await request(fresh)
    const secondToken = await tokenTo(fresh, 'email_change')
    const outcomes = await Promise.all([confirm(firstToken), confirm(secondToken)])
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
    expect(outcomes.find((outcome) => outcome !== 'accepted')).toEqual({ email: ['unique:email'] })
    const winner = outcomes[0] === 'accepted' ? first : user
    expect((await current(winner.id)).email).toBe(fresh)
  })
})

describe('SU-5: confirming shows whose change it is', () => {
  const asking = async () => {
    await request(fresh)
    return tokenTo(fresh, 'email_change')
  }
  const confirmAs = (principalId: number | null, token: string, client: 'api' | 'browser') => {
    const claims = { sid: null } as Claims
    const principal =
      principalId === null ? null : { user: { ...user, id: principalId }, claims, via: 'header' as const, extendedToken: null }
    const who = client === 'api' ? { principal } : { browserPrincipal: principal, client }
    return outcomeOf(confirmEmailChange({ token }, { ...at(1), ...who }))
  }

  it.each(['api', 'browser'] as const)('%s: the link alone, or with the session of another account, is not enough', async (client) => {
    const token = await asking()
    for (const id of [null, (await newUser()).id]) expect(await confirmAs(id, token, client)).toEqual({ password: ['required'] })
    expect(await current()).toMatchObject({ email: user.email, emailVerifiedAt: null })
    expect(await confirmAs(user.id, token, client)).toBe('accepted')
    expect(await current()).toMatchObject({ email: fresh })
  })

  it('a wrong password is refused, and after ten the link no longer works', async () => {
    const token = await asking()
    for (let count = 0; count < 10; count++) expect(await confirm(token, 1, 'wrong')).toEqual({ password: ['password_incorrect'] })
    expect(await confirm(token)).toEqual({ token: ['token_replaced'] })
  })

  it('is refused for an address that is reserved for its former account, whose undo goes on working', async () => {
    const owner = user
    const undoLink = await move(fresh)
    user = await newUser({ password: hash })
    await request(owner.email, 3)
    expect((await emailsTo(owner.email)).at(-1)?.kind, 'only its mailbox is told').toBe('address_reserved')
    expect(await tokenTo(owner.email, 'address_reserved', 3), 'and is led back').toBe(undoLink)
    const row = await database().$transaction((tx) => issueOneTimeToken(tx, user, 'email_change', HOUR, at(3).now, { email: owner.email }))
    const secrets = await secretsForEmail(row, at(3).now)
    expect(await confirm(secrets?.token ?? '', 4)).toEqual({ email: ['unique:email'] })
    expect(await undo(undoLink, 5)).toBe('accepted')
  })

  it('the account itself may have its reserved former address again', async () => {
    const first = user.email
    await move(fresh)
    await move(first, 2)
    expect((await current()).email).toBe(first)
  })

  it('a user name that is taken at the last moment is no error of the address: another one is chosen', async () => {
    await request(fresh)
    const token = await tokenTo(fresh, 'email_change')
    let taken = false
    const outcome = await outcomeOf(
      withAvailableUsername(fresh, async (username) => {
        if (!taken) await newUser({ username })
        taken = true
        return database().$transaction((tx) => changeEmail(tx, user, { email: fresh, username }, START))
      }),
    )
    expect([outcome, token.length]).toEqual(['accepted', 43])
    expect((await current()).username).toMatch(/-[0-9a-f]{16}$/)
  })
})

describe('RS-7: undoing it', () => {
  it('removes passkeys, which may be those of the thief who changed the address', async () => {
    await newPasskey(user.id, START)
    const token = await move(fresh)
    await newPasskey(user.id, at(1).now)
    expect(await undo(token)).toBe('accepted')
    expect(await database().passkey.count({ where: { userId: user.id } })).toBe(0)
  })

  it('gives the address back, ends all sessions, lets the old password in no more, and begins a reset', async () => {
    const token = await move(fresh)
    await database().$transaction((tx) => startSession(tx, user, 'browser', at(1)))
    expect(await undo(token)).toBe('accepted')
    const restored = await current()
    expect(restored).toMatchObject({ email: user.email, username: user.email })
    expect(restored.password).toMatch(/^!/)
    expect(await database().session.count({ where: { userId: user.id, endedAt: null } })).toBe(0)
    expect((await emailsTo(user.email)).at(-1)?.kind).toBe('address_restored')
    expect(await tokenTo(user.email, 'address_restored', 3)).not.toBe('none')
    expect((await emailsTo(fresh)).at(-1)?.kind).toBe('email_change_undone')
    expect(await undo(token)).toEqual({ token: ['token_used'] })
  })

  it('works for 72 hours, whatever the thief does to the password', async () => {
    const token = await move(fresh)
    const moved = await current()
    await database().$transaction((tx) => replacePassword(tx, moved, '!thief', { reason: 'password_change' }, at(1)))
    expect(await undo(token, 72 * HOUR)).toEqual({ token: ['token_expired'] })
    expect(await undo(token, 72 * HOUR - 1)).toBe('accepted')
  })

  it('the first of a chain of addresses has the last word', async () => {
    const [second, third] = [`b-${user.email}`, `c-${user.email}`]
    const firstLink = await move(second)
    const secondLink = await move(third, 1)
    expect(await undo(firstLink)).toBe('accepted')
    expect((await current()).email).toBe(user.email)
    expect(await undo(secondLink)).toEqual({ token: ['token_replaced'] })
  })

  it('by a later one of a chain leaves the earlier one its word', async () => {
    const [second, third] = [`b-${user.email}`, `c-${user.email}`]
    const firstLink = await move(second)
    const secondLink = await move(third, 1)
    expect(await undo(secondLink)).toBe('accepted')
    expect((await current()).email).toBe(second)
    expect(await undo(firstLink, 3)).toBe('accepted')
    expect((await current()).email).toBe(user.email)
  })

  it('stops a deletion that the thief asked for, and every change that is pending', async () => {
    const token = await move(fresh)
    await request(`other-${fresh}`, 1)
    const pending = await tokenTo(`other-${fresh}`, 'email_change', 1)
    await database().user.update({ where: { id: user.id }, data: { isActive: false, deletionDueAt: at(HOUR).now } })
    expect(await undo(token)).toBe('accepted')
    expect(await current()).toMatchObject({ isActive: true, deletionDueAt: null })
    expect(await confirm(pending, 3)).toEqual({ token: ['token_replaced'] })
  })

  it('does not open an account that an administrator closed', async () => {
    const token = await move(fresh)
    await database().user.update({ where: { id: user.id }, data: { isActive: false } })
    expect(await undo(token)).toEqual({ token: ['token_replaced'] })
  })

  it('cannot be prevented by a new account with the former email', async () => {
    const token = await move(fresh)
    const { email } = user
    const username = await availableUsername(email)
    const signUp = (seconds: number) =>
      outcomeOf(
        database().$transaction((tx) =>
          createUser(tx, { email, username, phone: `squat-${user.id}`, name: 'Squatter', passwordHash: '!' }, at(seconds).now),
        ),
      )
    expect(await signUp(1)).toEqual({ email: ['unique:email'] })
    expect(await undo(token)).toBe('accepted')
  })

  it('frees the former address for others once it can be undone no longer', async () => {
    await move(fresh)
    const details = { email: user.email, username: `free-${user.id}`, phone: `free-${user.id}`, name: 'Next', passwordHash: '!' }
    const created = await database().$transaction((tx) => createUser(tx, details, at(72 * HOUR).now))
    expect(created.email).toBe(user.email)
  })
})
