/** Idempotency-Key: a client that never saw the answer sends its request again. */
import { randomUUID } from 'node:crypto'
import { bearer, newPerson, signupFields } from './testing/accounts.ts'
import { expect, test } from './testing/fixtures.ts'

const SIGNUP = '/api/accounts/signup/'
const key = () => ({ 'idempotency-key': `"${randomUUID()}"` })

test('a sign-up sent again makes one account and hands out the same tokens, which work', async ({ call, server }) => {
  const [person, headers] = [newPerson(), key()]
  const first = await call(SIGNUP, { json: signupFields(person), headers })
  expect(first.status).toBe(201)
  expect(first.headers.location).toBe('/api/accounts/me/')
  const again = await call(SIGNUP, { json: signupFields(person), headers })
  expect(again.status).toBe(201)
  expect(again.body).toEqual(first.body)
  expect(again.headers.location).toBe(first.headers.location)
  expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
  const { tokens } = again.body as { tokens: { access: string } }
  expect((await call('/api/accounts/me/', { headers: bearer(tokens.access) })).status).toBe(200)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toHaveLength(1)
  // Without the key it is a second sign-up, and with another password another request.
  expect((await call(SIGNUP, { json: signupFields(person) })).status).toBe(400)
  const other = await call(SIGNUP, { json: signupFields({ ...person, password: 'another lantern 17' }), headers })
  expect(other.status).toBe(422)
  expect(other.body).toMatchObject({ code: 'idempotency_key_reused' })
})

test('of twenty concurrent sign-ups with one key one is done, and repeated requests get its response', async ({ call, server }) => {
  const [person, headers] = [newPerson(), key()]
  const send = () => call(SIGNUP, { json: signupFields(person), headers })
  const answers = await Promise.all(Array.from({ length: 20 }, send))
  const done = answers.filter(({ status }) => status === 201)
  expect(done.length).toBeGreaterThan(0)
  for (const { status, body } of answers) {
    if (status === 201) expect(body).toEqual(done[0]?.body)
    else expect([status, (body as { code: string }).code]).toEqual([409, 'idempotency_key_in_use'])
  }
  expect((await send()).body).toEqual(done[0]?.body)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toHaveLength(1)
})

test('a sign-up that was refused can be mended under the same key', async ({ call }) => {
  const [person, headers] = [newPerson(), key()]
  expect((await call(SIGNUP, { json: { ...signupFields(person), email: 'no address' }, headers })).status).toBe(400)
  expect((await call(SIGNUP, { json: signupFields(person), headers })).status).toBe(201)
})

test('a reset asked for again sends one email', async ({ call, server, newAccount }) => {
  const [{ email, access }, headers] = [await newAccount(), key()]
  for (let n = 0; n < 3; n++) {
    const answer = await call('/api/accounts/password/reset/', { json: { email }, headers })
    expect(answer.status).toBe(200)
  }
  expect(await server.sql("SELECT id FROM accounts_outboxmail WHERE recipient = ? AND kind = 'password_reset'", [email])).toHaveLength(1)
  // The key of one account says nothing of another's, and a malformed one is refused before anything is done.
  expect((await call('/api/accounts/password/reset/', { json: { email }, headers: { 'idempotency-key': '"' } })).status).toBe(400)
  expect((await call('/api/accounts/me/', { headers: { ...bearer(access), ...headers } })).status).toBe(200)
})
