/** The headers on pages and on what Next answers by itself (the security requirements WB-4, WB-5). */
import { expect, test } from '../fixtures.ts'

const LOGIN = '/api/accounts/login/'

test('an offer to upgrade the connection is answered as the plain request that it also is', async ({ call }) => {
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA' }
  expect((await call(LOGIN, { json: {}, headers })).status).toBe(400)
  expect((await call('/login', { headers: { connection: 'Upgrade', upgrade: 'websocket' } })).status).toBe(200)
})

test('WB-4: pages and what Next answers by itself are covered too', async ({ call }) => {
  for (const path of ['/', '/dashboard', '/no-such-page', '//x', '/_next/static/none.js', '/api/no-such-endpoint/', '/%64ashboard']) {
    const { headers, status } = await call(path)
    expect.soft(status, path).toBeLessThan(500)
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff')
    expect.soft(headers['x-frame-options'], path).toBe('DENY')
    expect.soft(headers['referrer-policy'], path).toBe('same-origin')
    expect.soft(headers['cross-origin-opener-policy'], path).toBe('same-origin')
    expect.soft(headers['x-powered-by'], path).toBeUndefined()
  }
})

test('U6: nothing that could be private may be kept by a cache', async ({ call }) => {
  for (const path of ['/dashboard', '/%64ashboard', '/dashboard/x.css', '/no-such-page', '/api/no-such-endpoint/', '/login']) {
    const { headers } = await call(path)
    expect.soft(headers['cache-control'] ?? '', path).not.toMatch(/s-maxage|public|max-age=[1-9]/)
  }
})
