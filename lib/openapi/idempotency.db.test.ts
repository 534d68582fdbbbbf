/** Every endpoint that takes an Idempotency-Key: its work and its answer are committed together. */
import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { signUpUnverified } from '../accounts/signup/sign-up-unverified.ts'
import { groupWith, recentSession, superuser } from '../admin/testing/staff.ts'
import { database } from '../db/client.ts'
import type { Context, Result } from '../http/endpoint.ts'
import { withIdempotencyKey } from '../http/idempotency.ts'
import { contextAt, contextOf } from '../http/testing/context.ts'
import { makePassword } from '../passwords/hash.ts'
import { hashingPool } from '../passwords/pool.ts'
import { newUser } from '../users/testing/new-user.ts'
import { catalogue } from './catalogue.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.EMAIL_VERIFICATION = 'optional'
})
afterAll(() => hashingPool().close())

const NOW = new Date('2026-11-24T12:00:00Z')
const MINUTE = 60_000
const later = (context: Context, milliseconds: number) => ({ ...context, now: new Date(NOW.getTime() + milliseconds) })
const PASSWORD = 'harbour lantern 17'

interface Sent {
  context: Context
  input: Record<string, string>
}

function newPerson() {
  const name = `n${randomUUID()}`
  return { name, email: `${name}@example.com`, phone: name.slice(0, 15), password: PASSWORD, confirm_password: PASSWORD }
}

const byAdmin = async () => {
  const admin = await superuser()
  return contextOf(admin, NOW, recentSession(admin))
}

/** A request that each endpoint grants, by its operation. */
const REQUESTS: Record<string, () => Promise<Sent>> = {
  signUp: async () => ({ context: contextAt(NOW), input: newPerson() }),
  requestPasswordReset: async () => ({ context: contextAt(NOW), input: { email: (await newUser()).email } }),
  resendVerification: async () => ({ context: contextAt(NOW), input: { email: (await newUser({ emailVerifiedAt: null })).email } }),
  requestEmailChange: async () => {
    const user = await newUser({ password: await makePassword(PASSWORD) })
    return { context: contextOf(user, NOW), input: { email: newPerson().email, password: PASSWORD } }
  },
  adminAddUser: async () => {
    const { email, name, phone } = newPerson()
    return { context: await byAdmin(), input: { email, name, phone, sign_in_by: 'invitation' } }
  },
  adminAddGroup: async () => ({ context: await byAdmin(), input: { name: randomUUID() } }),
}

const done = async () => {
  const db = database()
  const [users, mails, tokens, events, groups] = [db.user, db.outboxMail, db.outstandingToken, db.auditEvent, db.group]
  return [await users.count(), await mails.count(), await tokens.count(), await events.count(), await groups.count()]
}

const endpoints = catalogue.filter(({ policy: { idempotencyKey } }) => idempotencyKey)
const wire = ({ status, body, headers }: Result) => JSON.parse(JSON.stringify({ status, body, headers })) as unknown

it('each of them is tried here', () => {
  expect(endpoints.map(({ contract: { operationId } }) => operationId).sort()).toEqual(Object.keys(REQUESTS).sort())
})

describe.each(endpoints)('$contract.operationId', (endpoint) => {
  const { operationId } = endpoint.contract
  const newRequest = () => (REQUESTS[operationId] as () => Promise<Sent>)()

  it('a process that dies before it answers has its answer given to the retry, and nothing is done twice', async () => {
    const [{ context, input }, key] = [await newRequest(), randomUUID()]
    const answered = new Promise<Result>((resolve) => {
      const act = async (keepAnswer: Context['storeResult']) => {
        resolve(await endpoint.run(input, { ...context, storeResult: keepAnswer }))
        return new Promise<never>(() => {})
      }
      void withIdempotencyKey(endpoint.contract, context, key, input, act)
    })
    const first = wire(await answered)
    const before = await done()
    const again = vi.fn(async () => ({ body: null }))
    for (const time of [1, MINUTE, 23 * 60 * MINUTE]) {
      expect(wire(await withIdempotencyKey(endpoint.contract, later(context, time), key, input, again))).toEqual(first)
    }
    expect(again).not.toHaveBeenCalled()
    expect(await done()).toEqual(before)
  })

  it('an error after the commit does not free the key', async () => {
    const [{ context, input }, key] = [await newRequest(), randomUUID()]
    const act = async (keepAnswer: Context['storeResult']) => {
      await endpoint.run(input, { ...context, storeResult: keepAnswer })
      throw new Error('too late')
    }
    await expect(withIdempotencyKey(endpoint.contract, context, key, input, act)).rejects.toThrow('too late')
    const before = await done()
    const { status = 200 } = await withIdempotencyKey(endpoint.contract, later(context, MINUTE), key, input, act)
    expect(status).toBeLessThan(300)
    expect(await done()).toEqual(before)
  })

  it('a request whose key another one has taken over is rolled back', async () => {
    const [{ context, input }, key] = [await newRequest(), randomUUID()]
    const before = await done()
    const act = async (keepAnswer: Context['storeResult']) => {
      await withIdempotencyKey(endpoint.contract, later(context, MINUTE), key, input, async () => ({ body: 'of the other one' }))
      return endpoint.run(input, { ...context, storeResult: keepAnswer })
    }
    await expect(withIdempotencyKey(endpoint.contract, context, key, input, act)).rejects.toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_in_use' },
    })
    expect(await done()).toEqual(before)
    expect(await withIdempotencyKey(endpoint.contract, later(context, MINUTE), key, input, act)).toMatchObject({ body: 'of the other one' })
  })
})

describe('a sign-up whose email address must be verified', () => {
  it.each([
    ['that is new', async () => newPerson()],
    ['that has an account', async () => ({ ...newPerson(), email: (await newUser({ emailVerifiedAt: NOW })).email })],
    ['whose phone number is taken', async () => ({ ...newPerson(), phone: (await newUser()).phone })],
    ['that waits for its proof', async () => ({ ...newPerson(), email: (await newUser({ emailVerifiedAt: null })).email })],
  ])('keeps its answer with the email to an address %s', async (_which, make) => {
    const [input, key, context] = [await make(), randomUUID(), contextAt(NOW)]
    const act = async (keepAnswer: Context['storeResult']) => {
      await signUpUnverified(input, { ...context, storeResult: keepAnswer })
      throw new Error('too late')
    }
    const operation = { operationId: 'signUp' }
    await expect(withIdempotencyKey(operation, context, key, input, act)).rejects.toThrow('too late')
    const before = await done()
    expect(await withIdempotencyKey(operation, later(context, MINUTE), key, input, act)).toMatchObject({
      body: { detail: expect.any(String) as string },
    })
    expect(await done()).toEqual(before)
  })
})

it('a group that cannot be added leaves the key free', async () => {
  const [context, { name }, key] = [await byAdmin(), await groupWith(), randomUUID()]
  const endpoint = catalogue.find(({ contract: { operationId } }) => operationId === 'adminAddGroup') as (typeof catalogue)[number]
  const add = (input: { name: string }) =>
    withIdempotencyKey(endpoint.contract, context, key, input, (keepAnswer) => endpoint.run(input, { ...context, storeResult: keepAnswer }))
  await expect(add({ name })).rejects.toMatchObject({ errors: { name: [expect.any(String) as string] } })
  expect(await add({ name: `${name} 2` })).toMatchObject({ status: 201 })
})
