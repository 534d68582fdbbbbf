/** Login's fields, and that of the token endpoints, in Django REST framework's words. */
import { logIn, PASSWORD, unique } from '../../http/testing/accounts.ts'
import { expect, test } from '../../http/testing/fixtures.ts'

const LOGIN = '/api/accounts/login/'
const INVALID = { non_field_errors: ['Invalid email or password.'] }
const NOT_A_STRING = 'Not a valid string.'
const NOT_AN_ADDRESS = 'Enter a valid email address.'
const NULL = 'Null characters are not allowed.'

const NEVER_TAKEN: [what: string, value: unknown, message: string][] = [
  ['null', null, 'This field may not be null.'],
  ['an empty text', '', 'This field may not be blank.'],
  ['blanks only', ' \t ', 'This field may not be blank.'],
  ['true', true, NOT_A_STRING],
  ['a list', ['a'], NOT_A_STRING],
  ['an object', { not: '' }, NOT_A_STRING],
]

const endpoints: [name: string, path: string, fields: Record<string, string>][] = [
  ['login', LOGIN, { email: 'nobody@example.com', password: PASSWORD }],
  ['token', '/api/accounts/token/', { email: 'nobody@example.com', password: PASSWORD }],
  ['token refresh', '/api/accounts/token/refresh/', { refresh: 'x' }],
  ['token verify', '/api/accounts/token/verify/', { token: 'x' }],
  ['token blacklist', '/api/accounts/token/blacklist/', { refresh: 'x' }],
  ['logout', '/api/accounts/logout/', { refresh: 'x' }],
]

for (const [name, path, fields] of endpoints) {
  for (const field of Object.keys(fields)) {
    test.describe(`${name}, ${field}`, () => {
      for (const [what, value, words] of NEVER_TAKEN) {
        // DRF's EmailField has words of its own; the token endpoints' is a CharField.
        const message = words === NOT_A_STRING && name === 'login' && field === 'email' ? NOT_AN_ADDRESS : words
        test(`${what} is refused with "${message}"`, async ({ call }) => {
          const answer = await call(path, { json: { ...fields, [field]: value } })
          expect(answer.status).toBe(400)
          expect(answer.body).toEqual({ [field]: [message] })
        })
      }

      test('absent it is required, in JSON, form and multipart', async ({ call }) => {
        const others = Object.fromEntries(Object.entries(fields).filter(([other]) => other !== field))
        // A multipart body needs a part to be one.
        for (const options of [{ json: others }, { form: others }, { multipart: { ...others, other: 'x' } }]) {
          const answer = await call(path, options)
          expect.soft(answer.status).toBe(400)
          expect.soft(answer.body, Object.keys(options)[0]).toEqual({ [field]: ['This field is required.'] })
        }
      })

      test('a NUL and a lone surrogate are refused', async ({ call }) => {
        const address = name === 'login' && field === 'email' ? [NOT_AN_ADDRESS] : []
        const inside = field === 'email' ? ['a', 'b@example.com'] : ['a', 'b']
        const nul = await call(path, { json: { ...fields, [field]: inside.join('\0') } })
        expect.soft(nul.status).toBe(400)
        expect.soft(nul.body).toEqual({ [field]: [NULL, ...address] })
        const surrogate = await call(path, { json: { ...fields, [field]: inside.join('\ud800') } })
        expect.soft(surrogate.status).toBe(400)
        expect.soft(surrogate.body).toEqual({ [field]: ['Surrogate characters are not allowed: U+D800.', ...address] })
      })
    })
  }
}

test('login: both fields are answered together and in order', async ({ call }) => {
  const answer = await call(LOGIN, { json: { password: null, email: 'nope' } })
  expect(answer.body).toEqual({ email: [NOT_AN_ADDRESS], password: ['This field may not be null.'] })
  expect(Object.keys(answer.body as object)).toEqual(['email', 'password'])
})

test('login: a number is taken as text', async ({ call }) => {
  expect((await call(LOGIN, { json: { email: 42, password: 'x' } })).body).toEqual({ email: [NOT_AN_ADDRESS] })
  const wrong = await call(LOGIN, { json: { email: `${unique()}@example.com`, password: 42 } })
  expect(wrong.status).toBe(400)
  expect(wrong.body).toEqual(INVALID)
})

test('login: the address is trimmed and may be in any case', async ({ call, newAccount }) => {
  const account = await newAccount()
  for (const email of [` ${account.email}\n`, account.email.toUpperCase()]) {
    const answer = await logIn(call, { email, password: account.password })
    expect.soft(answer.status, email).toBe(200)
    expect.soft(answer.body, email).toMatchObject({ message: 'Login successful', user: { id: account.id, email: account.email } })
  }
})

test('login: a password of 5,000 characters is a wrong password', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  const answer = await logIn(call, { email, password: 'x'.repeat(5000) })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual(INVALID)
})

test('login: unknown keys are ignored', async ({ call, newAccount }) => {
  const { email, password } = await newAccount()
  expect((await call(LOGIN, { json: { email, password, user_id: 1, next: '//evil.test', is_staff: true } })).status).toBe(200)
})

test('token: a wrong password is 401 without a code, a right one gives a pair', async ({ call, newAccount }) => {
  const { email, password } = await newAccount()
  const wrong = await call('/api/accounts/token/', { json: { email, password: 'wrong-Passw0rd' } })
  expect(wrong.status).toBe(401)
  expect(wrong.headers['www-authenticate']).toBe('Bearer realm="api"')
  expect(wrong.body).toEqual({ detail: 'No active account found with the given credentials' })
  const right = await call('/api/accounts/token/', { json: { email, password } })
  expect(right.status).toBe(200)
  expect(Object.keys(right.body as object)).toEqual(['refresh', 'access'])
})

test('SU-7: a fresh installation has no account to guess', async ({ call }) => {
  for (const email of ['admin@example.com', 'admin@localhost', 'root@localhost']) {
    for (const password of ['admin', 'password', 'changeme']) {
      expect.soft((await logIn(call, { email, password })).body, `${email} ${password}`).toEqual(INVALID)
    }
  }
})
