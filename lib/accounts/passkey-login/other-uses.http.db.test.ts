/** A passkey as the second factor of a login, and as the proof that it is the owner who asks (step-up). */
import { Secret, TOTP } from 'otpauth'
import { type Account, bearer, logIn as logInByPassword, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { cookieOf, logInByForm, me, parseSetCookie, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { confirmReset, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'
import { forgetProof } from '../../http/testing/staff.ts'
import type { App } from '../../http/testing/start-app.ts'
import type { CreationOptions, RequestOptions } from '../passkeys/testing/authenticator.ts'
import { CONFIRM, ENV, FACTOR, LOGIN, newOwner, optionsOf, PASSKEYS } from '../passkeys/testing/owner.ts'

const APP = '/api/accounts/second-factor/authenticator/'
const REFUSED = { credential: ['The passkey was not accepted.'] }
const EXPIRED = { credential: ['The passkey took too long, or was used already. Try again.'] }

async function addApp({ call }: App, { access }: Pick<Account, 'access'>): Promise<void> {
  const headers = bearer(access)
  const { secret } = (await call(APP, { method: 'POST', headers })).body as { secret: string }
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate()
  expect((await call(`${APP}confirm/`, { json: { code }, headers })).status).toBe(200)
}

/** An owner whose logins with the password ask for a second factor. */
async function newCareful(app: App, options?: Parameters<typeof newOwner>[1]) {
  const owner = await newOwner(app, options)
  await addApp(app, owner.account)
  return owner
}

async function ticketOf({ call }: App, account: Pick<Account, 'email' | 'password'>): Promise<string> {
  const { body } = await logInByPassword(call, account)
  return (body as { ticket: string }).ticket
}

test('a passkey alone makes no login with the password ask for a second factor', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account } = await newOwner(app)
  expect((await logInByPassword(app.call, account)).status).toBe(200)
})

test('LG-3: where an app makes one ask, a passkey is the first of its methods, and finishes it', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newCareful(app)
  const first = await logInByPassword(app.call, account)
  expect([first.status, first.body]).toEqual([
    403,
    {
      detail: 'Use a passkey, or enter a code from your authenticator app, to finish signing in.',
      code: 'mfa_required',
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      methods: ['passkey', 'totp', 'recovery_code'],
    },
  ])
  const { ticket } = first.body as { ticket: string }
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  expect(options).toMatchObject({
    allowCredentials: [{ id: authenticator.credentialId, type: 'public-key', transports: ['internal', 'hybrid'] }],
    userVerification: 'preferred',
  })
  const answer = await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options, { userVerified: false }) } })
  expect(answer.status).toBe(200)
  expect((await openProtected(app.call, readLogin(answer).access)).status).toBe(200)
  const [session] = await app.sql(`SELECT id FROM accounts_session WHERE user_id = ${account.id} AND amr = 'pwd hwk mfa'`)
  expect(session).toBeDefined()
  expect((await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options) } })).status).toBe(401)
})

test('a browser’s ticket stays in its cookie: its script asks without one, its form sends none', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newCareful(app)
  const first = await postForm(app.call, '/api/accounts/login/', { email: account.email, password: account.password })
  const cookie = `latchkey_login=${first.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')?.value}`
  const script = { accept: 'application/json', 'sec-fetch-site': 'same-origin' }
  expect((await app.call(`${FACTOR}options/`, { method: 'POST', headers: script })).status).toBe(401)
  const asked = await app.call(`${FACTOR}options/`, { method: 'POST', headers: { ...script, cookie } })
  expect(asked.status).toBe(200)
  const options = (asked.body as { public_key: RequestOptions }).public_key
  const form = { credential: JSON.stringify(authenticator.get(options)), next: '/settings/profile' }
  const elsewhere = await postForm(app.call, FACTOR, form)
  expect(elsewhere.headers.location).toBe('/login?next=%2Fsettings%2Fprofile')
  const answer = await postForm(app.call, FACTOR, form, { cookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/profile'])
  expect((await me(app.call, cookieOf(answer))).status).toBe(200)
})

test('PK-4: another account’s passkey, another login’s challenge and a replay finish no login', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [mine, theirs] = [await newCareful(app), await newCareful(app)]
  const [ticket, other] = [await ticketOf(app, mine.account), await ticketOf(app, theirs.account)]
  const finish = (credential: unknown) => app.call(FACTOR, { json: { ticket, credential } })
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  const foreign = await finish(theirs.authenticator.get(options))
  expect([foreign.status, foreign.body]).toEqual([400, REFUSED])
  const ofOther = await finish(mine.authenticator.get(await optionsOf(app.call, FACTOR, { json: { ticket: other } })))
  expect([ofOther.status, ofOther.body]).toEqual([400, EXPIRED])
  const toLogIn = await finish(mine.authenticator.get(await optionsOf(app.call, LOGIN)))
  expect([toLogIn.status, toLogIn.body]).toEqual([400, EXPIRED])
  const events = await app.sql(`SELECT detail FROM accounts_auditevent WHERE subject_id = ${mine.account.id} AND event = 'login_failed'`)
  expect(events.map(({ detail }) => JSON.parse(String(detail)).reason)).toEqual(Array(3).fill('wrong_passkey'))
  expect((await finish(mine.authenticator.get(options))).status).toBe(200)
})

