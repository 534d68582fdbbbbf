/** Signing in with a passkey alone: what counts, what does not, and who is kept out. */

import { readFlash } from '../../http/flash.ts'
import { type Account, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { cookieOf, formHeaders, HTML, me, parseSetCookie, postForm, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import type { Answer } from '../../http/testing/send.ts'
import type { App } from '../../http/testing/start-app.ts'
import { type CreationOptions, newAuthenticator, type RequestOptions, type Said } from '../passkeys/testing/authenticator.ts'
import { ENV, FACTOR, LOGIN, logIn, newOwner, ORIGIN, optionsOf, PASSKEYS } from '../passkeys/testing/owner.ts'

const REFUSED = { detail: 'The passkey was not accepted.', code: 'passkey_refused' }
const EXPIRED = { detail: 'The passkey took too long, or was used already. Try again.', code: 'passkey_expired' }
const outcome = ({ status, body }: Answer) => [status, body]

const failures = async (app: App, { id }: Pick<Account, 'id'>) =>
  (await app.sql(`SELECT detail FROM accounts_auditevent WHERE subject_id = ${id} AND event = 'login_failed' ORDER BY id`)).map(
    ({ detail }) => JSON.parse(String(detail)).reason,
  )

/** What the sign-in page of a browser asks for, by its script. @param cookie of an earlier visit */
async function visit({ call }: App, cookie?: string): Promise<{ options: RequestOptions; cookie: string }> {
  const answer = await call(`${LOGIN}options/`, {
    method: 'POST',
    headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin', ...(cookie !== undefined && { cookie }) },
  })
  const set = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_passkey')
  return { options: (answer.body as { public_key: RequestOptions }).public_key, cookie: `latchkey_passkey=${set?.value}` }
}

const errorsOf = (answer: Answer) => {
  const flash = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_flash')
  return readFlash(`latchkey_flash=${flash?.value}`)?.errors?.non_field_errors
}

test('the options name no account, and ask for any passkey of the site', async ({ serverWith }) => {
  const { call } = await serverWith(ENV)
  const { body } = await call(`${LOGIN}options/`, { json: {} })
  expect(body).toEqual({
    public_key: {
      rpId: 'localhost',
      challenge: expect.stringMatching(/^[\w-]{72}$/),
      timeout: 300_000,
      allowCredentials: [],
      userVerification: 'preferred',
    },
  })
})

test('PK-1: a response counts once', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { authenticator } = await newOwner(app)
  const credential = authenticator.get(await optionsOf(app.call, LOGIN))
  expect((await app.call(LOGIN, { json: { credential } })).status).toBe(200)
  expect(outcome(await app.call(LOGIN, { json: { credential } }))).toEqual([401, EXPIRED])
})

test('PK-1: 10 logins at once with one challenge begin one session', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const options = await optionsOf(app.call, LOGIN)
  const credential = authenticator.get(options)
  const answers = await Promise.all(Array.from({ length: 10 }, () => app.call(LOGIN, { json: { credential } })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)])
  const begun = await app.sql(`SELECT id FROM accounts_session WHERE user_id = ${account.id} AND amr = 'hwk mfa'`)
  expect(begun).toHaveLength(1)
})

test('PK-1: a challenge that was handed out for something else signs no one in', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const headers = { authorization: `Bearer ${account.access}` }
  const toRegister = await optionsOf<CreationOptions>(app.call, PASSKEYS, { headers })
  const toConfirm = await optionsOf(app.call, '/api/accounts/reauthenticate/passkey/', { headers })
  for (const challenge of [toRegister.challenge, toConfirm.challenge, 'AAAA', '']) {
    const credential = authenticator.get(await optionsOf(app.call, LOGIN), { challenge })
    expect(outcome(await app.call(LOGIN, { json: { credential } })), challenge).toEqual([401, EXPIRED])
  }
})

