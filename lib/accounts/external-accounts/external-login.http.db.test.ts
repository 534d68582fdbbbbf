/** Signing in with an identity provider, from the button to the session. */
import { afterAll, beforeEach } from 'vitest'
import { bearer, logIn, openProtected, PASSWORD, readLogin, unique, uniquePhone } from '../../http/testing/accounts.ts'
import { cookieOf, parseSetCookie, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import type { Answer } from '../../http/testing/send.ts'
import type { App } from '../../http/testing/start-app.ts'
import { sha256 } from '../../tokens/derived-secrets.ts'
import { newVisitor, pathOf, providerEnv, shareProvider } from './testing/visitor.ts'

const fake = await shareProvider(afterAll)
const other = await shareProvider(afterAll)
beforeEach(() => {
  fake.misbehave({})
  other.misbehave({})
})

const ENV = {
  OIDC_PROVIDERS: 'fake,other,trusted,broken',
  ...providerEnv('fake', fake),
  ...providerEnv('other', other),
  ...providerEnv('trusted', fake, { OIDC_TRUSTED_LINK_VERIFIED_EMAIL: 'true' }),
  OIDC_BROKEN_ISSUER: 'https://login.example.com',
  OIDC_BROKEN_CLIENT_ID: 'latchkey',
}
const NATIVE = '/api/accounts/login/oidc/fake/'

const newPerson = () => {
  const sub = unique()
  return { sub, email: `${sub}@example.com`, email_verified: true, name: 'Ada Lovelace' }
}

/** An account that a person of the provider has signed up with. */
async function signUpAt(app: App, person = newPerson()) {
  const visitor = newVisitor(app)
  await visitor.signIn('fake', fake, person)
  const completed = await visitor.post('/api/accounts/signup/complete/', { name: 'Ada Lovelace', phone: uniquePhone() })
  expect(completed.status).toBe(303)
  const [row] = await app.sql(`SELECT * FROM accounts_user WHERE email = '${person.email}'`)
  return { visitor, person, id: Number(row?.id), row, cookie: cookieOf(completed) }
}

const me = async (app: App, cookie: string) =>
  (await app.call('/api/accounts/me/', { headers: { cookie } })).body as { id: number; email: string }
const events = async (app: App, userId: number) =>
  (await app.sql(`SELECT event, detail FROM accounts_auditevent WHERE subject_id = ${userId} ORDER BY id`)).map(({ event, detail }) => [
    event,
    JSON.parse(String(detail)),
  ])
const isRefused = (answer: { status: number; headers: Record<string, unknown> }) => {
  expect([answer.status, answer.headers.location]).toEqual([303, '/login'])
}

test('a new person is asked for name and phone number before there is an account, then has one without a usable password', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const person = newPerson()
  const answer = await visitor.signIn('fake', fake, person)
  expect([answer.status, answer.headers.location, sessionCookieOf(answer)]).toEqual([303, '/signup/complete', undefined])
  expect(await app.sql(`SELECT id FROM accounts_user WHERE email = '${person.email}'`)).toEqual([])

  const incomplete = await visitor.post('/api/accounts/signup/complete/', { name: '', phone: '' })
  expect([incomplete.status, incomplete.headers.location]).toEqual([303, '/signup/complete'])
  const completed = await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone(), email: 'other@example.com' })
  expect([completed.status, completed.headers.location]).toEqual([303, '/dashboard'])
  expect(visitor.jar.has('latchkey_login')).toBe(false)
  const own = await me(app, cookieOf(completed))
  expect(own.email).toBe(person.email)
  const [row] = await app.sql(`SELECT * FROM accounts_user WHERE id = ${own.id}`)
  expect(String(row?.password)).toMatch(/^![\w-]{40}$/)
  expect(row?.email_verified_at).not.toBeNull()
  expect(await events(app, own.id)).toEqual([
    ['external_account_linked', { provider: 'Fake', by: 'sign_up' }],
    ['signed_up', { method: 'external' }],
  ])
  const [session] = await app.sql(`SELECT amr, credential_id FROM accounts_session WHERE user_id = ${own.id}`)
  const [linked] = await app.sql(`SELECT id, issuer, subject FROM accounts_externalaccount WHERE user_id = ${own.id}`)
  expect([session?.amr, session?.credential_id]).toEqual(['fed', String(linked?.id)])
  expect([linked?.issuer, linked?.subject]).toEqual([fake.issuer, person.sub])
})

