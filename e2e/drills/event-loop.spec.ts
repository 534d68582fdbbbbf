/** What one request may cost the others: nothing that a client sends keeps the server's only thread for long. */
import { readFile } from 'node:fs/promises'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

/** Most that the event loop may stand longer than for a plain request of the same size, in milliseconds. */
const STALL_MS = 50

const LOGIN = '/api/accounts/login/'
const cjk = Array.from({ length: 20_000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('')
const login = (email: string): [string, SendOptions] => [LOGIN, { json: { email, password: 'x' } }]
const page = (headers: Record<string, string>): [string, SendOptions] => ['/login', { headers: { accept: 'text/html', ...headers } }]

const requests: [what: string, plain: [string, SendOptions], sent: [string, SendOptions]][] = [
  ['64 KB of blanks', login('a'.repeat(65_000)), login(`a${' '.repeat(65_000)}a`)],
  ['a domain of 60 KB', login('a'.repeat(60_000)), login(`a@${cjk}.co`)],
  ['a User-Agent of 15 KB', page({ 'x-padding': 'a'.repeat(15_000) }), page({ 'user-agent': 'a'.repeat(15_000) })],
  ['a path of 15 KB', [`/nowhere/${'x'.repeat(15_000)}`, {}], [`/admin/${'/'.repeat(15_000)}x`, {}]],
  ['a query of 15 KB', [`/login?x=${'x'.repeat(15_000)}`, {}], [`/login?next=/${'/'.repeat(15_000)}x`, {}]],
]

test.skip(process.platform !== 'linux', 'reads /proc')
// Computing time is measured, which is the same on a busy machine; only waiting for it takes longer there.
test.slow()

/** What the server's main thread has computed so far, in milliseconds: on a busy machine less than the time that has gone by. */
const computed = async ({ pid }: TestServer) => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e6

/** The least of several: a garbage collection is no fault of the request. */
async function cost(server: TestServer, [path, options]: [string, SendOptions]): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const before = await computed(server)
    expect((await send(server.url, path, options)).status).toBeLessThan(500)
    least = Math.min(least, (await computed(server)) - before)
  }
  return least
}

/** The maximum cost of the longest page, which is the same for every user, in sign-in pages. */
const PAGES = 3

test(`the API’s documentation and description cost less than ${PAGES} sign-in pages each`, async ({ server }) => {
  const [login, docs] = [page({}), ['/api/docs', page({})[1]] as [string, SendOptions]]
  for (const [path, options] of [login, docs]) for (let round = 0; round < 5; round++) await send(server.url, path, options)
  const bound = PAGES * (await cost(server, login))
  expect(await cost(server, docs), 'the page').toBeLessThan(bound)
  expect(await cost(server, ['/api/schema/', {}]), 'the document').toBeLessThan(bound)
})

for (const [what, plain, sent] of requests) {
  test(`${what}: the event loop stands less than ${STALL_MS} ms longer than for a plain request of that size`, async ({ server }) => {
    await send(server.url, ...plain)
    expect(await cost(server, sent)).toBeLessThan((await cost(server, plain)) + STALL_MS)
  })
}