test('MF-2: a ticket has five tries, of passkeys and codes together', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newCareful(app)
  const ticket = await ticketOf(app, account)
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  for (let round = 0; round < 3; round++)
    expect((await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options, { tampered: true }) } })).status).toBe(400)
  for (let round = 0; round < 2; round++)
    expect((await app.call('/api/accounts/login/second-factor/', { json: { ticket, code: '000000' } })).status).toBe(400)
  expect((await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options) } })).status).toBe(401)
})

test('MF-2: tries are counted for the account, whatever the number of its logins', async ({ serverWith }) => {
  const app = await serverWith({ ...ENV, THROTTLE_RATES: 'second_factor=3/h,*=100000/m' })
  const { account, authenticator } = await newCareful(app)
  const tryOne = async () => {
    const ticket = await ticketOf(app, account)
    const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
    return (await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options, { tampered: true }) } })).status
  }
  expect([await tryOne(), await tryOne(), await tryOne(), await tryOne()]).toEqual([400, 400, 400, 429])
})

test('RS-4: a password reset leaves passkeys, and the question for a second factor, as they are', async ({ serverWith, mailbox }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newCareful(app)
  await confirmReset(app.call, await resetToken(app.call, mailbox, account.email))
  const first = await logInByPassword(app.call, { email: account.email, password: NEW_PASSWORD })
  expect([first.status, first.body]).toMatchObject([403, { methods: ['passkey', 'totp', 'recovery_code'] }])
  const { ticket } = first.body as { ticket: string }
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  expect((await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options) } })).status).toBe(200)
})

test('MFA_REQUIRED: a passkey is a second factor, and the password alone adds no app beside it', async ({ serverWith, startServer }) => {
  const before = await serverWith(ENV)
  const { account, authenticator } = await newOwner(before)
  const env = { ...ENV, MFA_REQUIRED: 'everyone', SECRET_KEY: before.secret }
  const app = await startServer({ env, database: before.database })
  expect((await openProtected(app.call, account.access)).status).toBe(401)
  const first = await logInByPassword(app.call, account)
  expect([first.status, first.body]).toMatchObject([
    403,
    { code: 'mfa_required', methods: ['passkey'], detail: 'Use a passkey to finish signing in.' },
  ])
  const { ticket } = first.body as { ticket: string }
  const enrol = await app.call('/api/accounts/login/second-factor/authenticator/', { json: { ticket } })
  expect([enrol.status, enrol.body]).toMatchObject([409, { code: 'already_added' }])
  expect((await app.call('/api/accounts/login/second-factor/', { json: { ticket, code: '123456' } })).status).toBe(400)
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  const finished = await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options) } })
  expect((await openProtected(app.call, readLogin(finished).access)).status).toBe(200)
  const alone = await app.call(LOGIN, { json: { credential: authenticator.get(await optionsOf(app.call, LOGIN)) } })
  expect((await openProtected(app.call, readLogin(alone).access)).status).toBe(200)
})