test('PK-1: a browser’s challenge counts in that browser alone, and no API client’s does there', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const [mine, theirs] = [await visit(app), await visit(app)]
  const send = (options: RequestOptions, cookie?: string) =>
    postForm(app.call, LOGIN, { credential: JSON.stringify(authenticator.get(options)) }, cookie === undefined ? {} : { cookie })
  for (const answer of [
    await send(mine.options, theirs.cookie),
    await send(mine.options),
    await send(await optionsOf(app.call, LOGIN), mine.cookie),
    await send(await optionsOf(app.call, LOGIN)),
  ]) {
    expect([answer.status, answer.headers.location, sessionCookieOf(answer)]).toEqual([303, '/login', undefined])
    expect(errorsOf(answer)).toEqual(['passkey_expired'])
  }
  expect((await app.call(LOGIN, { json: { credential: authenticator.get(mine.options) } })).status).toBe(401)
  // A second tab of the browser, whose first one goes on.
  const second = await visit(app, mine.cookie)
  expect(second.cookie).toBe(mine.cookie)
  for (const { options, cookie } of [mine, second]) {
    const answer = await send(options, cookie)
    expect([answer.status, answer.headers.location]).toEqual([303, '/dashboard'])
    expect((await me(app.call, cookieOf(answer))).body).toMatchObject({ id: account.id })
  }
})

test('a browser’s form stays signed in if asked to, and leads where it was wanted', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { authenticator } = await newOwner(app)
  const { options, cookie } = await visit(app)
  const form = { credential: JSON.stringify(authenticator.get(options)), next: '/settings/profile', remember: 'on' }
  const answer = await postForm(app.call, LOGIN, form, { cookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/profile'])
  expect(sessionCookieOf(answer)?.attributes['max-age']).toBeDefined()
  const unknown = newAuthenticator(ORIGIN)
  const again = await visit(app)
  const gone = await postForm(app.call, LOGIN, { credential: JSON.stringify(unknown.get(again.options)) }, { cookie: again.cookie })
  expect([gone.headers.location, errorsOf(gone)]).toEqual(['/login', ['passkey_unknown']])
  const torn = await postForm(app.call, LOGIN, { credential: '{"id":' }, { cookie: again.cookie })
  expect([torn.headers.location, errorsOf(torn)]).toEqual(['/login', ['passkey_malformed']])
})

test('CS-1: neither the options nor the login answer another site’s form', async ({ serverWith }) => {
  const { call } = await serverWith(ENV)
  const headers = { accept: HTML, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', cookie: 'latchkey_passkey=x' }
  expect((await call(`${LOGIN}options/`, { form: {}, headers })).status).toBe(403)
  expect((await call(LOGIN, { form: { credential: '{}' }, headers })).status).toBe(403)
  expect((await call(LOGIN, { form: {}, headers: { ...formHeaders, 'sec-fetch-site': 'same-site' } })).status).toBe(403)
})

const WRONG: [what: string, said: Said][] = [
  ['another origin', { origin: 'https://evil.example' }],
  ['another port', { origin: 'http://localhost:4322' }],
  ['another scheme', { origin: 'https://localhost:4321' }],
  ['a name that begins like it', { origin: `${ORIGIN}.evil.example` }],
  ['another domain', { rpId: 'evil.example' }],
  ['no user', { userPresent: false }],
  ['the type of a registration', { type: 'webauthn.create' }],
  ['a frame of another site', { crossOrigin: true }],
  ['another signature', { tampered: true }],
  ['another account’s handle', { userHandle: 'AAAA' }],
  ['no handle', { userHandle: null }],
]

test('PK-2: a response of another site, without its user or with a wrong signature signs no one in, which is audited', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  for (const [what, said] of WRONG) expect.soft(outcome(await logIn(app, authenticator, said)), what).toEqual([401, REFUSED])
  expect(await failures(app, account)).toEqual(WRONG.map(() => 'wrong_passkey'))
  expect((await logIn(app, authenticator)).status).toBe(200)
})

test('PK-2: a passkey that did not verify its user signs in neither alone nor with a PIN that it is given later', async ({
  serverWith,
}) => {
  const app = await serverWith(ENV)
  const { authenticator } = await newOwner(app)
  const answer = await logIn(app, authenticator, { userVerified: false })
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'passkey_user_not_verified'])
  const key = await newOwner(app, { synced: false, said: { userVerified: false } })
  for (const userVerified of [false, true]) {
    const refused = await logIn(app, key.authenticator, { userVerified })
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([401, 'passkey_user_not_verified'])
  }
})

