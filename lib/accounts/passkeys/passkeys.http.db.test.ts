/** Passkeys as clients meet them: adding one, signing in with it, and removing it. */
import { bearer, logIn as logInByPassword, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { logInByForm, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { confirmReset, resetToken } from '../../http/testing/recovery.ts'
import { forgetProof } from '../../http/testing/staff.ts'
import type { App } from '../../http/testing/start-app.ts'
import { type Authenticator, type CreationOptions, newAuthenticator, type Said } from './testing/authenticator.ts'
import { ENV, logIn, newOwner, ORIGIN, optionsOf, PASSKEYS, register, verify } from './testing/owner.ts'

/** A provider that is never asked. */
const WORK = {
  OIDC_WORK_ISSUER: 'https://id.example',
  OIDC_WORK_CLIENT_ID: 'latchkey',
  OIDC_WORK_CLIENT_SECRET: 'a-secret-of-the-provider',
}

test('an owner adds a passkey, is told by email, and signs in with it alone: two factors', async ({ serverWith, mailbox }) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  await verify(app, account)
  const authenticator = newAuthenticator(ORIGIN, { aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' })
  const added = await register(app, account, authenticator)
  expect([added.status, added.body]).toEqual([
    201,
    {
      id: expect.any(Number),
      name: '1Password',
      credential_id: authenticator.credentialId,
      created_at: expect.any(String),
      last_used_at: null,
      synced: true,
    },
  ])
  await expect.poll(() => mailbox.to(account.email).map(({ subject }) => subject)).toEqual(['A passkey was added to your account'])
  const login = await logIn(app, authenticator)
  expect(login.status).toBe(200)
  const { id, access } = readLogin(login)
  expect([id, (await openProtected(app.call, access)).status]).toEqual([account.id, 200])
  const sessions = await app.sql('SELECT amr FROM accounts_session WHERE user_id = ? ORDER BY created_at', [account.id])
  expect(sessions.at(-1)?.amr).toBe('hwk mfa')
  const { body } = await app.call(PASSKEYS, { headers: bearer(access) })
  expect(body).toMatchObject({
    rp_id: 'localhost',
    user: { id: expect.stringMatching(/^[\w-]{43}$/), name: account.email, display_name: account.name },
    passkeys: [{ name: '1Password', last_used_at: expect.any(String) }],
  })
})

test('an owner renames a passkey, and removes it', async ({ serverWith, mailbox }) => {
  const app = await serverWith(ENV)
  const { account, authenticator, id } = await newOwner(app)
  const headers = bearer(account.access)
  const renamed = await app.call(`${PASSKEYS}${id}/`, { method: 'PATCH', json: { name: ' Blue key ' }, headers })
  expect([renamed.status, renamed.body]).toMatchObject([200, { id, name: 'Blue key' }])
  for (const name of ['', 'x'.repeat(65)])
    expect((await app.call(`${PASSKEYS}${id}/`, { method: 'PATCH', json: { name }, headers })).status).toBe(400)
  expect((await app.call(`${PASSKEYS}${id}/`, { method: 'DELETE', headers })).status).toBe(204)
  const gone = await logIn(app, authenticator)
  expect([gone.status, gone.body]).toEqual([404, { detail: 'No account has this passkey.', code: 'passkey_unknown' }])
  await expect.poll(() => mailbox.to(account.email).map(({ subject }) => subject)).toContain('A passkey was removed from your account')
})

test('the session that asks goes on; those that the passkey began end with it', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator, id } = await newOwner(app)
  const begun = readLogin(await logIn(app, authenticator))
  const other = readLogin(await logIn(app, authenticator))
  expect((await app.call(`${PASSKEYS}${id}/`, { method: 'DELETE', headers: bearer(begun.access) })).status).toBe(204)
  const open = async (token: string) => (await openProtected(app.call, token)).status
  expect([await open(begun.access), await open(other.access), await open(account.access)]).toEqual([200, 401, 200])
  const events = await app.sql(`SELECT event FROM accounts_auditevent WHERE subject_id = ${account.id} ORDER BY id`)
  expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['passkey_added', 'logged_in', 'passkey_removed']))
})

