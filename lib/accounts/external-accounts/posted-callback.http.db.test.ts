/** Signing in with Apple, whose response is posted from another site, without our cookies. */
import { afterAll, beforeEach } from 'vitest'
import { unique, uniquePhone } from '../../http/testing/accounts.ts'
import { cookieOf, HTML, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import type { App } from '../../http/testing/start-app.ts'
import { newVisitor, providerEnv, shareProvider, type Visitor } from './testing/visitor.ts'

const apple = await shareProvider(afterAll, 'apple')
const other = await shareProvider(afterAll)
beforeEach(() => {
  apple.misbehave({})
  other.misbehave({})
})

const ENV = {
  OIDC_PROVIDERS: 'apple,other,broken',
  ...providerEnv('apple', apple),
  ...providerEnv('other', other),
  OIDC_BROKEN_CLIENT_ID: 'latchkey',
}
const CALLBACK = '/api/accounts/login/oidc/apple/callback/'
const ADA = { name: { firstName: 'Ada', lastName: 'Lovelace' } }

const newPerson = () => {
  const sub = unique()
  return { sub, email: `${sub}@privaterelay.appleid.com`, email_verified: 'true', is_private_email: 'true' }
}

type Form = Record<string, string>

/** What a browser posts from Apple's page. @param cookies those of an attacker's page on a sibling domain, which is the same site */
const post = (app: App, form: Form, { path = CALLBACK, cookies }: { path?: string; cookies?: Visitor['jar'] } = {}) => {
  const cookie = [...(cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { accept: HTML, origin: apple.issuer, 'sec-fetch-site': cookies ? 'same-site' : 'cross-site' }
  return app.call(path, { headers: { ...headers, ...(cookie !== '' && { cookie }) }, form })
}

/** Presses the button and signs in: what Apple's page then posts. */
async function responseFor(visitor: Visitor, person: object = newPerson(), user?: object): Promise<Form> {
  const callback = apple.signIn(await visitor.begin('apple'), person as Record<string, unknown>)
  return { ...Object.fromEntries(callback.searchParams), ...(user && { user: JSON.stringify(user) }) }
}

const locationOf = ({ headers }: { headers: Record<string, unknown> }) => String(headers.location)

async function signIn(app: App, visitor: Visitor, person: object, user?: object) {
  return visitor.open(locationOf(await post(app, await responseFor(visitor, person, user))))
}

test('a new person finds their name filled in, gets a verified address, and signs in from then on', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const person = newPerson()
  expect(locationOf(await signIn(app, visitor, person, { ...ADA, email: 'another@example.com' }))).toBe('/signup/complete')
  const [waiting] = await app.sql(`SELECT identity FROM accounts_externallogin WHERE purpose = 'sign_up' ORDER BY id DESC LIMIT 1`)
  expect(JSON.parse(String(waiting?.identity))).toEqual({
    issuer: apple.issuer,
    subject: person.sub,
    email: person.email,
    emailVerified: true,
    name: 'Ada Lovelace',
  })
  const completed = await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  expect(locationOf(completed)).toBe('/dashboard')
  const [row] = await app.sql(`SELECT email_verified_at FROM accounts_user WHERE email = '${person.email}'`)
  expect(row?.email_verified_at).not.toBeNull()
  const again = await signIn(app, visitor, person)
  expect([locationOf(again), sessionCookieOf(again) !== undefined]).toEqual(['/dashboard', true])
})

test('a name that is posted is no account’s: it changes none', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const person = newPerson()
  await signIn(app, visitor, person)
  await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  const answer = await signIn(app, visitor, person, { name: { firstName: 'Mallory' } })
  expect((await app.call('/api/accounts/me/', { headers: { cookie: cookieOf(answer) } })).body).toMatchObject({ name: 'Ada' })
})

test('OI-8: the post leads on with what a callback takes and nothing else, to no other address', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const form = { code: 'c+d', state: 's&t', error: 'e', iss: 'i', user: JSON.stringify(ADA) }
  const others = { id_token: 'x', next: '//evil.example', redirect_uri: 'https://evil.example/', name: 'Mallory', email: 'x@example.com' }
  const answer = await post(app, { ...form, ...others })
  expect([answer.status, answer.text, answer.cookies]).toEqual([303, '', []])
  const { user: _, ...known } = form
  const target = new URL(locationOf(answer), 'https://accounts.example.com')
  expect([target.origin, target.pathname]).toEqual(['https://accounts.example.com', CALLBACK])
  expect(Object.fromEntries(target.searchParams)).toEqual({ ...known, name: 'Ada Lovelace' })
})