test('PK-3: a counter that goes back is refused and audited; one that goes on is stored', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator, id } = await newOwner(app)
  const stored = async () => Number((await app.sql(`SELECT sign_count FROM accounts_passkey WHERE id = ${id}`))[0]?.sign_count)
  const steps: [signCount: number, status: number, after: number][] = [
    [0, 200, 0],
    [3, 200, 3],
    [10, 200, 10],
    [5, 401, 10],
    [10, 401, 10],
    [0, 401, 10],
    [11, 200, 11],
    [0xffff_ffff, 200, 0xffff_ffff],
  ]
  for (const [signCount, status, after] of steps) {
    const answer = await logIn(app, authenticator, { signCount })
    expect([signCount, answer.status, await stored()]).toEqual([signCount, status, after])
    if (status === 401) expect(answer.body).toEqual(REFUSED)
  }
  expect(await failures(app, account)).toEqual(Array(3).fill('passkey_copied'))
})

test('an unknown passkey is answered 404, whatever it says of itself', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { authenticator } = await newOwner(app)
  const unknown = newAuthenticator(ORIGIN)
  for (const said of [{}, { origin: 'https://evil.example' }, { userVerified: false }]) {
    const answer = await logIn(app, unknown, said)
    expect(outcome(answer)).toEqual([404, { detail: 'No account has this passkey.', code: 'passkey_unknown' }])
  }
  // It names a passkey that there is, and cannot sign for it.
  expect((await logIn(app, unknown, { credentialId: authenticator.credentialId })).status).toBe(401)
})

test('LG-2: a deactivated account is refused, a closed one is told so, and sessions end with the account', async ({ serverWith }) => {
  const app = await serverWith({ ...ENV, ACCOUNT_DELETION_GRACE: '14d' })
  const { account, authenticator } = await newOwner(app)
  const { access } = readLogin(await logIn(app, authenticator))
  await app.sql(`UPDATE accounts_user SET is_active = FALSE WHERE id = ${account.id}`)
  expect((await openProtected(app.call, access)).status).toBe(401)
  expect(outcome(await logIn(app, authenticator))).toEqual([401, REFUSED])
  const closed = await newOwner(app)
  const headers = { authorization: `Bearer ${closed.account.access}` }
  const json = { password: closed.account.password, confirmation: 'DELETE' }
  expect((await app.call('/api/accounts/me/', { method: 'DELETE', json, headers })).status).toBeLessThan(300)
  const answer = await logIn(app, closed.authenticator)
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('This account is closed')])
})

test('an address that must be verified holds the login back', async ({ serverWith, startServer }) => {
  const before = await serverWith(ENV)
  const { account, authenticator } = await newOwner(before)
  const env = { ...ENV, EMAIL_VERIFICATION: 'mandatory', SECRET_KEY: before.secret }
  const app = await startServer({ env, database: before.database })
  await app.sql(`UPDATE accounts_user SET email_verified_at = NULL WHERE id = ${account.id}`)
  expect(outcome(await logIn(app, authenticator))).toEqual([400, { non_field_errors: ['The email address is not confirmed yet.'] }])
})

test('at an IP address, and for a domain that is no longer this one, there are no passkeys', async ({ serverWith, startServer }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const shared = { database: app.database }
  const atAddress = await startServer({ ...shared, env: { SECRET_KEY: app.secret, APP_URL: 'http://127.0.0.1:4321' } })
  expect((await atAddress.call(`${LOGIN}options/`, { json: {} })).status).toBe(404)
  expect((await atAddress.call('/.well-known/passkey-endpoints')).status).toBe(404)
  const elsewhere = await startServer({ ...shared, env: { SECRET_KEY: app.secret, APP_URL: 'https://other.example' } })
  const response = authenticator.get(await optionsOf(elsewhere.call, LOGIN), { origin: 'https://other.example' })
  expect((await elsewhere.call(LOGIN, { json: { credential: response } })).status).toBe(404)
  const finish = await elsewhere.call(`${FACTOR}options/`, { json: { ticket: 'x' } })
  expect(finish.status).toBe(401)
  expect((await openProtected(elsewhere.call, account.access)).status).toBe(200)
})
