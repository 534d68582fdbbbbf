/** What sign-up's errors are together, and what it never takes from a client. */
import { logIn, newPerson, signUp, signupFields, unique } from '../../http/testing/accounts.ts'
import { expect, test } from '../../http/testing/fixtures.ts'

const SIGNUP = '/api/accounts/signup/'
const REQUIRED = 'This field is required.'
const TAKEN = (field: string) => `user with this ${field} already exists.`
const WEAK = '12345'
const WEAK_MESSAGES = [
  'This password is too short. It must contain at least 8 characters.',
  'This password is too common.',
  'This password is entirely numeric.',
]

test('all errors are answered together, in the order of the fields whatever the order of the keys', async ({ call }) => {
  const answer = await call(SIGNUP, { json: { confirm_password: '', password: WEAK, phone: '1'.repeat(21), email: 'nope' } })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({
    name: [REQUIRED],
    email: ['Enter a valid email address.'],
    phone: ['Ensure this field has no more than 20 characters.'],
    password: WEAK_MESSAGES,
    confirm_password: ['This field may not be blank.'],
  })
  expect(Object.keys(answer.body as object)).toEqual(['name', 'email', 'phone', 'password', 'confirm_password'])
})

test('a taken address, a taken phone and a weak password are answered together', async ({ call }) => {
  const { email, phone } = await signUp(call)
  const answer = await call(SIGNUP, { json: { name: '', email, phone, password: WEAK, confirm_password: WEAK } })
  expect(answer.body).toEqual({
    name: ['This field may not be blank.'],
    email: [TAKEN('email')],
    phone: [TAKEN('phone')],
    password: WEAK_MESSAGES,
  })
  expect(Object.keys(answer.body as object)).toEqual(['name', 'email', 'phone', 'password'])
})

test('that two passwords differ is said only when every field is valid', async ({ call }) => {
  const fields = { ...signupFields(newPerson()), confirm_password: 'another-Passw0rd' }
  const alone = await call(SIGNUP, { json: fields })
  expect(alone.body).toEqual({ password: ["Password fields didn't match."] })
  const withWeak = await call(SIGNUP, { json: { ...fields, password: WEAK } })
  expect(withWeak.body).toEqual({ password: WEAK_MESSAGES })
  const withName = await call(SIGNUP, { json: { ...fields, name: '' } })
  expect(withName.body).toEqual({ name: ['This field may not be blank.'] })
  const { email } = await signUp(call)
  const withTaken = await call(SIGNUP, { json: { ...fields, email } })
  expect(withTaken.body).toEqual({ email: [TAKEN('email')] })
})

test('a password like the address, the name or the phone of the account is refused', async ({ call }) => {
  const person = newPerson({ name: 'Wilhelmina Featherstone' })
  for (const [attribute, password] of [
    ['email', person.email],
    ['name', 'wilhelmina-featherstone'],
    ['phone', `x${person.phone}`],
  ] as const) {
    const answer = await call(SIGNUP, { json: signupFields({ ...person, password }) })
    expect.soft(answer.body, attribute).toEqual({ password: [`The password is too similar to the ${attribute}.`] })
  }
})

test('passwords are taken as they are: outer blanks count (PW-4)', async ({ call }) => {
  const account = await signUp(call, { password: `   ${unique()} und Zürich   ` })
  expect((await logIn(call, account)).status).toBe(200)
  const trimmed = await logIn(call, { email: account.email, password: account.password.trim() })
  expect(trimmed.body).toEqual({ non_field_errors: ['Invalid email or password.'] })
})

test('passwords are compared to their last character, beyond 72 bytes (PW-2)', async ({ call }) => {
  const long = `${unique()}${'a'.repeat(72)}`
  const account = await signUp(call, { password: `${long}X` })
  expect((await logIn(call, { ...account, password: `${long}Y` })).status).toBe(400)
  expect((await logIn(call, account)).status).toBe(200)
})

test('name, address and phone lose their outer blanks', async ({ call }) => {
  const person = newPerson()
  const json = { ...signupFields(person), name: '  Grace\t', email: ` ${person.email.toUpperCase()} `, phone: `\u3000${person.phone}\n` }
  const answer = await call(SIGNUP, { json })
  expect(answer.body).toMatchObject({ user: { name: 'Grace', email: person.email, phone: person.phone } })
})

test('SU-4: keys that are no field of sign-up are ignored and written nowhere', async ({ call, server }) => {
  const person = newPerson()
  const extras = { id: 1, is_staff: true, is_superuser: true, is_active: false, username: 'root', last_login: '2020-01-01', role: 'admin' }
  const body = JSON.stringify({ ...signupFields(person), ...extras }).replace(
    '{',
    '{"__proto__":{"is_staff":true},"constructor":{"prototype":{}},',
  )
  const answer = await call(SIGNUP, { body, headers: { 'content-type': 'application/json' } })
  expect(answer.status).toBe(201)
  const rows = await server.sql('SELECT username, is_staff, is_superuser, is_active, last_login FROM accounts_user WHERE email = ?', [
    person.email,
  ])
  expect(rows).toHaveLength(1)
  const [row] = rows
  expect({
    ...row,
    is_staff: Boolean(row?.is_staff),
    is_superuser: Boolean(row?.is_superuser),
    is_active: Boolean(row?.is_active),
  }).toEqual({
    username: person.email,
    is_staff: false,
    is_superuser: false,
    is_active: true,
    last_login: null,
  })
})

test('form and multipart sign people up as JSON does', async ({ call }) => {
  for (const kind of ['form', 'multipart'] as const) {
    const person = newPerson({ name: 'Žofie Nováková & Söhne + 1%' })
    const answer = await call(SIGNUP, { [kind]: signupFields(person) })
    expect.soft(answer.status, kind).toBe(201)
    expect.soft(answer.body, kind).toMatchObject({ user: { name: person.name, email: person.email, phone: person.phone } })
    expect.soft(answer.cookies, kind).toEqual([])
  }
})

test('a file where a text belongs is no valid string', async ({ call }) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(signupFields(newPerson()))) {
    if (name !== 'password') data.append(name, value)
  }
  data.append('password', new Blob(['Corr3ct-horse-battery']), 'password.txt')
  const encoded = new Response(data)
  const answer = await call(SIGNUP, {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  })
  expect(answer.body).toEqual({ password: ['Not a valid string.'] })
})