test('PK-4: another account’s passkey can be neither renamed nor removed: it is 404, as an unknown one is', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const [mine, theirs] = [await newOwner(app), await newOwner(app)]
  const headers = bearer(mine.account.access)
  for (const id of [theirs.id, 0, 'x', '9'.repeat(20), '-1']) {
    const renamed = await app.call(`${PASSKEYS}${id}/`, { method: 'PATCH', json: { name: 'Mine' }, headers })
    const removed = await app.call(`${PASSKEYS}${id}/`, { method: 'DELETE', headers })
    expect.soft([renamed.status, renamed.body, removed.status], String(id)).toEqual([404, { detail: 'Not found.' }, 404])
  }
  expect((await logIn(app, theirs.authenticator)).status).toBe(200)
  expect(await app.sql(`SELECT name FROM accounts_passkey WHERE id = ${theirs.id}`)).toEqual([{ name: 'Passkey' }])
})

test('MF-4: adding and removing require recent authentication, and an account', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator, id } = await newOwner(app)
  const headers = bearer(account.access)
  const options = await optionsOf<CreationOptions>(app.call, PASSKEYS, { headers })
  await forgetProof(app.sql, account)
  const answers = [
    await app.call(`${PASSKEYS}options/`, { json: {}, headers }),
    await app.call(PASSKEYS, { json: { credential: newAuthenticator(ORIGIN).create(options) }, headers }),
    await app.call(`${PASSKEYS}${id}/`, { method: 'DELETE', headers }),
  ]
  for (const { status, body } of answers) expect([status, body]).toMatchObject([403, { code: 'reauthentication_required' }])
  expect((await app.call(`${PASSKEYS}options/`, { json: {} })).status).toBe(401)
  expect((await logIn(app, authenticator)).status).toBe(200)
})

test('PK-1: a passkey is added once, in the session that asked, in answer to a challenge for it', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account } = await newOwner(app)
  const headers = bearer(account.access)
  const expired = { credential: ['The passkey took too long, or was used already. Try again.'] }
  const add = (credential: unknown, access = account.access) => app.call(PASSKEYS, { json: { credential }, headers: bearer(access) })
  const options = await optionsOf<CreationOptions>(app.call, PASSKEYS, { headers })
  const made = newAuthenticator(ORIGIN).create(options)
  const again = readLogin(await logInByPassword(app.call, account))
  const other = await newOwner(app)
  for (const access of [again.access, other.account.access]) expect((await add(made, access)).body).toEqual(expired)
  const { challenge } = await optionsOf(app.call, '/api/accounts/login/passkey/')
  expect((await add(newAuthenticator(ORIGIN).create({ ...options, challenge }))).body).toEqual(expired)
  const answers = await Promise.all(Array.from({ length: 10 }, () => add(made)))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)])
  expect((await add(newAuthenticator(ORIGIN).create(options))).body).toEqual(expired)
})

test('PK-2: a passkey of another site, without its user or with a foreign attestation is not added', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const certificate = Buffer.from('a163783563814130', 'hex')
  const wrong: Said[] = [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { type: 'webauthn.get' },
    { userPresent: false },
    { crossOrigin: true },
    { format: 'packed', statement: certificate },
    { format: 'tpm' },
    { format: 'android-safetynet' },
    { format: 'none', statement: certificate },
  ]
  for (const said of wrong) {
    const answer = await register(app, account, newAuthenticator(ORIGIN), { said })
    expect.soft([answer.status, answer.body], JSON.stringify(said)).toEqual([400, { credential: ['The passkey was not accepted.'] }])
  }
  // The id of one that there is, of this account or another.
  for (const one of [account, (await newOwner(app)).account]) {
    const taken = await register(app, one, newAuthenticator(ORIGIN), { said: { credentialId: authenticator.credentialId } })
    expect(taken.body).toEqual({ credential: ['The passkey is in use already.'] })
  }
  const own = newAuthenticator(ORIGIN)
  expect((await register(app, account, own)).status).toBe(201)
  expect((await register(app, account, own)).body).toEqual({ credential: ['The passkey is in use already.'] })
})