test('a ticket signs up once: 8 concurrent sign-ups with it make one account', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const person = newPerson()
  await visitor.signIn('fake', fake, person)
  const ticket = visitor.jar.get('latchkey_login')
  const attempts = Array.from({ length: 8 }, () => {
    const again = newVisitor(app)
    again.jar.set('latchkey_login', String(ticket))
    return again.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  })
  const answers = await Promise.all(attempts)
  expect(answers.filter(({ headers }) => headers.location === '/dashboard')).toHaveLength(1)
  expect(await app.sql(`SELECT id FROM accounts_user WHERE email = '${person.email}'`)).toHaveLength(1)
})

test('LG-1: a linked person signs in to a new session, and the one that the browser brought ends', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person, id, cookie } = await signUpAt(app)
  const answer = await visitor.signIn('fake', fake, person)
  expect([answer.status, answer.headers.location]).toEqual([303, '/dashboard'])
  expect((await me(app, cookieOf(answer))).id).toBe(id)
  expect((await app.call('/api/accounts/me/', { headers: { cookie } })).status).toBe(401)
  expect((await events(app, id)).at(-1)).toEqual(['logged_in', { newDevice: false }])
})

test('LG-5: a login leads to the page it was begun from, and to no other site', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person } = await signUpAt(app)
  for (const [next, expected] of [
    ['/settings/profile', '/settings/profile'],
    ['//evil.example', '/dashboard'],
    ['https://evil.example/', '/dashboard'],
    ['/api/accounts/me/', '/dashboard'],
  ] as const) {
    const answer = await visitor.open(pathOf(fake.signIn(await visitor.begin('fake', { next }), person)))
    expect.soft(answer.headers.location, next).toBe(expected)
  }
})

test('“Keep me signed in” is kept on the way to the provider, through a sign-up too, and a login without it ends with the browser', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  const person = newPerson()
  const come = async (form: Record<string, string>) => visitor.open(pathOf(fake.signIn(await visitor.begin('fake', form), person)))
  const maxAge = (answer: Answer) => sessionCookieOf(answer)?.attributes['max-age']
  await come({ remember: 'on' })
  const completed = await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  expect(Number(maxAge(completed))).toBeGreaterThan(86_400)
  expect(maxAge(await come({}))).toBeUndefined()
  expect(maxAge(await come({ remember: '' }))).toBeUndefined()
  expect(Number(maxAge(await come({ remember: 'on' })))).toBeGreaterThan(86_400)
})

test('the page that leads to a provider names no page of ours, runs nothing and cannot be framed', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const answer = await newVisitor(app).post('/api/accounts/login/oidc/fake/start/')
  expect(answer.headers).toMatchObject({
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cache-control': 'private, no-store',
  })
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  const cookie = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_external')
  expect(cookie?.attributes).toEqual({ path: '/', httponly: true, samesite: 'Lax', 'max-age': '600' })
})

