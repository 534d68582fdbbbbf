/** What a browser's form gets, and what it never gets (RT-6, WB-1, LG-1). */
import { logIn, newPerson, PASSWORD, signUp, signupFields } from '../../lib/http/testing/accounts.ts'
import {
  cookieOf,
  HTML,
  logInByForm,
  logOutByForm,
  me,
  openPage,
  parseSetCookie,
  postForm,
  sessionCookieOf,
} from '../../lib/http/testing/cookies.ts'
import { claimsOf } from '../../lib/http/testing/jwt.ts'
import { expect, test } from '../fixtures.ts'

const LOGIN = '/api/accounts/login/'
const SIGNUP = '/api/accounts/signup/'
const TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/

for (const [what, path] of [
  ['a login', LOGIN],
  ['a sign-up', SIGNUP],
] as const) {
  test(`RT-6: ${what} by form is 303 with one httpOnly cookie and no token anywhere else`, async ({ call }) => {
    const person = newPerson()
    if (path === LOGIN) await signUp(call, person)
    const answer = await postForm(call, path, path === LOGIN ? { email: person.email, password: PASSWORD } : signupFields(person))
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/dashboard')
    expect(answer.headers['cache-control']).toMatch(/no-store/)
    const cookie = sessionCookieOf(answer)
    expect(cookie?.name).toBe('latchkey')
    expect(cookie?.attributes).toEqual({ path: '/', httponly: true, samesite: 'Lax' })
    expect(answer.text).not.toMatch(TOKEN)
    expect(claimsOf(cookie?.value ?? '')).toMatchObject({ token_type: 'sliding', refresh_exp: expect.any(Number), sid: expect.any(String) })
    expect((await me(call, cookieOf(answer))).body).toMatchObject({ email: person.email })
    const page = await openPage(call, '/dashboard', cookieOf(answer))
    expect(page.status).toBe(200)
    expect(page.text).toContain(person.email)
    expect(page.text).not.toMatch(TOKEN)
    expect(page.text).not.toMatch(/bcrypt_sha256|\$2b\$/)
  })
}

test('a form’s failure is 303 back to it; its flash holds codes and values, never a password', async ({ call }) => {
  const person = newPerson()
  const answer = await postForm(call, SIGNUP, {
    ...signupFields(person),
    email: 'nope',
    password: 'Hidden-Pa55-phrase',
    confirm_password: 'x',
  })
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/signup')
  expect(sessionCookieOf(answer)).toBeUndefined()
  const flash = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_flash')
  expect(flash?.attributes).toEqual({ path: '/', 'max-age': '60', httponly: true, samesite: 'Lax' })
  const text = Buffer.from(flash?.value ?? '', 'base64url').toString()
  expect(JSON.parse(text)).toMatchObject({ form: '/signup', errors: { email: ['email'] }, values: { name: person.name, email: 'nope' } })
  expect(text).not.toContain('Hidden-Pa55-phrase')
  const page = await openPage(call, '/signup', `latchkey_flash=${flash?.value}`)
  expect(page.status).toBe(200)
  expect(page.text).not.toContain('Hidden-Pa55-phrase')
  expect(page.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_flash')?.attributes['max-age']).toBe('0')
})

test('RT-7: logging out by form ends the session for good: the cookie replayed opens nothing', async ({ call }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const answer = await logOutByForm(call, cookie)
  expect(answer.status).toBe(303)
  const cleared = sessionCookieOf(answer)
  expect(cleared).toMatchObject({ name: 'latchkey', value: '', attributes: { path: '/', 'max-age': '0', httponly: true, samesite: 'Lax' } })
  expect((await me(call, cookie)).status).toBe(401)
  const page = await openPage(call, '/dashboard', cookie)
  expect(page.text).not.toContain(account.email)
  expect(page.status).not.toBe(200)
  expect((await logOutByForm(call, cookie)).status, 'twice is fine').toBe(303)
  expect((await logIn(call, account)).status).toBe(200)
})

test('CS-3: looking at a page or fetching a URL logs no one out', async ({ call }) => {
  const cookie = await logInByForm(call, await signUp(call))
  for (const path of ['/api/accounts/logout/', '/api/accounts/token/blacklist/', '/logout']) {
    for (const method of ['GET', 'HEAD']) await call(path, { method, headers: { cookie, accept: HTML } })
  }
  expect((await me(call, cookie)).status).toBe(200)
})

test('WB-1: two cookies of one name are both ignored, in either order (cookie tossing)', async ({ call }) => {
  const [mine, theirs] = [await logInByForm(call, await signUp(call)), await logInByForm(call, await signUp(call))]
  for (const cookie of [`${mine}; ${theirs}`, `${theirs}; ${mine}`, `${mine}; latchkey=`, `latchkey=x; ${mine}`]) {
    expect.soft((await me(call, cookie)).status, cookie.slice(0, 20)).toBe(401)
    expect.soft((await openPage(call, '/dashboard', cookie)).status, cookie.slice(0, 20)).not.toBe(200)
  }
  expect((await me(call, `a=b; ${mine}; latchkey2=x; xlatchkey=y`)).status).toBe(200)
})

test('B12: broken, long and many cookies are ignored', async ({ call }) => {
  const many = Array.from({ length: 50 }, (_, index) => `c${index}=v`).join('; ')
  for (const cookie of [
    'latchkey=%E0%A4%A',
    'latchkey',
    '=;=;;',
    many,
    `latchkey=${'x'.repeat(8000)}`,
    'latchkey_flash=%%%',
    'latchkey_flash=e30',
  ]) {
    const page = await openPage(call, '/login', cookie)
    expect.soft(page.status, cookie.slice(0, 30)).toBe(200)
    expect.soft((await me(call, cookie)).status, cookie.slice(0, 30)).toBe(401)
  }
})
