/** Connecting and disconnecting identity providers, and who is kept out by it. */
import { afterAll, beforeEach } from 'vitest'
import { holdLogins } from '../../authentication/testing/hold-logins.ts'
import { bearer, logIn, readLogin, unique, uniquePhone } from '../../http/testing/accounts.ts'
import { cookieOf, postForm, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import type { App } from '../../http/testing/start-app.ts'
import { sha256 } from '../../tokens/derived-secrets.ts'
import { newVisitor, pathOf, providerEnv, shareProvider, type Visitor } from './testing/visitor.ts'

const fake = await shareProvider(afterAll)
const other = await shareProvider(afterAll)
beforeEach(() => fake.misbehave({}))

const ENV = { OIDC_PROVIDERS: 'fake,other', ...providerEnv('fake', fake), ...providerEnv('other', other) }
const ACCOUNTS = '/api/accounts/external-accounts/'
const boolean = (value: boolean) => (process.env.TEST_PROVIDER === 'postgresql' ? String(value) : Number(value))

const newPerson = () => {
  const sub = unique()
  return { sub, email: `${sub}@example.com`, email_verified: true, name: 'Ada Lovelace' }
}

/** A browser whose owner has just signed in with the password. */
async function signedIn(app: App, { verified = true } = {}) {
  const account = await app.newAccount()
  if (verified) await app.sql(`UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ${account.id}`)
  const visitor = newVisitor(app)
  await visitor.post('/api/accounts/login/', { email: account.email, password: account.password })
  return { account, visitor }
}

/** A browser whose owner has signed up with a provider and has no password. */
async function signedUp(app: App, person = newPerson()) {
  const visitor = newVisitor(app)
  await visitor.signIn('fake', fake, person)
  await visitor.post('/api/accounts/signup/complete/', { name: 'Ada', phone: uniquePhone() })
  const [row] = await app.sql(`SELECT id FROM accounts_user WHERE email = '${person.email}'`)
  return { visitor, person, id: Number(row?.id) }
}

const cookieHeader = ({ jar }: Visitor) => ({ cookie: `latchkey=${jar.get('latchkey')}` })
const list = async (app: App, visitor: Visitor) =>
  (await app.call(ACCOUNTS, { headers: cookieHeader(visitor) })).body as { id: number; provider: string; email: string }[]
const unlink = (visitor: Visitor, id: number) => visitor.post(`${ACCOUNTS}${id}/?_method=DELETE`)

test('an owner connects a provider, is told by email, and signs in with it from then on', async ({ serverWith, mailbox }) => {
  const app = await serverWith(ENV)
  const { account, visitor } = await signedIn(app)
  const person = newPerson()
  const answer = await visitor.signIn('fake', fake, person, 'link')
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/security'])
  expect(await list(app, visitor)).toMatchObject([{ provider: 'Fake', email: person.email }])
  await expect.poll(() => mailbox.to(account.email).map(({ subject }) => subject)).toEqual(['Fake was connected to your Latchkey account'])
  const login = await newVisitor(app).signIn('fake', fake, person)
  expect((await app.call('/api/accounts/me/', { headers: { cookie: cookieOf(login) } })).body).toMatchObject({ id: account.id })
  // Again it changes nothing.
  await visitor.signIn('fake', fake, person, 'link')
  expect(await list(app, visitor)).toHaveLength(1)
})

test('connecting and disconnecting require recent authentication, at each step of its own', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, visitor } = await signedIn(app)
  await visitor.signIn('fake', fake, newPerson(), 'link')
  const [linked] = await list(app, visitor)
  await app.sql(`UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = ${account.id}`)
  for (const path of ['/api/accounts/login/oidc/fake/link/', `${ACCOUNTS}${linked?.id}/?_method=DELETE`]) {
    const answer = await visitor.post(path)
    expect.soft([answer.status, answer.headers.location], path).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fsecurity'])
  }
  const native = await app.call(`${ACCOUNTS}${linked?.id}/`, { method: 'DELETE', headers: bearer(account.access) })
  expect([native.status, (native.body as { code: string }).code]).toEqual([403, 'reauthentication_required'])
  expect(await list(app, visitor)).toHaveLength(1)
  expect((await app.call('/api/accounts/login/oidc/fake/link/', { json: {} })).status).toBe(401)
})

