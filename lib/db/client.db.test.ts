import { describe, expect, it } from 'vitest'
import { newUser } from '../users/testing/new-user.ts'
import { database, isUnavailable, type Transaction, uniqueViolation } from './client.ts'

describe.runIf(process.env.TEST_PROVIDER === 'sqlite')('SQLite is durable and strict', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['busy_timeout', 0],
  ])('PRAGMA %s is %s on the connection that reads and on the one that writes', async (pragma, value) => {
    const ask = async (db: Transaction) => Object.values((await db.$queryRawUnsafe<Record<string, unknown>[]>(`PRAGMA ${pragma}`))[0] ?? {})
    expect(String(await ask(database()))).toBe(String(value))
    expect(String(await database().$transaction(ask))).toBe(String(value))
  })
})

it('a write acknowledged while another request’s transaction was open is kept when that one is rolled back', async () => {
  let written = Promise.resolve('')
  const rolledBack = database().$transaction(async (tx) => {
    await tx.user.updateMany({ where: { id: -1 }, data: { name: 'x' } })
    written = newUser().then((user) => user.email)
    throw new Error('rolled back')
  })
  await expect(rolledBack).rejects.toThrow('rolled back')
  expect(await database().user.count({ where: { email: await written } })).toBe(1)
})

it('an account’s id may be any bigint that JavaScript counts exactly', async () => {
  const id = 2 ** 40 + 1
  const { email } = await newUser()
  await database().$executeRawUnsafe(`UPDATE accounts_user SET id = ${id} WHERE email = '${email}'`)
  expect((await database().user.findUniqueOrThrow({ where: { id } })).email).toBe(email)
  const session = {
    id: 's'.repeat(32),
    userId: id,
    kind: 'api',
    userAgent: '',
    createdAt: new Date(),
    lastUsedAt: new Date(),
    expiresAt: new Date(),
  }
  expect((await database().session.create({ data: session })).userId).toBe(id)
})

it('a filter whose value is missing is an error, never no filter (HT-4)', async () => {
  const where = { email: undefined } as unknown as { email: string }
  await expect(database().user.findFirst({ where })).rejects.toThrow(/undefined/)
})

describe('errors are told apart', () => {
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    )

  it('a unique violation names its column and is no outage', async () => {
    const { email } = await newUser()
    const error = await failure(newUser({ email }))
    expect(uniqueViolation(error)).toMatch(/email/)
    expect(isUnavailable(error)).toBe(false)
  })

  it('an address in other capitals violates the index over the lower-cased column', async () => {
    const { email } = await newUser()
    expect(uniqueViolation(await failure(newUser({ email: email.toUpperCase() })))).toMatch(/email/)
  })

  it('a broken constraint of another kind is neither', async () => {
    const session = {
      id: 'x'.repeat(32),
      userId: 999_999_999,
      kind: 'api',
      userAgent: '',
      createdAt: new Date(),
      lastUsedAt: new Date(),
      expiresAt: new Date(),
    }
    const error = await failure(database().session.create({ data: session }))
    expect(error).toBeInstanceOf(Error)
    expect(uniqueViolation(error)).toBeNull()
    expect(isUnavailable(error)).toBe(false)
  })
})