test.describe('OI-1: a callback is refused, and its code is asked for nowhere', () => {
  test('without a state, with an unknown one, and without the browser’s cookie', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const visitor = newVisitor(app)
    const callback = fake.signIn(await visitor.begin('fake'), newPerson())
    fake.requests.splice(0)
    const without = new URL(callback)
    without.searchParams.delete('state')
    const unknown = new URL(callback)
    unknown.searchParams.set('state', 'x'.repeat(43))
    for (const url of [without, unknown]) isRefused(await visitor.open(pathOf(url)))
    expect(visitor.errors()).toEqual(['external_login_expired:Fake'])
    isRefused(await newVisitor(app).open(pathOf(callback)))
    expect(fake.requests).toEqual([])
    // None of these used it up.
    expect((await visitor.open(pathOf(callback))).headers.location).toBe('/signup/complete')
  })

  test('X2: in another browser, whose own login has begun (login CSRF)', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const [attacker, victim] = [newVisitor(app), newVisitor(app)]
    await victim.begin('fake')
    const callback = fake.signIn(await attacker.begin('fake'), newPerson())
    isRefused(await victim.open(pathOf(callback)))
    expect(sessionCookieOf(await victim.open(pathOf(callback)))).toBeUndefined()
  })

  test('a second time', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { visitor, person } = await signUpAt(app)
    const callback = fake.signIn(await visitor.begin('fake'), person)
    expect((await visitor.open(pathOf(callback))).headers.location).toBe('/dashboard')
    fake.requests.splice(0)
    isRefused(await visitor.open(pathOf(callback)))
    expect(fake.requests).toEqual([])
  })

  test('eight times at once, but for one', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { visitor, person } = await signUpAt(app)
    const callback = fake.signIn(await visitor.begin('fake'), person)
    const answers = await Promise.all(Array.from({ length: 8 }, () => visitor.open(pathOf(callback))))
    expect(answers.filter(({ headers }) => headers.location === '/dashboard')).toHaveLength(1)
  })

  test('of one provider at another one', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const visitor = newVisitor(app)
    const callback = fake.signIn(await visitor.begin('fake'), newPerson())
    fake.requests.splice(0)
    const { search } = callback
    isRefused(await visitor.open(`/api/accounts/login/oidc/other/callback/${search}`))
    expect([...fake.requests, ...other.requests.filter((path) => path === '/token')]).toEqual([])
  })

  test('after ten minutes', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const visitor = newVisitor(app)
    const callback = fake.signIn(await visitor.begin('fake'), newPerson())
    await app.sql(`UPDATE accounts_externallogin SET expires_at = created_at`)
    isRefused(await visitor.open(pathOf(callback)))
  })
})

test('two tabs: the login that was begun first still works', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person } = await signUpAt(app)
  const first = await visitor.begin('fake')
  await visitor.begin('fake')
  expect((await visitor.open(pathOf(fake.signIn(first, person)))).headers.location).toBe('/dashboard')
})

test('a HEAD of the callback uses nothing up', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person } = await signUpAt(app)
  const callback = pathOf(fake.signIn(await visitor.begin('fake'), person))
  const cookie = [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  await app.call(callback, { method: 'HEAD', headers: { cookie, accept: 'text/html' } })
  expect((await visitor.open(callback)).headers.location).toBe('/dashboard')
})

