/** What other sites make a browser send, and where a form may lead (the security requirements CS-1, CS-2, LG-5, U1-U4). */
import { PASSWORD, signUp } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { exchange, statusesIn } from '../../lib/http/testing/raw-socket.ts'
import { expect, test } from '../fixtures.ts'

const LOGIN = '/api/accounts/login/'

test('X1: a fetch from another site without cors and an iframe get nothing', async ({ call }) => {
  const cookie = await logInByForm(call, await signUp(call))
  const page = await openPage(call, '/dashboard', cookie)
  expect(page.headers['x-frame-options']).toBe('DENY')
  expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/)
  expect(page.headers['cross-origin-resource-policy']).toBe('same-origin')
})

test('U4: no Host or forwarding header gets into a redirect', async ({ call }) => {
  const { email } = await signUp(call)
  const evil = {
    'x-forwarded-host': 'evil.test',
    forwarded: 'host=evil.test',
    'x-original-url': '//evil.test',
    'x-rewrite-url': '//evil.test',
  }
  for (const headers of [evil, { ...evil, host: 'evil.test' }]) {
    const answers = [
      await postForm(call, LOGIN, { email, password: PASSWORD }, headers),
      await openPage(call, '/dashboard', undefined, headers),
      await openPage(call, '/dashboard/', undefined, headers),
    ]
    for (const answer of answers) {
      expect.soft(answer.status).toBe(303)
      expect.soft(answer.headers.location).toMatch(/^\/(?!\/)/)
      expect.soft(answer.headers.location).not.toContain('evil')
    }
  }
})

test('U4: a request target that names a host is read as its path: nothing leads to that host', async ({ server }) => {
  const locationOf = (received: string) => /^location: (.*)\r$/im.exec(received)?.[1]
  for (const [target, status, location] of [
    ['http://evil.test/dashboard', 303, '/login?next=%2Fdashboard'],
    ['HTTPS://evil.test:8443/dashboard?a=1', 303, '/login?next=%2Fdashboard%3Fa%3D1'],
    ['http://me@evil.test/login', 200, undefined],
    ['http://evil.test', 200, undefined],
    ['http://evil.test?x', 200, undefined],
    ['http://evil.test//evil.test/x', 308, '/evil.test/x'],
    ['//evil.test/x', 308, '/evil.test/x'],
    ['/\\evil.test', 308, '/evil.test'],
    ['/\\/evil.test', 308, '/evil.test'],
    ['/..//evil.test', 308, '/evil.test'],
    ['///evil.test', 308, '/evil.test'],
    ['/dashboard/../..//evil.test', 308, '/evil.test'],
    ['/%2f%2fevil.test', 404, undefined],
    ['/%5cevil.test', 404, undefined],
    ['http:evil.test', 400, undefined],
    ['evil.test:80', 400, undefined],
  ] as const) {
    const received = await exchange(server.port, [`GET ${target} HTTP/1.1\r\nHost: evil.test\r\n\r\n`], false)
    expect.soft([...statusesIn(received), locationOf(received)], target).toEqual([status, location])
  }
})
