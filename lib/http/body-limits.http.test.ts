/** Bodies that are too large, too deep, lying or odd (the security requirements): refused without a 5xx and without half a row. */
import { gzipSync } from 'node:zlib'
import { newPerson, PASSWORD, signUp, signupFields, uniquePhone } from './testing/accounts.ts'
import { postForm } from './testing/cookies.ts'
import { expect, test } from './testing/fixtures.ts'
import { exchange, statusesIn } from './testing/raw-socket.ts'

const SIGNUP = '/api/accounts/signup/'
const LOGIN = '/api/accounts/login/'
const JSON_TYPE = { 'content-type': 'application/json' }

const head = (port: number, lines: string[]) =>
  [`POST ${SIGNUP} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Content-Type: application/json', ...lines, '', ''].join('\r\n')

test('B8: more than 64 KiB is 413, at every endpoint and in every content type', async ({ call }) => {
  for (const path of [SIGNUP, LOGIN, '/api/accounts/token/refresh/', '/api/accounts/logout/']) {
    for (const size of [70_000, 10_000_000]) {
      const answer = await call(path, { json: { email: 'x'.repeat(size) } })
      expect.soft(answer.status, `${path} ${size}`).toBe(413)
      expect.soft(answer.body, `${path} ${size}`).toMatchObject({ code: 'payload_too_large' })
    }
  }
  for (const options of [{ form: { email: 'x'.repeat(70_000) } }, { multipart: { email: 'x'.repeat(70_000) } }]) {
    expect.soft((await call(LOGIN, options)).status).toBe(413)
  }
})

test('B8: 63 KiB is read', async ({ call }) => {
  expect((await call(LOGIN, { json: { email: 'nope', password: 'x', more: 'x'.repeat(63_000) } })).status).toBe(400)
})

test('B8: a body in chunks without a length is cut off at the cap', async ({ call, server }) => {
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
  const received = await exchange(
    server.port,
    [head(server.port, ['Transfer-Encoding: chunked']), ...Array(60).fill(chunk), '0\r\n\r\n'],
    false,
  )
  expect(statusesIn(received)).toEqual([413])
  expect((await call(LOGIN, { json: {} })).status, 'others are served').toBe(400)
})

test('B8: a Content-Length that is larger than the body signs no one up', async ({ server }) => {
  const person = newPerson()
  const body = JSON.stringify(signupFields(person))
  const received = await exchange(server.port, [head(server.port, [`Content-Length: ${body.length + 10}`]), body])
  for (const status of statusesIn(received)) expect.soft(status).toBeLessThan(500)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
})

test('B8: a Content-Length that is smaller than the body is a parse error, and the rest is no request', async ({ server }) => {
  const person = newPerson()
  const body = JSON.stringify(signupFields(person))
  const received = await exchange(server.port, [head(server.port, [`Content-Length: ${body.length - 10}`]), body])
  const statuses = statusesIn(received)
  expect(statuses[0]).toBe(400)
  for (const status of statuses) expect.soft(status).toBe(400)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
})

test('B8: two lengths, and a length beside chunks, are refused (request smuggling)', async ({ server }) => {
  const body = '{}'
  for (const lines of [
    ['Content-Length: 2', 'Content-Length: 3'],
    ['Content-Length: 2', 'Transfer-Encoding: chunked'],
    ['Content-Length: -2'],
    ['Content-Length: 2x'],
  ]) {
    const received = await exchange(server.port, [head(server.port, lines), body])
    expect.soft(statusesIn(received), lines.join(', ')).toEqual([400])
  }
})

test('B8: packed bodies are not unpacked', async ({ call }) => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, 'x'))
  for (const [encoding, body] of [
    ['gzip', gzipSync('{"email":"a"}')],
    ['gzip', bomb],
    ['br', Buffer.from('x')],
    ['deflate', Buffer.from('x')],
  ] as const) {
    const answer = await call(LOGIN, { body, headers: { ...JSON_TYPE, 'content-encoding': encoding } })
    expect.soft(answer.status, encoding).toBe(415)
  }
})

test('B5: nesting a hundred thousand deep is a parse error', async ({ call }) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const depth = Math.floor(64_000 / (open.length + close.length))
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
    const answer = await call(LOGIN, { body: deep, headers: JSON_TYPE })
    expect.soft(answer.status, open).toBe(400)
    expect.soft(answer.body, open).toMatchObject({ detail: expect.stringMatching(/^JSON parse error - /) })
    const inField = await call(LOGIN, { body: `{"email":${deep.slice(0, 60_000)}`, headers: JSON_TYPE })
    expect.soft(inField.status, open).toBe(400)
  }
  const unclosed = await call(LOGIN, { body: '['.repeat(65_000), headers: JSON_TYPE })
  expect(unclosed.status).toBe(400)
})

test('B4: of equal keys in JSON the last one counts', async ({ call }) => {
  const [first, last] = [newPerson(), newPerson()]
  const { email: _, ...others } = signupFields(last)
  const body = `{"email":"${first.email}",${JSON.stringify(others).slice(1, -1)},"email":"${last.email}"}`
  expect((await call(SIGNUP, { body, headers: JSON_TYPE })).body).toMatchObject({ user: { email: last.email } })
})

test('B9: a form that names a field twice signs no one up', async ({ call, server }) => {
  const person = newPerson()
  for (const more of [
    ['email', newPerson().email],
    ['password', 'another-Passw0rd'],
  ] as const) {
    const form: [string, string][] = [...Object.entries(signupFields(person)), [more[0], more[1]]]
    expect.soft((await call(SIGNUP, { form })).status, more[0]).toBe(400)
    expect.soft((await call(SIGNUP, { multipart: form })).status, more[0]).toBe(400)
  }
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
})

test('B9: names with brackets are other names', async ({ call }) => {
  const answer = await call(LOGIN, { form: { 'email[]': 'a@b.co', 'password[not]': 'x' } })
  expect(answer.body).toEqual({ email: ['This field is required.'], password: ['This field is required.'] })
})

test('B9: ten thousand fields are refused', async ({ call }) => {
  const form = Array.from({ length: 10_000 }, (_, index): [string, string] => [`f${index % 10}`, ''])
  expect((await call(LOGIN, { form })).status).toBe(400)
})

test('B6: names of Object’s prototype are names like any other', async ({ call }) => {
  const bodies = [
    '{"__proto__":{"email":"a@b.co","password":"x"}}',
    '{"constructor":{"prototype":{"email":"x"}}}',
    '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  ]
  for (const body of bodies) {
    const answer = await call(LOGIN, { body, headers: JSON_TYPE })
    expect.soft(answer.body, body).toEqual({ email: ['This field is required.'], password: ['This field is required.'] })
  }
  const form = await call(LOGIN, { form: { __proto__x: 'x', constructor: 'x', 'a[__proto__][b]': 'x' } })
  expect(form.body).toMatchObject({ email: ['This field is required.'] })
  const raw = await call(LOGIN, {
    body: '__proto__=x&__proto__=y&email=nope&password=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(raw.body).toEqual({ email: ['Enter a valid email address.'] })
})

test('B7: combining marks, joined emoji, U+FEFF and right-to-left marks are kept as they came', async ({ call }) => {
  for (const name of [`e${'\u0301'.repeat(200)}`, '👩‍👩‍👧‍👦'.repeat(20), 'a\ufeffb', '\u202eabc\u202c!', 'İıſK', '\u{10ffff}']) {
    const answer = await call(SIGNUP, { json: signupFields(newPerson({ name })) })
    expect.soft(answer.status, name.slice(0, 5)).toBe(201)
    expect.soft(answer.body, name.slice(0, 5)).toMatchObject({ user: { name } })
  }
  expect((await call(SIGNUP, { json: signupFields(newPerson({ name: '\u0301'.repeat(20_000) })) })).status).toBe(400)
})

test('B10: line breaks in fields and headers split no header', async ({ call, server }) => {
  const evil = 'a\r\nSet-Cookie: evil=1\r\n\r\n<script>'
  const failed = await postForm(call, SIGNUP, { ...signupFields(newPerson({ name: evil })), email: evil })
  expect(failed.status).toBe(303)
  for (const answer of [failed, await call(SIGNUP, { json: { name: evil, email: evil } })]) {
    expect(answer.cookies.join('\n')).not.toMatch(/^evil=/m)
    expect(answer.text).not.toContain('<script>')
  }
  const { email } = await signUp(call, { name: evil })
  const answer = await call(LOGIN, { json: { email, password: PASSWORD }, headers: { 'user-agent': 'a\tb"}{"' } })
  expect(answer.body).toMatchObject({ user: { name: evil } })
  expect(server.output()).not.toContain('evil=1')
})

test('HT-4: operators of the database layer are no values', async ({ call }) => {
  for (const value of [{ not: '' }, { contains: '' }, { startsWith: '$2' }, { OR: [] }]) {
    expect.soft((await call(LOGIN, { json: { email: value, password: value } })).status).toBe(400)
    expect.soft((await call('/api/accounts/token/refresh/', { json: { refresh: value } })).status).toBe(400)
  }
})

test('B11: quotes and wildcards are characters', async ({ call }) => {
  for (const text of ["Robert'); DROP TABLE accounts_user;--", '%_\\', '{{7*7}}<%= 7 %>', '"><svg onload=alert(1)>']) {
    const answer = await call(SIGNUP, { json: signupFields(newPerson({ name: text, phone: uniquePhone() })) })
    expect.soft(answer.body, text).toMatchObject({ user: { name: text } })
  }
  const like = await call(LOGIN, { json: { email: '%@example.com', password: PASSWORD } })
  expect(like.status).toBe(400)
})