test('OI-2: a login whose ID token is not verified has no session, and is logged without a secret', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person, id } = await signUpAt(app)
  for (const misbehavior of [
    { claims: (claims: object) => ({ ...claims, iss: 'https://evil.example' }) },
    { claims: (claims: object) => ({ ...claims, aud: 'another-client' }) },
    { claims: (claims: object) => ({ ...claims, nonce: 'of-another-login' }) },
    { idToken: (token: string) => `${token.slice(0, -6)}AAAAAA` },
    { idToken: (token: string) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.` },
  ]) {
    fake.misbehave(misbehavior)
    const answer = await visitor.signIn('fake', fake, person)
    isRefused(answer)
    expect(sessionCookieOf(answer)).toBeUndefined()
    expect(visitor.errors()).toEqual(['external_login_failed:Fake'])
  }
  expect(await app.sql(`SELECT id FROM accounts_session WHERE user_id = ${id}`)).toHaveLength(1)
  expect(app.output()).toContain('identity_provider_failed')
  const failed = await app.sql(`SELECT detail FROM accounts_auditevent WHERE event = 'external_login_failed' ORDER BY id DESC LIMIT 1`)
  expect(JSON.parse(String(failed[0]?.detail))).toEqual({ provider: 'Fake', reason: 'external_login_failed' })
})

test('OI-5: what a provider says of an error is shown to no one', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  fake.misbehave({ callback: ({ state, iss }) => ({ state, iss, error: 'access_denied', error_description: '<b>SECRET-DESCRIPTION</b>' }) })
  const answer = await visitor.signIn('fake', fake)
  isRefused(answer)
  expect(visitor.errors()).toEqual(['external_login_denied:Fake'])
  fake.misbehave({ callback: (parameters) => ({ ...parameters, code: 'unknown' }) })
  await visitor.signIn('fake', fake)
  expect(visitor.errors()).toEqual(['external_login_failed:Fake'])
  expect(app.output() + JSON.stringify(answer)).not.toContain('SECRET-DESCRIPTION')
})

test('a provider that is down: its button says so, and passwords still sign in', async ({ serverWith }) => {
  const app = await serverWith({
    ...ENV,
    OIDC_PROVIDERS: 'down',
    ...providerEnv('down', { provider: { ...fake.provider, client: { ...fake.provider.client, issuer: 'http://127.0.0.1:9' } } }),
  })
  const visitor = newVisitor(app)
  isRefused(await visitor.post('/api/accounts/login/oidc/down/start/'))
  expect(visitor.errors()).toEqual(['provider_unreachable:Down'])
  const native = await app.call('/api/accounts/login/oidc/down/', {
    json: { code: 'x', code_verifier: 'v'.repeat(43), redirect_uri: 'app:/cb' },
  })
  expect([native.status, native.headers['retry-after'], (native.body as { code: string }).code]).toEqual([
    503,
    '10',
    'provider_unreachable',
  ])
  const account = await app.newAccount()
  expect((await logIn(app.call, account)).status).toBe(200)
})

test('OI-7: a provider without a secret is 503 at each of its endpoints, an unknown one 404, and all else works', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  const paths = (id: string) => ['start/', 'callback/?state=x', 'link/', ''].map((rest) => `/api/accounts/login/oidc/${id}/${rest}`)
  for (const [id, status] of [
    ['broken', 503],
    ['unknown', 404],
  ] as const) {
    for (const path of paths(id)) {
      const options = path.includes('callback') ? {} : { json: {} }
      expect.soft((await app.call(path, { ...options, headers: bearer(account.access) })).status, path).toBe(status)
    }
  }
  expect((await newVisitor(app).post('/api/accounts/login/oidc/broken/start/')).status).toBe(503)
  expect((await logIn(app.call, account)).status).toBe(200)
  expect((await app.call('/api/protected-endpoint/')).status).toBe(401)
})

test('OI-3: the same subject at two issuers is two accounts, and another address at the provider the same account', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const { visitor, person, id } = await signUpAt(app)
  const elsewhere = await newVisitor(app).signIn('other', other, { ...person, email: `${unique()}@example.com` })
  expect(elsewhere.headers.location).toBe('/signup/complete')
  const moved = await visitor.signIn('fake', fake, { ...person, email: `${unique()}@example.com` })
  const own = await me(app, cookieOf(moved))
  expect([own.id, own.email]).toEqual([id, person.email])
})

test('X5: the address of an account never signs in to it: not by default, not unverified on either side, not by text', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const verified = async () => {
    const account = await app.newAccount()
    await app.sql(`UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ${account.id}`)
    return account
  }
  const cases: [what: string, id: string, account: { id: number; email: string }, email_verified: unknown][] = [
    ['a provider that links none', 'fake', await verified(), true],
    ['an account that is not verified', 'trusted', await app.newAccount(), true],
    ['a provider that has not verified it', 'trusted', await verified(), false],
    ['the text "true"', 'trusted', await verified(), 'true'],
    ['the text "false"', 'trusted', await verified(), 'false'],
    ['nothing said', 'trusted', await verified(), undefined],
  ]
  for (const [what, id, { id: userId, email }, email_verified] of cases) {
    const visitor = newVisitor(app)
    const answer = await visitor.signIn(id, fake, { sub: unique(), email, email_verified })
    expect.soft([answer.status, answer.headers.location, sessionCookieOf(answer)], what).toEqual([303, '/login', undefined])
    expect.soft(visitor.errors(), what).toEqual([`external_account_exists:${id === 'fake' ? 'Fake' : 'Trusted'}`])
    expect.soft(await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${userId}`), what).toEqual([])
  }
})