test.describe('an owner without a password confirms who they are with a connected provider', () => {
  const notRecent = (app: App, id: number) => app.sql(`UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = ${id}`)
  const isRecent = async (app: App, id: number) => {
    const rows = await app.sql(`SELECT id FROM accounts_session WHERE user_id = ${id} AND authenticated_at IS NOT NULL`)
    return rows.length > 0
  }

  test('and goes on where that was asked for, in the same session', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { visitor, person, id } = await signedUp(app)
    await notRecent(app, id)
    const url = await visitor.begin('fake', { next: '/settings/security' }, 'confirm')
    expect(url.searchParams.get('max_age')).toBe('0')
    const { auth_time, ...rest } = { ...person, auth_time: Math.floor(Date.now() / 1000) }
    const answer = await visitor.open(pathOf(fake.signIn(url, { ...rest, auth_time })))
    expect([answer.status, answer.headers.location]).toEqual([303, '/settings/security'])
    expect(await isRecent(app, id)).toBe(true)
    expect(await app.sql(`SELECT id FROM accounts_session WHERE user_id = ${id}`)).toHaveLength(1)
    const [event] = await app.sql(`SELECT detail FROM accounts_auditevent WHERE subject_id = ${id} AND event = 'reauthenticated'`)
    expect(JSON.parse(String(event?.detail))).toEqual({ provider: 'Fake' })
  })

  test('not with another account of the provider, which is audited', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const [{ visitor, id }, { person: stranger }] = [await signedUp(app), await signedUp(app)]
    await notRecent(app, id)
    for (const person of [stranger, newPerson()]) {
      const answer = await visitor.signIn('fake', fake, person, 'confirm')
      expect([answer.headers.location, visitor.errors()]).toEqual(['/reauthenticate', ['external_account_refused:Fake']])
    }
    expect(await isRecent(app, id)).toBe(false)
    const failures = await app.sql(`SELECT id FROM accounts_auditevent WHERE subject_id = ${id} AND event = 'reauthentication_failed'`)
    expect(failures).toHaveLength(2)
  })

  test('not by having signed in there before it was asked for', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { visitor, person, id } = await signedUp(app)
    await notRecent(app, id)
    const answer = await visitor.signIn('fake', fake, { ...person, auth_time: Math.floor(Date.now() / 1000) - 300 }, 'confirm')
    expect([answer.headers.location, visitor.errors()]).toEqual(['/reauthenticate', ['external_login_failed:Fake']])
    expect(await isRecent(app, id)).toBe(false)
  })

  test('not in another session than the one that asked', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { visitor, person, id } = await signedUp(app)
    const callback = pathOf(fake.signIn(await visitor.begin('fake', {}, 'confirm'), person))
    await visitor.signIn('fake', fake, person)
    await notRecent(app, id)
    expect((await visitor.open(callback)).headers.location).toBe('/login')
    expect(await isRecent(app, id)).toBe(false)
  })
})