test('only a browser that makes a passkey by itself may leave its user out', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  await verify(app, account)
  const authenticator = newAuthenticator(ORIGIN)
  const said = { userPresent: false, userVerified: false }
  expect((await register(app, account, authenticator, { said })).status).toBe(400)
  expect((await register(app, account, authenticator, { said, conditional: true })).status).toBe(201)
  expect((await logIn(app, authenticator)).status).toBe(200)
  expect((await logIn(app, authenticator, { userVerified: false })).status).toBe(401)
})

test('an account has 20 passkeys at most, which a browser makes no second time, all with one handle', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account } = await newOwner(app)
  const headers = bearer(account.access)
  const asked = await Promise.all(Array.from({ length: 21 }, () => optionsOf<CreationOptions>(app.call, PASSKEYS, { headers })))
  const answers = await Promise.all(
    asked.map((options) => app.call(PASSKEYS, { json: { credential: newAuthenticator(ORIGIN).create(options) }, headers })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(201), 409, 409])
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: 'too_many_passkeys' })
  const rows = await app.sql(`SELECT user_handle, credential_id FROM accounts_passkey WHERE user_id = ${account.id}`)
  expect([rows.length, new Set(rows.map((row) => row.user_handle)).size]).toEqual([20, 1])
  const options = await optionsOf<CreationOptions & { excludeCredentials: { id: string }[] }>(app.call, PASSKEYS, { headers })
  expect(options.excludeCredentials.map(({ id }) => id).sort()).toEqual(rows.map((row) => row.credential_id).sort())
  expect(options.user.id).toBe(rows[0]?.user_handle)
})

/** Takes the password away, as for an owner who signed up with a provider. */
const withoutPassword = (app: App, { id }: { id: number }) => app.sql(`UPDATE accounts_user SET password = '!none' WHERE id = ${id}`)
const logInAgain = async (app: App, authenticator: Authenticator) => readLogin(await logIn(app, authenticator)).access

test('PK-4: the last way in stays; a passkey that does not verify its user is none', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator, id } = await newOwner(app)
  const key = newAuthenticator(ORIGIN, { synced: false })
  const added = await register(app, account, key, { said: { userVerified: false } })
  await withoutPassword(app, account)
  const headers = bearer(await logInAgain(app, authenticator))
  const answer = await app.call(`${PASSKEYS}${id}/`, { method: 'DELETE', headers })
  expect([answer.status, answer.body]).toMatchObject([409, { code: 'last_sign_in_method' }])
  const keyId = (added.body as { id: number }).id
  expect((await app.call(`${PASSKEYS}${keyId}/`, { method: 'DELETE', headers })).status).toBe(204)
  expect((await logIn(app, authenticator)).status).toBe(200)
})

test('L11: of two ways in removed at once, passkeys or a passkey and a provider, one stays', async ({ serverWith }) => {
  const app = await serverWith({ ...ENV, OIDC_PROVIDERS: 'work', ...WORK })
  for (let round = 0; round < 4; round++) {
    const { account, authenticator, id } = await newOwner(app)
    const second = newAuthenticator(ORIGIN)
    const other = (await register(app, account, second)).body as { id: number }
    await withoutPassword(app, account)
    const headers = bearer(await logInAgain(app, authenticator))
    const remove = (path: string) => app.call(path, { method: 'DELETE', headers })
    const both = await Promise.all([remove(`${PASSKEYS}${id}/`), remove(`${PASSKEYS}${other.id}/`)])
    expect(both.map(({ status }) => status).sort()).toEqual([204, 409])
    expect(await app.sql(`SELECT id FROM accounts_passkey WHERE user_id = ${account.id}`)).toHaveLength(1)
    const row = `${account.id}, 'https://id.example', 'person-${account.id}', '2026-01-01 00:00:00', '2026-01-01 00:00:00'`
    await app.sql(`INSERT INTO accounts_externalaccount (user_id, issuer, subject, created_at, last_used_at) VALUES (${row})`)
    const [linked] = await app.sql(`SELECT id FROM accounts_externalaccount WHERE user_id = ${account.id}`)
    const [left] = await app.sql(`SELECT id FROM accounts_passkey WHERE user_id = ${account.id}`)
    const kinds = await Promise.all([remove(`${PASSKEYS}${left?.id}/`), remove(`/api/accounts/external-accounts/${linked?.id}/`)])
    expect(kinds.map(({ status }) => status).sort()).toEqual([204, 409])
  }
})