test('OI-8: the post uses nothing up and sets nothing, whether a browser sends its cookies or not', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  await signIn(app, visitor, newPerson())
  await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  const form = await responseFor(visitor)
  apple.requests.splice(0)
  const before = [...visitor.jar]
  for (const cookies of [undefined, visitor.jar]) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(app, form, cookies && { cookies })))
    for (const answer of answers) expect([answer.status, answer.cookies]).toEqual([303, []])
  }
  expect([apple.requests, [...visitor.jar]]).toEqual([[], before])
  expect((await app.call('/api/accounts/me/', { headers: { cookie: `latchkey=${visitor.jar.get('latchkey')}` } })).status).toBe(200)
  expect(locationOf(await visitor.open(locationOf(await post(app, form))))).toBe('/signup/complete')
})

test('OI-1: a forged response signs no one in: of an unknown state, of another browser, and of a response that was used', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const [attacker, victim] = [newVisitor(app), newVisitor(app)]
  await victim.begin('apple')
  const foreign = locationOf(await post(app, await responseFor(attacker)))
  const made = locationOf(await post(app, { code: 'x', state: 'x'.repeat(43), user: JSON.stringify(ADA) }))
  const used = locationOf(await post(app, await responseFor(victim)))
  expect(locationOf(await victim.open(used))).toBe('/signup/complete')
  apple.requests.splice(0)
  for (const location of [foreign, made, used]) {
    const answer = await victim.open(location)
    expect([answer.status, locationOf(answer), sessionCookieOf(answer)]).toEqual([303, '/login', undefined])
    expect(victim.errors()).toEqual(['external_login_expired:Apple'])
  }
  expect(apple.requests).toEqual([])
})

test('OI-5: a person who says no is told so, and what Apple says of it is shown to no one', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const { state = '' } = await responseFor(visitor)
  const answer = await visitor.open(locationOf(await post(app, { state, error: 'user_cancelled_authorize' })))
  expect(locationOf(answer)).toBe('/login')
  expect(visitor.errors()).toEqual(['external_login_denied:Apple'])
})

test('OI-8: the post is bounded, and leads nowhere when it is not as it should be', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  for (const [form, status] of [
    [{ code: 'x'.repeat(4097) }, 400],
    [{ state: 'x'.repeat(256) }, 400],
    [{ user: 'x'.repeat(4097) }, 400],
    [{ padding: 'x'.repeat(65_536) }, 413],
  ] as [Form, number][]) {
    const answer = await post(app, form)
    expect.soft([answer.status, answer.headers.location, answer.cookies]).toEqual([status, undefined, []])
  }
  const twice = await app.call(CALLBACK, {
    headers: { accept: HTML, 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
    method: 'POST',
    body: 'state=a&state=b',
  })
  expect([twice.status, twice.headers.location]).toEqual([400, undefined])
})

test('a provider that answers by GET has no post, one that is off is 503, and an unknown one 404', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  for (const [id, status] of [
    ['other', 405],
    ['broken', 503],
    ['unknown', 404],
  ] as const) {
    const answer = await post(app, { code: 'x', state: 'y' }, { path: `/api/accounts/login/oidc/${id}/callback/` })
    expect.soft([answer.status, answer.headers.location], id).toEqual([status, undefined])
  }
})

test('CS-1: other sites cannot post what does more: the start, a sign-up, or the callback by its other method', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  for (const path of ['/api/accounts/login/oidc/apple/start/', '/api/accounts/signup/complete/'])
    expect.soft((await post(app, {}, { path })).status, path).toBe(403)
  const headers = { accept: HTML, origin: apple.issuer, 'sec-fetch-site': 'cross-site' }
  const answer = await fetch(`${app.url}${CALLBACK}?_method=GET&state=x`, { method: 'POST', headers, body: '', redirect: 'manual' })
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
})

test('a name in the address is taken at Apple’s callback alone', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  other.misbehave({ callback: (parameters) => ({ ...parameters, name: 'Mallory' }) })
  await visitor.signIn('other', other, { sub: unique(), email: `${unique()}@example.com` })
  const [waiting] = await app.sql(`SELECT identity FROM accounts_externallogin WHERE purpose = 'sign_up' ORDER BY id DESC LIMIT 1`)
  expect(JSON.parse(String(waiting?.identity)).name).toBeNull()
})
