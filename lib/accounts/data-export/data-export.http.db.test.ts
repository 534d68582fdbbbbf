/** What is kept about a person, handed to them, and no secret with it. */
import { bearer, logIn, PASSWORD, signUp } from '../../http/testing/accounts.ts'
import { logInByForm, openPage } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'

const EXPORT = '/api/accounts/me/export/'

test('the export is a file that holds the account’s profile, sessions, emails and events', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  await logIn(call, account)
  await call('/api/accounts/me/', { method: 'PATCH', headers: bearer(account.access), json: { first_name: 'Augusta' } })
  const answer = await call(EXPORT, { headers: bearer(account.access) })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="account-\d{4}-\d\d-\d\d\.json"$/)
  expect(answer.headers['cache-control']).toBe('private, no-store')
  expect(answer.body).toMatchObject({
    exported_at: expect.stringMatching(/Z$/),
    profile: { id: account.id, email: account.email, phone: account.phone, first_name: 'Augusta', is_active: true },
    groups: [],
    permissions: [],
    sessions: [{ kind: 'api' }, { kind: 'api' }],
    refresh_tokens: [{ blacklisted_at: null }, { blacklisted_at: null }],
    security_events: expect.arrayContaining([
      expect.objectContaining({ event: 'profile_updated', detail: { fields: ['first_name'] } }),
      expect.objectContaining({ event: 'data_exported' }),
    ]),
  })
  const rows = await server.sql("SELECT id FROM accounts_auditevent WHERE subject_id = ? AND event = 'data_exported'", [account.id])
  expect(rows).toHaveLength(1)
})

test('no hash, digest, nonce, token or email of any table is in it', async ({ call, server, mailbox }) => {
  const account = await signUp(call)
  // An account that was closed and restored has links, emails and blacklisted tokens.
  await call('/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json: { password: PASSWORD } })
  const mail = await mailbox.waitForSubject(account.email, 'Your Latchkey account will be deleted')
  const token = /token=([\w-]+)/.exec(mail.text)?.[1] ?? ''
  expect((await call('/api/accounts/account-deletion/undo/', { json: { token } })).status).toBe(200)
  const { tokens } = (await logIn(call, account)).body as { tokens: { access: string; refresh: string } }
  const { text, body } = await call(EXPORT, { headers: bearer(tokens.access) })
  expect(body).toMatchObject({
    mailed_links: [{ purpose: 'email_verification' }, { purpose: 'account_deletion_undo' }],
    emails: [{ kind: 'email_verification' }, { kind: 'account_deletion' }],
  })

  const secrets = [account.password, account.access, account.refresh, tokens.access, tokens.refresh, token, server.secret]
  const columns: [table: string, names: string[]][] = [
    ['accounts_user', ['password']],
    ['accounts_session', ['id']],
    ['token_blacklist_outstandingtoken', ['jti', 'token']],
    ['accounts_onetimetoken', ['nonce', 'digest', 'code_digest', 'state', 'payload']],
    ['accounts_outboxmail', ['message_id', 'text', 'html']],
  ]
  for (const [table, names] of columns) {
    const rows = await server.sql(`SELECT * FROM ${table} WHERE ${table === 'accounts_user' ? 'id' : 'user_id'} = ?`, [account.id])
    expect(rows.length, table).toBeGreaterThan(0)
    for (const row of rows) secrets.push(...names.flatMap((name) => (row[name] ? [String(row[name])] : [])))
  }
  for (const secret of secrets) expect.soft(text).not.toContain(JSON.stringify(secret).slice(1, -1))
  expect(text).not.toMatch(/\beyJ[\w-]+\.|\$2b\$|pbkdf2|[0-9a-f]{32}/)
})

test('a browser’s plain link gets the file too; without a session it leads to the login', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const answer = await openPage(call, EXPORT, cookie)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-disposition']).toContain('attachment')
  const signedOut = await openPage(call, EXPORT)
  expect([signedOut.status, signedOut.headers.location]).toEqual([303, `/login?next=${encodeURIComponent('/settings/data')}`])
  expect((await call(EXPORT)).status).toBe(401)
})

test('each gets their own', async ({ call, newAccount }) => {
  const [ada, grace] = [await newAccount(), await newAccount()]
  const { text } = await call(`${EXPORT}?user_id=${grace.id}&id=${grace.id}`, { headers: bearer(ada.access) })
  expect(text).toContain(ada.email)
  expect(text).not.toContain(grace.email)
})
