import { randomUUID } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { database } from '../db/client.ts'
import { runDue } from '../jobs/testing/run-due.ts'
import { newUser } from '../users/testing/new-user.ts'
import type { Result } from './endpoint.ts'
import { withIdempotencyKey } from './idempotency.ts'
import { parseJson } from './json.ts'
import { contextAt, contextOf } from './testing/context.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const after = (milliseconds: number) => contextAt(new Date(NOW.getTime() + milliseconds))
const MINUTE = 60_000
const DAY = 1440 * MINUTE
const newKey = () => `"${randomUUID()}"`
const operation = { operationId: 'signUp' }

/** Something done, that answers each time with another number. */
function counter() {
  let done = 0
  return { act: vi.fn(async (): Promise<Result> => ({ status: 201, body: { token: `secret-${++done}` }, headers: { Location: '/x/' } })) }
}

it('a request sent again is answered as the first time and done once, for 24 hours', async () => {
  const [key, { act }] = [newKey(), counter()]
  const first = { status: 201, body: { token: 'secret-1' }, headers: { Location: '/x/' } }
  expect(await withIdempotencyKey(operation, after(0), key, { a: '1', b: '2' }, act)).toEqual(first)
  expect(await withIdempotencyKey(operation, after(1), key, { b: '2', a: '1' }, act), 'the same fields in another order').toEqual(first)
  expect(
    await withIdempotencyKey(operation, after(DAY - 1), key.slice(1, -1), { a: '1', b: '2' }, act),
    'the key without its quotes',
  ).toEqual(first)
  expect(act).toHaveBeenCalledTimes(1)
  expect(await withIdempotencyKey(operation, after(DAY), key, { a: '1', b: '2' }, act)).toMatchObject({ body: { token: 'secret-2' } })
})

it('keys are apart by operation and by account, and no key is none', async () => {
  const [key, { act }] = [newKey(), counter()]
  const [one, two] = [await newUser(), await newUser()]
  for (const context of [after(0), contextOf(one, NOW), contextOf(two, NOW)]) await withIdempotencyKey(operation, context, key, {}, act)
  await withIdempotencyKey({ operationId: 'requestPasswordReset' }, after(0), key, {}, act)
  await withIdempotencyKey(operation, after(0), null, {}, act)
  await withIdempotencyKey(operation, after(0), null, {}, act)
  expect(act).toHaveBeenCalledTimes(6)
})

it('a key that comes with something else is 422, and what was done first stays', async () => {
  const [key, { act }] = [newKey(), counter()]
  await withIdempotencyKey(operation, after(0), key, { a: '1' }, act)
  for (const other of [{ a: '2' }, { a: '1', b: '' }, {}, [], null, 'x', parseJson('{"a":1}'), { a: ['1'] }])
    await expect(withIdempotencyKey(operation, after(1), key, other, act)).rejects.toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    })
  const nested = parseJson('{"b": {"toString": {}}, "a": [{}, 1e400], "c": null, "__proto__": {"x": 1}}')
  await withIdempotencyKey(operation, after(0), newKey(), nested, act)
  const numbers = newKey()
  await withIdempotencyKey(operation, after(0), numbers, parseJson('{"a":12345678901234567890}'), act)
  await expect(withIdempotencyKey(operation, after(0), numbers, parseJson('{"a":12345678901234567891}'), act)).rejects.toMatchObject({
    status: 422,
  })
  expect(await withIdempotencyKey(operation, after(2), key, { a: '1' }, act)).toMatchObject({ body: { token: 'secret-1' } })
})

it('of sixteen at once one is done and the others are told 409, until it is answered', async () => {
  const [key, { act }] = [newKey(), counter()]
  let answer: () => void = () => {}
  const gate = new Promise<void>((resolve) => {
    answer = resolve
  })
  const slow = async () => {
    await gate
    return act()
  }
  const sent = Array.from({ length: 16 }, () => withIdempotencyKey(operation, after(0), key, {}, slow))
  const settled = Promise.allSettled(sent)
  // Fifteen are refused while the one is being done.
  let refused = 0
  await new Promise<void>((resolve) => {
    for (const one of sent)
      one.catch(() => {
        if (++refused === 15) resolve()
      })
  })
  answer()
  const outcomes = await settled
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' }, headers: { 'Retry-After': '1' } })
  expect(await withIdempotencyKey(operation, after(1), key, {}, act)).toMatchObject({ body: { token: 'secret-1' } })
  expect(act).toHaveBeenCalledTimes(1)
})

it('what failed was not done: the key is free again, for whatever comes next', async () => {
  const [key, { act }] = [newKey(), counter()]
  const failing = () => Promise.reject(new Error('taken'))
  await expect(withIdempotencyKey(operation, after(0), key, { a: '1' }, failing)).rejects.toThrow('taken')
  expect(await withIdempotencyKey(operation, after(1), key, { a: '2' }, act)).toMatchObject({ body: { token: 'secret-1' } })
})

it('where a process ended before it had answered, another may after a minute, and a late one spoils nothing', async () => {
  const [key, { act }] = [newKey(), counter()]
  let fail: (error: Error) => void = () => {}
  const stuck = new Promise<Result>((_resolve, reject) => {
    fail = reject
  })
  const lost = withIdempotencyKey(operation, after(0), key, {}, () => stuck)
  const refusal = expect(lost).rejects.toThrow('late')
  await vi.waitFor(async () => expect(await database().idempotencyKey.count({ where: { answer: null } })).toBeGreaterThan(0))
  await expect(withIdempotencyKey(operation, after(MINUTE - 1), key, {}, act)).rejects.toMatchObject({ status: 409 })
  expect(await withIdempotencyKey(operation, after(MINUTE), key, {}, act)).toMatchObject({ body: { token: 'secret-1' } })
  fail(new Error('late'))
  await refusal
  expect(await withIdempotencyKey(operation, after(MINUTE + 1), key, {}, act)).toMatchObject({ body: { token: 'secret-1' } })
})

it.each(['', '""', `"${'x'.repeat(256)}"`, '"a', 'a"b', '"a"b"', '"é"', 'a,b', 'a b', '"\\x"', '"a\tb"'])(
  'the malformed key %j is 400 and nothing is done',
  async (key) => {
    const { act } = counter()
    await expect(withIdempotencyKey(operation, after(0), key, {}, act)).rejects.toMatchObject({
      status: 400,
      body: { code: 'invalid_idempotency_key' },
    })
    expect(act).not.toHaveBeenCalled()
  },
)

it('neither the key nor anything of the answer or the request stands in the database', async () => {
  const key = newKey()
  await withIdempotencyKey(operation, after(0), key, { password: 'harbour lantern 17' }, async () => ({
    body: { refresh: 'a.b.c-marker' },
  }))
  const rows = JSON.stringify(await database().idempotencyKey.findMany())
  for (const secret of [key.slice(1, -1), 'harbour', 'a.b.c-marker', 'refresh']) expect(rows).not.toContain(secret)
})

it('keys whose time is over are purged, and no others (RT-12)', async () => {
  const purge = (time: number) => runDue('delete-expired-idempotency-keys', new Date(time))
  await purge(NOW.getTime() + 10 * DAY)
  const [old, young] = [newKey(), newKey()]
  const { act } = counter()
  await withIdempotencyKey(operation, after(0), old, {}, act)
  await withIdempotencyKey(operation, after(MINUTE), young, {}, act)
  expect((await purge(NOW.getTime() + DAY)).handled).toBe(1)
  expect(await withIdempotencyKey(operation, after(DAY), young, {}, act)).toMatchObject({ body: { token: 'secret-2' } })
})
