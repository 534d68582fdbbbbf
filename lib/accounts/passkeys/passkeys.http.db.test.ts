/** Passkeys as clients meet them: adding one, signing in with it, and removing it. */
import { bearer, openProtected, readLogin } from '../../http/testing/accounts.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { newAuthenticator } from './testing/authenticator.ts'
import { ENV, logIn, newOwner, ORIGIN, PASSKEYS, register, verify } from './testing/owner.ts'

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
