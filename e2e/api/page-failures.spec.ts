/** A page that fails while it is rendered is a whole page all the same, without JavaScript too. */

import { signUp } from '../../lib/http/testing/accounts.ts'
import { HTML, logInByForm, openPage } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { LINK_PAGES } from '../../lib/web/routes.ts'
import { type Call, expect, test } from '../fixtures.ts'

test('a fault on a page is 500 with words, a way back and the reference that the log has, and nothing of the fault', async ({
  startServer,
}) => {
  const server = await startServer()
  const call: Call = (path, options) => send(server.url, path, options)
  const cookie = await logInByForm(call, await signUp(call))
  await server.sql('ALTER TABLE accounts_session RENAME TO accounts_elsewhere')

  for (const more of [{}, { 'accept-encoding': 'gzip' }, { 'x-request-id': 'ATTACKER<b>' }]) {
    const page = await openPage(call, '/dashboard?tab="><script>', cookie, more)
    expect(page.status).toBe(500)
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' })
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/)
    expect(page.text).toContain('<h1>Sorry, there is a problem with the service</h1>')
    expect(page.text).toMatch(/<\/html>\s*$/)
    expect(page.text).not.toMatch(/<script|accounts_session|prisma|\bat \/|ATTACKER/i)
    const reference = /Reference: ([\da-f-]{36})/.exec(page.text)?.[1] ?? 'none'
    expect(page.headers['x-request-id']).toBe(reference)
    expect(server.output()).toContain(`"requestId":"${reference}","method":"GET","path":"/dashboard"`)
  }
  const head = await call('/dashboard', { method: 'HEAD', headers: { accept: HTML, cookie } })
  expect([head.status, head.text]).toEqual([500, ''])
  expect((await openPage(call, '/login')).status, 'a page that needs no session').toBe(200)
  expect((await openPage(call, '/nowhere', cookie)).status, 'the frame stands without the session').toBe(404)
})

test('a mailed link that is opened while its table is away is 500, not a page that does not exist, and stays good', async ({
  startServer,
}) => {
  // Its links lead to a page that is there only then.
  const server = await startServer({ env: { EMAIL_LOGIN: 'link' } })
  const call: Call = (path, options) => send(server.url, path, options)
  await server.sql('ALTER TABLE accounts_onetimetoken RENAME TO accounts_elsewhere')
  for (const path of LINK_PAGES) {
    const opened = await openPage(call, `${path}?token=${'A'.repeat(43)}`)
    const cookie = opened.cookies.map((header) => header.split(';')[0]).join('; ')
    const page = opened.status === 303 || opened.status === 307 ? await openPage(call, opened.headers.location ?? '', cookie) : opened
    expect.soft(page.status, path).toBe(500)
    expect.soft(page.text, path).toContain('<h1>Sorry, there is a problem with the service</h1>')
  }
})