test('a security key signs in alone once it has verified its user beside the password', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newCareful(app, { synced: false, said: { userVerified: false } })
  const alone = async () => (await app.call(LOGIN, { json: { credential: authenticator.get(await optionsOf(app.call, LOGIN)) } })).status
  expect(await alone()).toBe(401)
  const ticket = await ticketOf(app, account)
  const options = await optionsOf(app.call, FACTOR, { json: { ticket } })
  expect((await app.call(FACTOR, { json: { ticket, credential: authenticator.get(options) } })).status).toBe(200)
  expect(await alone()).toBe(200)
})

test('MF-4: a passkey that verified its user confirms who asks, in the session that asked', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [mine, theirs] = [await newOwner(app), await newOwner(app)]
  const headers = bearer(mine.account.access)
  await forgetProof(app.sql, mine.account)
  expect((await app.call(`${PASSKEYS}options/`, { json: {}, headers })).status).toBe(403)
  const options = await optionsOf(app.call, CONFIRM, { headers })
  expect(options).toMatchObject({ userVerification: 'required', allowCredentials: [{ id: mine.authenticator.credentialId }] })
  const confirm = (credential: unknown) => app.call(CONFIRM, { json: { credential }, headers })
  const wrong = [
    [theirs.authenticator.get(options), REFUSED],
    [mine.authenticator.get(options, { tampered: true }), REFUSED],
    [mine.authenticator.get(options, { origin: 'https://evil.example' }), REFUSED],
    [mine.authenticator.get(options, { userVerified: false }), expect.anything()],
    [mine.authenticator.get(await optionsOf(app.call, LOGIN)), EXPIRED],
    [mine.authenticator.get(await optionsOf(app.call, CONFIRM, { headers: bearer(theirs.account.access) })), EXPIRED],
  ]
  for (const [credential, body] of wrong) {
    const answer = await confirm(credential)
    expect([answer.status, answer.body]).toEqual([400, body])
  }
  const failed = `SELECT detail FROM accounts_auditevent WHERE subject_id = ${mine.account.id} AND event = 'reauthentication_failed'`
  expect((await app.sql(failed)).map(({ detail }) => JSON.parse(String(detail)).reason)).toEqual(wrong.map(() => 'wrong_passkey'))
  expect((await app.call(`${PASSKEYS}options/`, { json: {}, headers })).status).toBe(403)
  const right = mine.authenticator.get(options)
  expect((await confirm(right)).body).toEqual({ detail: 'You have confirmed that it is you.' })
  expect((await app.call(`${PASSKEYS}options/`, { json: {}, headers })).status).toBe(200)
  const replayed = await confirm(right)
  expect([replayed.status, replayed.body]).toEqual([400, EXPIRED])
})

test('a browser confirms with its form, and is counted as a wrong password is', async ({ serverWith }) => {
  const app = await serverWith({ ...ENV, THROTTLE_RATES: 'login=3/h,*=100000/m' })
  const { account, authenticator } = await newOwner(app)
  const cookie = await logInByForm(app.call, account)
  const script = { accept: 'application/json', 'sec-fetch-site': 'same-origin', cookie }
  const ask = async () => {
    const answer = await app.call(`${CONFIRM}options/`, { method: 'POST', headers: script })
    return (answer.body as { public_key: RequestOptions & CreationOptions }).public_key
  }
  const send = async (tampered: boolean) => {
    const credential = JSON.stringify(authenticator.get(await ask(), { tampered }))
    return (await postForm(app.call, CONFIRM, { credential, next: '/settings/data' }, { cookie })).headers.location
  }
  expect(await send(false)).toBe('/settings/data')
  for (let round = 0; round < 3; round++) expect(await send(true)).toBe('/reauthenticate?next=%2Fsettings%2Fdata')
  const limited = await app.call('/api/accounts/reauthenticate/', { json: { password: account.password }, headers: { ...script } })
  expect(limited.status).toBe(429)
})

test('an account without passkeys is asked for none', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  expect((await app.call(`${CONFIRM}options/`, { json: {}, headers: bearer(account.access) })).status).toBe(404)
  await app.sql(`UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ${account.id}`)
  await addApp(app, account)
  const ticket = await ticketOf(app, account)
  expect((await app.call(`${FACTOR}options/`, { json: { ticket } })).status).toBe(404)
  expect((await app.call(`${FACTOR}options/`, { json: { ticket: 'x' } })).status).toBe(401)
})