test('OI-4: with both sides verified and the setting on, the account is linked and its owner told; staff never', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  await app.sql(`UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ${account.id}`)
  const person = { sub: unique(), email: account.email.toUpperCase(), email_verified: true }
  const answer = await newVisitor(app).signIn('trusted', fake, person)
  expect((await me(app, cookieOf(answer))).id).toBe(account.id)
  expect((await events(app, account.id))[0]).toEqual(['external_account_linked', { provider: 'Trusted', by: 'verified_email' }])
  await expect
    .poll(() => mailbox.to(account.email).map(({ subject }) => subject))
    .toContain('Trusted was connected to your Latchkey account')
  const [session] = await app.sql(`SELECT credential_id FROM accounts_session WHERE user_id = ${account.id} AND amr = 'fed'`)
  const [linked] = await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${account.id}`)
  expect(session?.credential_id).toBe(String(linked?.id))

  const staff = await app.newAccount()
  await app.sql(
    `UPDATE accounts_user SET email_verified_at = date_joined, is_staff = ${process.env.TEST_PROVIDER === 'postgresql' ? 'true' : '1'} WHERE id = ${staff.id}`,
  )
  isRefused(await newVisitor(app).signIn('trusted', fake, { sub: unique(), email: staff.email, email_verified: true }))
})

test('LG-2: a deactivated account is not signed in to, whatever the provider says', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor, person, id } = await signUpAt(app)
  await app.sql(`UPDATE accounts_user SET is_active = ${process.env.TEST_PROVIDER === 'postgresql' ? 'false' : '0'} WHERE id = ${id}`)
  const answer = await visitor.signIn('fake', fake, person)
  isRefused(answer)
  expect(visitor.errors()).toEqual(['external_account_refused:Fake'])
})

test.describe('a native client', () => {
  const verifier = 'v'.repeat(43)
  const REDIRECT = 'com.example.app:/signed-in'
  /** The code that its own browser got, as the provider's own library would. */
  async function codeFor(person: object, nonce?: string): Promise<string> {
    const { createHash } = await import('node:crypto')
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const url = new URL(`${fake.issuer}/authorize`)
    url.search = new URLSearchParams({ code_challenge: challenge, redirect_uri: REDIRECT, state: 's', ...(nonce && { nonce }) }).toString()
    return String(fake.signIn(url, person as Record<string, unknown>).searchParams.get('code'))
  }

  test('signs in with a code and its verifier, and gets tokens and no cookie', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { person, id } = await signUpAt(app)
    const json = { code: await codeFor(person), code_verifier: verifier, redirect_uri: REDIRECT, iss: fake.issuer }
    const answer = await app.call(NATIVE, { json })
    expect([answer.status, answer.cookies]).toEqual([200, []])
    const login = readLogin(answer)
    expect(login.id).toBe(id)
    expect((await openProtected(app.call, login.access)).status).toBe(200)
    expect((await app.call(NATIVE, { json })).status).toBe(400)
  })

  test('OI-1: is refused with another verifier, another redirect URI or another issuer', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { person } = await signUpAt(app)
    for (const wrong of [{ code_verifier: 'w'.repeat(43) }, { redirect_uri: 'com.example.app:/other' }, { iss: 'https://evil.example' }]) {
      const json = { code: await codeFor(person), code_verifier: verifier, redirect_uri: REDIRECT, iss: fake.issuer, ...wrong }
      const answer = await app.call(NATIVE, { json })
      expect.soft([answer.status, (answer.body as { code: string }).code], JSON.stringify(wrong)).toEqual([400, 'external_login_failed'])
    }
  })

  test('OI-1: signs in with an ID token and its nonce, once', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { person, id } = await signUpAt(app)
    const json = { id_token: await fake.idToken({ ...person, nonce: sha256('of-the-app') }), nonce: 'of-the-app' }
    const answers = await Promise.all(Array.from({ length: 4 }, () => app.call(NATIVE, { json })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
    expect(answers.filter(({ status }) => status === 200).map((answer) => readLogin(answer).id)).toEqual([id])
    // The last character of a signature has bits that say nothing: another one is the same signature.
    const [end, alphabet] = [json.id_token.slice(-1), 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    const rewritten = json.id_token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(end) + 1)
    expect((await app.call(NATIVE, { json: { ...json, id_token: rewritten } })).status).toBe(400)
    const foreign = { id_token: await fake.idToken({ ...person, nonce: sha256('of-another') }), nonce: 'of-the-app' }
    expect((await app.call(NATIVE, { json: foreign })).status).toBe(400)
  })

  test('is told which fields are missing', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const required = ['This field is required.']
    expect((await app.call(NATIVE, { json: {} })).body).toEqual({ code: required })
    expect((await app.call(NATIVE, { json: { code: 'x' } })).body).toEqual({ code_verifier: required })
    expect((await app.call(NATIVE, { json: { code: 'x', code_verifier: verifier } })).body).toEqual({ redirect_uri: required })
    expect((await app.call(NATIVE, { json: { id_token: 'x' } })).body).toEqual({ nonce: required })
  })

  test('of a new person gets a ticket, which opens nothing, and completes the sign-up with it, once', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const person = newPerson()
    const pending = await app.call(NATIVE, { json: { id_token: await fake.idToken({ ...person, nonce: sha256('n') }), nonce: 'n' } })
    expect(pending.status).toBe(403)
    const { ticket, ...body } = pending.body as { ticket: string }
    expect(body).toEqual({ detail: 'Complete your profile to finish signing up.', code: 'profile_incomplete', methods: ['profile'] })
    expect((await openProtected(app.call, ticket)).status).toBe(401)
    const json = { ticket, name: 'Ada', phone: uniquePhone() }
    const taken = await app.newAccount()
    expect((await app.call('/api/accounts/signup/complete/', { json: { ...json, phone: taken.phone } })).body).toEqual({
      phone: ['user with this phone already exists.'],
    })
    const completed = await app.call('/api/accounts/signup/complete/', { json })
    expect([completed.status, completed.headers.location]).toEqual([201, '/api/accounts/me/'])
    expect((await openProtected(app.call, readLogin(completed).access)).status).toBe(200)
    expect((await app.call('/api/accounts/signup/complete/', { json: { ...json, phone: uniquePhone() } })).status).toBe(400)
    // A browser's cookie does not take an API client's ticket.
    const visitor = newVisitor(app)
    visitor.jar.set('latchkey_login', ticket)
    isRefused(await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() }))
  })

  test('cannot begin a login that only a browser’s cookie would bind', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const answer = await app.call('/api/accounts/login/oidc/fake/start/', { json: {} })
    expect([answer.status, answer.body]).toEqual([400, { detail: 'Only a browser’s form can do this.', code: 'browser_required' }])
  })
})

test('an address that the provider has not verified is not verified here, and its owner is asked to confirm it', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(ENV)
  const { row, person } = await signUpAt(app, { ...newPerson(), email_verified: false })
  expect(row?.email_verified_at).toBeNull()
  await expect.poll(() => mailbox.to(person.email)).toHaveLength(1)
})

test('a person without an address at the provider is asked for one, which is not verified', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const visitor = newVisitor(app)
  await visitor.signIn('fake', fake, { sub: unique(), email_verified: true })
  const complete = (form: Record<string, string>) =>
    visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone(), ...form })
  expect((await complete({})).headers.location).toBe('/signup/complete')
  const email = `${unique()}@example.com`
  expect((await complete({ email })).headers.location).toBe('/dashboard')
  const [row] = await app.sql(`SELECT email_verified_at FROM accounts_user WHERE email = '${email}'`)
  expect(row?.email_verified_at).toBeNull()
})

test('SU-6, X5: where addresses must be verified, one that the provider has not verified gets the same answer with an account and without', async ({
  serverWith,
}) => {
  const app = await serverWith({ ...ENV, EMAIL_VERIFICATION: 'mandatory' })
  const visitor = newVisitor(app)
  const { email } = (await signUpAt(app)).person
  const unverified = { ...newPerson(), email_verified: false }
  for (const person of [unverified, { ...unverified, email }, { sub: unique() }]) {
    isRefused(await visitor.signIn('fake', fake, person))
    expect(visitor.errors()).toEqual(['external_email_unverified:Fake'])
  }
  expect((await signUpAt(app)).id).toBeGreaterThan(0)
})

test('an account that signed up with a provider has no password to guess', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { person, row } = await signUpAt(app)
  for (const password of [PASSWORD, String(row?.password), '!'])
    expect((await logIn(app.call, { email: person.email, password })).status).toBe(400)
})