test('OI-1: an account is connected only in the session that asked for it', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [mine, theirs] = [await signedIn(app), await signedIn(app)]
  const callback = pathOf(fake.signIn(await mine.visitor.begin('fake', {}, 'link'), newPerson()))
  // In the same browser, where another account has signed in since.
  mine.visitor.jar.set('latchkey', String(theirs.visitor.jar.get('latchkey')))
  expect((await mine.visitor.open(callback)).headers.location).toBe('/login')
  // And in one whose owner was made to open it.
  const begun = pathOf(fake.signIn(await theirs.visitor.begin('fake', {}, 'link'), newPerson()))
  const { visitor } = await signedIn(app)
  expect((await visitor.open(begun)).headers.location).toBe('/login')
  for (const one of [mine.account, theirs.account])
    expect(await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${one.id}`)).toEqual([])
})

test('OI-3: an account at a provider is connected to one account only, also by two at once', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [first, second] = [await signedIn(app), await signedIn(app)]
  const person = newPerson()
  const callbacks = await Promise.all(
    [first, second].map(async ({ visitor }) => pathOf(fake.signIn(await visitor.begin('fake', {}, 'link'), person))),
  )
  await Promise.all([first.visitor.open(callbacks[0] as string), second.visitor.open(callbacks[1] as string)])
  expect(await app.sql(`SELECT id FROM accounts_externalaccount WHERE subject = '${person.sub}'`)).toHaveLength(1)
  const third = await signedIn(app)
  expect((await third.visitor.signIn('fake', fake, person, 'link')).headers.location).toBe('/settings/security')
  expect(third.visitor.errors()).toEqual(['external_account_taken:Fake'])
})

test.describe('a native client', () => {
  const show = async (person: Record<string, unknown>) => {
    const nonce = unique()
    return { nonce, id_token: await fake.idToken({ ...person, nonce: sha256(nonce) }) }
  }

  test('connects a provider with a login there, and then signs in with it', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { account } = await signedIn(app)
    const person = newPerson()
    const linked = await app.call('/api/accounts/login/oidc/fake/link/', { json: await show(person), headers: bearer(account.access) })
    expect([linked.status, linked.body]).toEqual([200, { detail: 'The account is connected.' }])
    const login = await app.call('/api/accounts/login/oidc/fake/', { json: await show(person) })
    expect(readLogin(login).id).toBe(account.id)
    const other = await signedIn(app)
    const taken = await app.call('/api/accounts/login/oidc/fake/link/', { json: await show(person), headers: bearer(other.account.access) })
    expect([taken.status, (taken.body as { code: string }).code]).toEqual([409, 'external_account_taken'])
  })

  test('confirms who its owner is with a recent login at a connected provider, and with no other', async ({ serverWith }) => {
    const app = await serverWith(ENV)
    const { account } = await signedIn(app)
    const person = newPerson()
    const headers = bearer(account.access)
    await app.call('/api/accounts/login/oidc/fake/link/', { json: await show(person), headers })
    await app.sql(`UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = ${account.id}`)
    const confirm = async (shown: Record<string, unknown>) =>
      (await app.call('/api/accounts/login/oidc/fake/confirm/', { json: await show(shown), headers })).status
    const end = async () => (await app.call('/api/accounts/logout/all/', { json: {}, headers })).status
    const now = Math.floor(Date.now() / 1000)
    expect([await confirm(newPerson()), await confirm({ ...person, auth_time: now - 3600 }), await end()]).toEqual([403, 400, 403])
    expect([await confirm({ ...person, auth_time: now - 10 }), await end()]).toEqual([200, 200])
  })
})

test('SU-5: an account whose address is not verified connects nothing', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor } = await signedIn(app, { verified: false })
  const answer = await visitor.post('/api/accounts/login/oidc/fake/link/')
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/security'])
  expect(visitor.errors()).toEqual(['external_link_unverified'])
})

test('X5: what a stranger signed up with a provider that verifies nothing ends when the owner of the address resets the password', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(ENV)
  const email = `${unique()}@example.com`
  const attacker = await signedUp(app, { ...newPerson(), email, email_verified: false })
  expect((await app.call('/api/accounts/me/', { headers: cookieHeader(attacker.visitor) })).body).toMatchObject({ id: attacker.id })

  await app.call('/api/accounts/password/reset/', { json: { email } })
  await expect.poll(() => mailbox.to(email).some(({ subject }) => /reset/i.test(subject))).toBe(true)
  const message = mailbox.to(email).find(({ subject }) => /reset/i.test(subject))
  const [, token] = /token=([\w-]+)/.exec(message?.text ?? '') ?? []
  const password = 'Nine-Owners-quartz-7!'
  const reset = await app.call('/api/accounts/password/reset/confirm/', { json: { token, password, confirm_password: password } })
  expect(reset.status).toBe(200)

  expect((await app.call('/api/accounts/me/', { headers: cookieHeader(attacker.visitor) })).status).toBe(401)
  const again = await attacker.visitor.signIn('fake', fake, { ...attacker.person, email, email_verified: false })
  expect(again.headers.location).toBe('/login')
  expect(attacker.visitor.errors()).toEqual(['external_account_exists:Fake'])
  expect((await logIn(app.call, { email, password })).status).toBe(200)
})

test('a verified owner who resets the password keeps the connected provider', async ({ serverWith, mailbox }) => {
  const app = await serverWith(ENV)
  const { person, id } = await signedUp(app)
  await app.call('/api/accounts/password/reset/', { json: { email: person.email } })
  await expect.poll(() => mailbox.to(person.email)).toHaveLength(1)
  const [, token] = /token=([\w-]+)/.exec(mailbox.to(person.email)[0]?.text ?? '') ?? []
  const password = 'Nine-Owners-quartz-7!'
  await app.call('/api/accounts/password/reset/confirm/', { json: { token, password, confirm_password: password } })
  expect((await logIn(app.call, { email: person.email, password })).status).toBe(200)
  expect(await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${id}`)).toHaveLength(1)
})

