import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { signIn } from '../../authentication/testing/sign-in.ts'
import { database, type User } from '../../db/client.ts'
import type { ValidationFailed } from '../../errors.ts'
import type { AuthenticatedContext } from '../../http/endpoint.ts'
import { contextAt } from '../../http/testing/context.ts'
import { verifyToken } from '../../jwt/tokens.ts'
import { checkPassword, makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { countHashes } from '../../passwords/testing/count-hashes.ts'
import { loadActiveUser, type Principal } from '../../sessions/principal.ts'
import { issueOneTimeToken } from '../../tokens/one-time-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { changePassword, checkNewPassword } from './endpoints.ts'

afterAll(() => hashingPool().close())

const START = new Date('2026-03-01T10:00:00Z')
const OLD = 'Old-Passw0rd-quartz'
const NEW = 'Corr3ct-horse-battery'

let user: User

beforeEach(async () => {
  user = await newUser({ password: await makePassword(OLD) })
})

/** A login of the account: the context of its requests, and whether its session still stands. */
async function session(): Promise<{ context: AuthenticatedContext; stands: () => Promise<boolean> }> {
  const { tokens } = await database().$transaction((tx) => signIn(tx, user, contextAt(START)))
  const claims = await verifyToken(tokens?.access ?? '', 'access', START)
  const principal: Principal = { user, claims, via: 'header', extendedToken: null }
  return { context: contextAt(START, { principal }), stands: async () => typeof (await loadActiveUser(claims, START)) !== 'string' }
}

const change = (context: AuthenticatedContext, current_password = OLD, password = NEW) =>
  changePassword({ current_password, password, confirm_password: password }, context)
const refusal = (context: AuthenticatedContext, current_password?: string, password?: string) =>
  change(context, current_password, password).then(
    () => 'accepted',
    (error: ValidationFailed) => error.errors,
  )
const currentHash = async () => (await database().user.findUniqueOrThrow({ where: { id: user.id } })).password

describe('PW-9: a change of password', () => {
  it('needs the current one, and a wrong one costs a single hash', async () => {
    const { context, stands } = await session()
    const wrong = async () => expect(await refusal(context, 'wrong')).toEqual({ current_password: ['password_incorrect'] })
    expect(await countHashes(wrong)).toBe(1)
    expect(await currentHash()).toBe(user.password)
    expect(await stands()).toBe(true)
    expect(await refusal(context, 'x'.repeat(5000))).toEqual({ current_password: ['password_incorrect'] })
  })

  it('ends the other sessions and keeps the one that asks; the owner is told, and the log says so (RT-10)', async () => {
    const [mine, other, third] = [await session(), await session(), await session()]
    expect(await change(mine.context)).toMatchObject({ flash: { values: { sessions_ended: '2' } } })
    expect([await mine.stands(), await other.stands(), await third.stands()]).toEqual([true, false, false])
    expect(await checkPassword(NEW, await currentHash())).toBe(true)
    expect(await database().outboxMail.count({ where: { recipient: user.email, kind: 'password_changed' } })).toBe(1)
    const [event] = await database().auditEvent.findMany({ where: { subjectId: user.id } })
    expect(event).toMatchObject({ event: 'password_changed', actorId: user.id, detail: '{"sessionsEnded":2,"by":"owner"}' })
  })

  it('ends every session when a token of the original, which names none, asks for it', async () => {
    const mine = await session()
    const legacy = mine.context.principal as Principal
    await change(contextAt(START, { principal: { ...legacy, claims: { ...legacy.claims, sid: null } } }))
    expect(await mine.stands()).toBe(false)
  })

  it('makes pending resets and changes of address void', async () => {
    const { context } = await session()
    const ids = await database().$transaction(async (tx) => [
      await issueOneTimeToken(tx, user, 'password_reset', 3600, START),
      await issueOneTimeToken(tx, user, 'email_change', 3600, START, { email: 'thief@example.com' }),
    ])
    await change(context)
    expect(await database().oneTimeToken.count({ where: { id: { in: ids }, voidedAt: null } })).toBe(0)
  })

  it('of two at once only one succeeds, and its password is the one that works', async () => {
    const { context } = await session()
    const passwords = ['Corr3ct-horse-one-battery', 'Corr3ct-horse-two-battery']
    const outcomes = await Promise.all(passwords.map((password) => refusal(context, OLD, password)))
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
    expect(await checkPassword(passwords[outcomes.indexOf('accepted')] as string, await currentHash())).toBe(true)
  })

  it('takes no password that is the old one, breaks the rules or resembles the account', async () => {
    const { context } = await session()
    const problems = (password: string) => checkNewPassword({ current_password: OLD, password }, context)
    expect(await problems(OLD)).toEqual({ password: ['password_unchanged'] })
    expect(await problems('password123')).toEqual({ password: ['password_too_common'] })
    expect(await problems(user.email)).toEqual({ password: ['password_too_similar:email'] })
    expect(await problems(NEW)).toEqual({})
  })
})
