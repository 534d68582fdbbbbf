/** Requests that are too large, too slow or no requests at all: answered or hung up on, never 500 (the security requirements B8, B10, B12, HT-5, HT-6). */
import { connect, type Socket } from 'node:net'
import { signUp } from '../../lib/http/testing/accounts.ts'
import { HTML, logInByForm, me, openPage } from '../../lib/http/testing/cookies.ts'
import { exchange, statusesIn } from '../../lib/http/testing/raw-socket.ts'
import { type Call, expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const LOGIN = '/api/accounts/login/'
const PATHS = ['/', '/login', '/dashboard', '/nowhere', '/api/accounts/me/', '/icon.svg', '/.well-known/change-password']

test('B12: no junk among the cookies is a fault, and none of it logs anyone in or out', async ({ call }) => {
  const session = await logInByForm(call, await signUp(call))
  const junk = [
    Array.from({ length: 50 }, (_, index) => `c${index}=${'v'.repeat(20)}`).join('; '),
    `big=${'x'.repeat(8192)}`,
    'bad=%E0%A4%A',
    'bad=%; worse=%zz',
    '=; ;;; = ; ==',
    'a',
    '__proto__=x; constructor=y; toString=z',
    'latchkey_flash=%E0%A4%A; latchkey_theme=%E0%A4%A; latchkey_link=%E0%A4%A; latchkey_device=%E0%A4%A',
    `latchkey_flash=${Buffer.from('{"form":1}').toString('base64url')}`,
    `latchkey_flash=${Buffer.from('null').toString('base64url')}`,
    'latchkey_flash=e30; latchkey_theme=<script>',
    'quoted="a;b"; \u00ff\u00fe=\u00e9',
    'tab=a\tb',
  ]
  for (const cookie of junk) {
    for (const path of PATHS) {
      const answer = await call(path, { headers: { accept: HTML, cookie } })
      expect.soft(answer.status, `${path} ${cookie.slice(0, 30)}`).toBeLessThan(500)
      if (path === '/dashboard') expect.soft(answer.status, cookie.slice(0, 30)).toBe(303)
      expect.soft(answer.text, path).not.toContain('latchkey_theme=<script>')
    }
    expect.soft((await me(call, `${cookie}; ${session}`)).status, `before the session: ${cookie.slice(0, 30)}`).toBe(200)
    expect.soft((await me(call, `${session}; ${cookie}`)).status, `behind the session: ${cookie.slice(0, 30)}`).toBe(200)
  }
})

test('WB-1: of two session cookies of one name neither counts, in either order: one may be an attacker’s (cookie tossing)', async ({
  call,
}) => {
  const [mine, other] = [await logInByForm(call, await signUp(call)), await logInByForm(call, await signUp(call))]
  for (const cookie of [
    `${mine}; ${other}`,
    `${other}; ${mine}`,
    `latchkey=evil; ${mine}`,
    `${mine}; latchkey=evil`,
    `${mine}; latchkey=`,
  ]) {
    expect.soft((await me(call, cookie)).status, cookie.slice(0, 20)).toBe(401)
    expect.soft((await openPage(call, '/dashboard', cookie)).status, cookie.slice(0, 20)).toBe(303)
  }
  expect((await me(call, mine)).status).toBe(200)
})

test('B12: headers over Node’s 16 KiB are 431, and the next request is served', async ({ call, server }) => {
  for (const header of [
    `X-Long: ${'a'.repeat(17_000)}`,
    `Cookie: a=${'b'.repeat(17_000)}`,
    `Authorization: Bearer ${'c'.repeat(17_000)}`,
  ]) {
    for (const path of ['/', LOGIN]) {
      expect(statusesIn(await exchange(server.port, [`GET ${path} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`], false))).toEqual([431])
    }
  }
  const many = Array.from({ length: 3000 }, (_, index) => `a${index}: b`).join('\r\n')
  expect(statusesIn(await exchange(server.port, [`GET / HTTP/1.1\r\nHost: x\r\n${many}\r\n\r\n`], false))[0]).toBe(431)
  expect(statusesIn(await exchange(server.port, [`GET /${'a'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`], false))).toEqual([431])
  expect((await call(LOGIN, { json: {} })).status).toBe(400)
})

test('HT-5: what is no request is 4xx or hung up on, never 500', async ({ call, server }) => {
  const said = async (text: string) => statusesIn(await exchange(server.port, [text], false))
  for (const line of [
    'FOO / HTTP/1.1',
    'get / HTTP/1.1',
    'GET * HTTP/1.1',
    'GET dashboard HTTP/1.1',
    'GET ?x HTTP/1.1',
    'GET ftp://x/ HTTP/1.1',
  ]) {
    expect.soft(await said(`${line}\r\nHost: x\r\n\r\n`), line).toEqual([400])
  }
  expect.soft(await said('GET / HTTP/1.1\r\n\r\n'), 'no Host').toEqual([400])
  expect.soft(await said('GET / HTTP/1.1\r\nHost: x\r\nA: b\u0000c\r\n\r\n'), 'NUL').toEqual([400])
  expect.soft(await said('GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n'), 'blank in a name').toEqual([400])
  expect.soft(await said('GET / HTTP/1.1\r\nHost: x\r\nA: b\rSet-Cookie: c\r\n\r\n'), 'B10: CR alone').toEqual([400])
  expect.soft(await said('GET /\u00ff\u00fe HTTP/1.1\r\nHost: x\r\n\r\n'), 'bytes in the path').not.toContain(500)
  expect.soft(await said('\x16\x03\x01\x02\x00'), 'TLS').toEqual([400])
  expect.soft(await said('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'), 'the server itself (RFC 9110 §9.3.7)').toEqual([204])
  expect.soft(await said('CONNECT evil.test:443 HTTP/1.1\r\nHost: x\r\n\r\n'), 'no proxy').toEqual([])
  expect((await call(LOGIN, { json: {} })).status).toBe(400)
})

test('HT-5: Next’s own error page and odd spellings of paths are 404, never 500', async ({ call }) => {
  for (const path of [
    '/_global-error',
    '/_global-error/',
    '/_global-error?x=1',
    '/_global-error.rsc',
    '/%5Fglobal-error',
    '/_not-found',
    '/500',
    '/404',
    '/_error',
  ]) {
    for (const headers of [{ accept: HTML }, { rsc: '1' }]) {
      const { status } = await call(path, { headers: headers as Record<string, string> })
      expect.soft(status, path).toBe(404)
    }
  }
  for (const path of [
    '/%',
    '/%E0%A4%A',
    '/%00',
    '/%ff',
    `/${'%2f'.repeat(500)}`,
    `/${'a/'.repeat(2000)}`,
    '/?%',
    '/login?next=%E0%A4%A',
    '/login?__proto__=1',
  ]) {
    expect.soft((await call(path)).status, path.slice(0, 20)).toBeLessThan(500)
  }
})

test('B10: line breaks in the address end up in no header', async ({ call }) => {
  for (const path of [
    '/dashboard?a=%0d%0aSet-Cookie:%20evil=1',
    '/dashboard%0d%0aSet-Cookie:%20evil=1',
    '/login?next=%0d%0aSet-Cookie:%20evil=1',
    '//x%0d%0aSet-Cookie:%20evil=1',
    '/verify-email?token=a%0d%0aSet-Cookie:evil=1',
  ]) {
    const answer = await call(path)
    expect.soft(answer.status, path).toBeLessThan(500)
    expect.soft(answer.cookies.join('\n'), path).not.toMatch(/^evil/m)
    expect.soft(answer.headers.location ?? '', path).not.toMatch(/[\r\n]/)
  }
})

/** Opens sockets that say only this much, and go on as the test decides. */
const openSockets = (port: number, count: number, text: string) =>
  Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1', () => {
            if (text !== '') socket.write(text)
            resolve(socket)
          })
          socket.once('error', reject)
        }),
    ),
  )