test('SU-5: an address that is not verified adds no passkey, and what was added before ends when its owner arrives', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(ENV)
  const account = await app.newAccount()
  const refused = await app.call(`${PASSKEYS}options/`, { json: {}, headers: bearer(account.access) })
  expect([refused.status, refused.body]).toMatchObject([403, { code: 'email_not_verified' }])
  const { account: taken, authenticator } = await newOwner(app)
  await app.sql(`UPDATE accounts_user SET email_verified_at = NULL WHERE id = ${taken.id}`)
  const { access } = readLogin(await logIn(app, authenticator))
  await confirmReset(app.call, await resetToken(app.call, mailbox, taken.email))
  expect((await logIn(app, authenticator)).status).toBe(404)
  expect((await openProtected(app.call, access)).status).toBe(401)
  const [event] = await app.sql(`SELECT detail FROM accounts_auditevent WHERE subject_id = ${taken.id} AND event = 'passkey_removed'`)
  expect(JSON.parse(String(event?.detail))).toMatchObject({ by: 'ownership' })
  // A verified owner's reset leaves them.
  const owner = await newOwner(app)
  await confirmReset(app.call, await resetToken(app.call, mailbox, owner.account.email))
  expect((await logIn(app, owner.authenticator)).status).toBe(200)
})

test('the export names passkeys, without what browsers know them by; deleting the account deletes them', async ({ serverWith }) => {
  const app = await serverWith({ ...ENV, ACCOUNT_DELETION_GRACE: '0' })
  const { account, authenticator } = await newOwner(app)
  const headers = bearer(account.access)
  const { text } = await app.call('/api/accounts/me/export/', { headers })
  expect(JSON.parse(text).passkeys).toEqual([
    {
      name: 'Passkey',
      provider: 'Passkey',
      backup_eligible: true,
      backed_up: true,
      created_at: expect.any(String),
      last_used_at: null,
    },
  ])
  expect(text).not.toContain(authenticator.credentialId)
  const json = { password: account.password, confirmation: 'DELETE' }
  await app.call('/api/accounts/me/', { method: 'DELETE', json, headers })
  expect(await app.sql(`SELECT id FROM accounts_passkey WHERE user_id = ${account.id}`)).toEqual([])
  expect((await logIn(app, authenticator)).status).toBe(404)
})

test('a browser adds, renames and removes by its forms', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account } = await newOwner(app)
  const cookie = await logInByForm(app.call, account)
  const script = { accept: 'application/json', 'sec-fetch-site': 'same-origin', cookie }
  const asked = await app.call(`${PASSKEYS}options/`, { method: 'POST', headers: script })
  const options = (asked.body as { public_key: CreationOptions }).public_key
  const credential = JSON.stringify(newAuthenticator(ORIGIN).create(options))
  const page = '/settings/security/passkeys'
  const added = await postForm(app.call, PASSKEYS, { credential }, { cookie })
  expect([added.status, added.headers.location]).toEqual([303, page])
  const [row] = await app.sql(`SELECT id FROM accounts_passkey WHERE user_id = ${account.id} ORDER BY id DESC`)
  const renamed = await postForm(app.call, `${PASSKEYS}${row?.id}/?_method=PATCH`, { name: 'Blue' }, { cookie })
  expect(renamed.headers.location).toBe(page)
  const removed = await postForm(app.call, `${PASSKEYS}${row?.id}/?_method=DELETE`, {}, { cookie })
  expect(removed.headers.location).toBe(page)
  const twice = await postForm(app.call, PASSKEYS, { credential }, { cookie })
  expect([twice.status, twice.headers.location]).toEqual([303, page])
})

test('the well-known address says where passkeys are managed, without a redirect', async ({ serverWith }) => {
  const { call } = await serverWith(ENV)
  for (const path of ['/.well-known/passkey-endpoints', '/.well-known/passkey-endpoints/']) {
    const answer = await call(path)
    const page = `${ORIGIN}/settings/security/passkeys`
    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([200, 'application/json', { enroll: page, manage: page }])
  }
})
