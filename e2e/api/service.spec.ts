/** What machines ask of the service: whether it lives, whether it can serve, and what its API is. */

import { send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'

test('health says that the process lives, to anyone, without a session and however often', async ({ startServer }) => {
  const server = await startServer({ env: { THROTTLE_RATES: '*=1/d' } })
  for (let n = 0; n < 20; n++) {
    const answer = await send(server.url, '/api/health/')
    expect([answer.status, answer.body, answer.cookies]).toEqual([200, { status: 'ok' }, []])
    expect(answer.headers['cache-control']).toContain('no-store')
  }
  expect((await send(server.url, '/api/ready/')).body).toEqual({ status: 'ok', checks: { database: 'ok', migrations: 'ok' } })
})

test('with a migration missing it is not ready, and says no more than that', async ({ startServer }) => {
  const server = await startServer()
  await server.sql("DELETE FROM _prisma_migrations WHERE migration_name LIKE '%sessions'")
  const answer = await send(server.url, '/api/ready/')
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2'])
  expect(answer.headers['cache-control']).toContain('no-store')
  expect(answer.body).toEqual({
    detail: 'The service is not ready.',
    code: 'not_ready',
    checks: { database: 'ok', migrations: 'failed' },
  })
  expect((await send(server.url, '/api/health/')).status).toBe(200)
})

test('the description is sent once, and 304 while the client has it', async ({ call, server }) => {
  const first = await call('/api/schema/')
  expect(first.body).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), servers: [{ url: server.url }] })
  const etag = first.headers.etag ?? ''
  expect(etag).toMatch(/^"[\w-]+"$/)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await call('/api/schema/', { headers: { 'if-none-match': known } })
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag])
  }
  expect((await call('/api/schema/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
})
