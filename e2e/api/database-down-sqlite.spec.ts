/** Another process holds the SQLite file's write lock: 503, and on it goes when the lock is released (the security requirements REL-4). */
import { createClient } from '@libsql/client'
import { newPerson, openProtected, signUp, signupFields } from '../accounts.ts'
import { expect, test } from '../fixtures.ts'
import { send } from '../http.ts'

test('a write lock that is not released is 503 with Retry-After; reading goes on', async ({ startServer }) => {
  const server = await startServer()
  const call = (path: string, options = {}) => send(server.url, path, options)
  const account = await signUp(call)
  const client = createClient({ url: server.databaseUrl })
  const lock = await client.transaction('write')
  const person = newPerson()
  const [refused, read] = await Promise.all([
    call('/api/accounts/signup/', { json: signupFields(person) }),
    openProtected(call, account.access),
  ])
  expect(refused.status).toBe(503)
  expect(refused.body).toMatchObject({ code: 'database_unavailable' })
  expect(refused.headers['retry-after']).toMatch(/^\d+$/)
  expect(refused.text).not.toMatch(/SQLITE|prisma/i)
  await lock.rollback()
  client.close()
  expect(read.status).toBe(200)
  expect((await call('/api/accounts/signup/', { json: signupFields(person) })).status).toBe(201)
})