/** @param untilClosed whether to wait until the server has closed them all */
async function besiege(call: Call, { port }: TestServer, untilClosed: boolean): Promise<void> {
  const kinds = {
    silent: '',
    'half a header': 'GET / HTTP/1.1\r\nHost: x\r\nX-',
    'half a body': `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"email":"`,
    'an endless body': `POST ${LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
  }
  const sockets = await Promise.all(
    Object.entries(kinds).map(async ([what, text]) => ({ what, opened: await openSockets(port, 125, text) })),
  )
  const ends = sockets.flatMap(({ opened }) =>
    opened.map((socket) => {
      socket.on('error', () => {}).resume()
      return new Promise<void>((resolve) => socket.once('close', () => resolve()))
    }),
  )
  // One byte now and then does not make a request last longer.
  const drip = setInterval(() => {
    for (const socket of sockets.at(-1)?.opened ?? []) if (socket.writable) socket.write('1\r\n \r\n')
  }, 1000)
  try {
    const account = await signUp(call)
    const cookie = await logInByForm(call, account)
    for (const path of ['/', '/login', '/dashboard'])
      expect((await openPage(call, path, cookie)).status).toBe(path === '/login' ? 307 : 200)
    expect((await me(call, cookie)).status).toBe(200)
    expect((await call(LOGIN, { json: {} })).status).toBe(400)
    if (untilClosed) await Promise.all(ends)
  } finally {
    clearInterval(drip)
    for (const { opened } of sockets) for (const socket of opened) socket.destroy()
  }
  expect((await call(LOGIN, { json: {} })).status).toBe(400)
}

test('HT-6: five hundred idle sockets, half-sent headers and slow bodies starve no one', async ({ call, server }) => {
  await besiege(call, server, false)
})

test('HT-6: five hundred idle sockets, half-sent headers and slow bodies starve no one, and are hung up on', { tag: '@drill' }, async ({
  call,
  server,
}) => {
  // Node looks for connections past their time every thirty seconds.
  test.setTimeout(150_000)
  await besiege(call, server, true)
})