test('a disconnected provider signs in no more, and what it signed in to ends, but for the session that asks', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(ENV)
  const { account, visitor } = await signedIn(app)
  const person = newPerson()
  await visitor.signIn('fake', fake, person, 'link')
  const thief = newVisitor(app)
  await thief.signIn('fake', fake, person)
  const [linked] = await list(app, visitor)
  expect((await unlink(visitor, linked?.id ?? 0)).headers.location).toBe('/settings/security')
  expect((await app.call('/api/accounts/me/', { headers: cookieHeader(thief) })).status).toBe(401)
  expect((await app.call('/api/accounts/me/', { headers: cookieHeader(visitor) })).status).toBe(200)
  const again = await thief.signIn('fake', fake, { ...person, email: account.email })
  expect([again.headers.location, thief.errors()]).toEqual(['/login', ['external_account_exists:Fake']])
  await expect
    .poll(() => mailbox.to(account.email).map(({ subject }) => subject))
    .toContain('Fake was disconnected from your Latchkey account')
  const events = await app.sql(`SELECT event FROM accounts_auditevent WHERE subject_id = ${account.id}`)
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['external_account_linked', 'external_account_unlinked', 'external_login_failed']),
  )
})

test('LG-3: a login with a provider waits for a further step without a session, and disconnecting ends it', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, visitor } = await signedIn(app)
  const person = newPerson()
  await visitor.signIn('fake', fake, person, 'link')
  const release = holdLogins('mfa', ({ user, amr }) => user.id === account.id && !amr.includes('mfa'))
  try {
    const other = newVisitor(app)
    const held = await other.open(pathOf(fake.signIn(await other.begin('fake', { next: '/settings/profile' }), person)))
    expect([held.headers.location, sessionCookieOf(held)]).toEqual(['/login/mfa?next=%2Fsettings%2Fprofile', undefined])
    const waiting = () => app.sql(`SELECT amr, used_at FROM accounts_pendinglogin WHERE user_id = ${account.id}`)
    expect(await waiting()).toMatchObject([{ amr: 'fed', used_at: null }])
    const [linked] = await list(app, visitor)
    await unlink(visitor, linked?.id ?? 0)
    const [ended] = await waiting()
    expect(ended?.used_at).not.toBeNull()
  } finally {
    release()
  }
})

test('another account’s connection cannot be removed', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [mine, theirs] = [await signedIn(app), await signedUp(app)]
  const [linked] = await list(app, theirs.visitor)
  for (const id of [linked?.id, 0, 'x', '9'.repeat(20)]) {
    const answer = await mine.visitor.post(`${ACCOUNTS}${id}/?_method=DELETE`)
    expect.soft(answer.status, String(id)).toBe(404)
  }
  expect(await list(app, theirs.visitor)).toHaveLength(1)
})

test('the last way in cannot be removed', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { visitor } = await signedUp(app)
  const [linked] = await list(app, visitor)
  expect((await unlink(visitor, linked?.id ?? 0)).headers.location).toBe('/settings/security')
  expect(visitor.errors()).toEqual(['last_sign_in_method'])
  expect(await list(app, visitor)).toHaveLength(1)
})

test('a provider that is configured no more is no way in', async ({ serverWith, startServer }) => {
  const app = await serverWith(ENV)
  const { visitor } = await signedUp(app)
  await visitor.signIn('other', other, newPerson(), 'link')
  expect(await list(app, visitor)).toHaveLength(2)
  const without = await startServer({ env: { ...ENV, OIDC_PROVIDERS: 'fake', SECRET_KEY: app.secret }, database: app.database })
  const later = newVisitor(without)
  for (const [name, value] of visitor.jar) later.jar.set(name, value)
  const [first, second] = await list(without, later)
  expect(second?.provider).toBe(new URL(other.issuer).host)
  await unlink(later, first?.id ?? 0)
  expect(later.errors()).toEqual(['last_sign_in_method'])
})

test('L11: of two connections removed at once, the last way in stays', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  for (let round = 0; round < 3; round++) {
    const { visitor } = await signedUp(app)
    await visitor.signIn('other', other, newPerson(), 'link')
    const both = await list(app, visitor)
    expect(both).toHaveLength(2)
    const headers = cookieHeader(visitor)
    const answers = await Promise.all(both.map(({ id }) => postForm(app.call, `${ACCOUNTS}${id}/?_method=DELETE`, {}, headers)))
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await list(app, visitor)).toHaveLength(1)
  }
})

test('LG-2: a deactivated owner connects nothing that was begun before', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, visitor } = await signedIn(app)
  const callback = pathOf(fake.signIn(await visitor.begin('fake', {}, 'link'), newPerson()))
  await app.sql(`UPDATE accounts_user SET is_active = ${boolean(false)} WHERE id = ${account.id}`)
  expect((await visitor.open(callback)).headers.location).toBe('/login')
  expect(await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${account.id}`)).toEqual([])
})
