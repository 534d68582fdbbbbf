/** Deleting an account, and the way back by the mail's own link. */
import { bearer, logIn, openProtected, PASSWORD, refreshWith, signUp, unique } from '../../http/testing/accounts.ts'
import { formHeaders, logInByForm, me, sessionCookieOf } from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { linkIn, tokenIn } from '../../http/testing/mailbox.ts'

const ME = '/api/accounts/me/'
const UNDO_PAGE = '/account-deletion/undo'
/** The subject of the email with the way back. */
const CLOSED = 'Your Latchkey account will be deleted'
const remove = (call: Call, access: string, json: unknown = { password: PASSWORD }) =>
  call(ME, { method: 'DELETE', headers: bearer(access), json })
const undo = (call: Call, token: unknown) => call('/api/accounts/account-deletion/undo/', { json: { token } })

test('a closed account opens to no one, at once, and comes back as it was by the mail’s link', async ({ call, mailbox, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const before = (await call(ME, { headers: bearer(account.access) })).body
  const answer = await remove(call, account.access)
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  expect((await me(call, cookie)).status).toBe(401)
  const closed = expect.stringMatching(/^This account is closed and will be deleted on .+ UTC\. Reset the password to restore it\.$/)
  expect((await logIn(call, account)).body).toEqual({ non_field_errors: [closed] })
  expect((await logIn(call, { ...account, password: 'wrong' })).body).toEqual({ non_field_errors: ['Invalid email or password.'] })

  const token = tokenIn(await mailbox.waitForSubject(account.email, CLOSED), UNDO_PAGE)
  const undone = await undo(call, token)
  expect([undone.status, undone.body]).toEqual([200, { detail: 'Your account has been restored. You can log in again.' }])
  expect(undone.cookies.filter((cookieSet) => cookieSet.startsWith('latchkey='))).toEqual([])
  expect((await openProtected(call, account.access)).status, 'its old sessions stay ended').toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  const again = await logIn(call, account)
  expect(again.status).toBe(200)
  const { last_login: _then, ...same } = before as Record<string, unknown>
  const { access } = (again.body as { tokens: { access: string } }).tokens
  expect((await call(ME, { headers: bearer(access) })).body).toMatchObject(same)
  expect((await undo(call, token)).body).toEqual({ token: ['The token has been used already.'] })
})

test('RS-3: the link carries APP_URL, whatever host the request names', async ({ call, mailbox, server, newAccount }) => {
  const account = await newAccount()
  const headers = { ...bearer(account.access), host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
  expect((await call(ME, { method: 'DELETE', headers, json: { password: PASSWORD } })).status).toBe(204)
  const mail = await mailbox.waitForSubject(account.email, CLOSED)
  expect(linkIn(mail, UNDO_PAGE).origin).toBe(server.url)
  expect(mail.raw).not.toContain('evil.example')
})

test('without the right password nothing happens, and it is said in Django REST framework’s shape', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  for (const [json, body] of [
    [{}, { password: ['This field is required.'] }],
    [{ password: '' }, { password: ['This field may not be blank.'] }],
    [{ password: null }, { password: ['This field may not be null.'] }],
    [{ password: 'wrong' }, { password: ['The password is incorrect.'] }],
    [{ password: ` ${PASSWORD}` }, { password: ['The password is incorrect.'] }],
    [{ password: 'x'.repeat(5000) }, { password: ['The password is incorrect.'] }],
    [{ password: [PASSWORD] }, { password: ['Not a valid string.'] }],
  ]) {
    const answer = await remove(call, account.access, json)
    expect.soft(answer.status, JSON.stringify(json).slice(0, 40)).toBe(400)
    expect.soft(answer.body).toEqual(body)
  }
  expect((await call(ME, { method: 'DELETE', headers: bearer(account.access) })).status).toBe(400)
  expect((await openProtected(call, account.access)).status).toBe(200)
  const sent = await server.sql('SELECT subject FROM accounts_outboxmail WHERE recipient = ?', [account.email])
  expect(sent).toEqual([])
})

test('tokens that are none, of another kind or broken restore nothing', async ({ call, mailbox, server, newAccount }) => {
  const account = await newAccount()
  await remove(call, account.access)
  const token = tokenIn(await mailbox.waitForSubject(account.email, CLOSED), UNDO_PAGE)
  for (const wrong of [`${token}x`, token.slice(1), unique(), account.access.slice(0, 100), '%00', '../..']) {
    const answer = await undo(call, wrong)
    expect.soft(answer.status, wrong).toBe(400)
    expect.soft(answer.body, wrong).toEqual({ token: ['The token is not valid.'] })
  }
  for (const wrong of [null, '', [token], { token }, 'x'.repeat(500), 'a\u0000']) expect.soft((await undo(call, wrong)).status).toBe(400)
  await server.sql("UPDATE accounts_onetimetoken SET purpose = 'password_reset' WHERE user_id = ?", [account.id])
  expect((await undo(call, token)).status, 'a token of another purpose').toBe(400)
  expect((await logIn(call, account)).status).toBe(400)
})

test('of many who follow the link at the same time one restores the account', async ({ call, mailbox, newAccount }) => {
  const account = await newAccount()
  await remove(call, account.access)
  const token = tokenIn(await mailbox.waitForSubject(account.email, CLOSED), UNDO_PAGE)
  const answers = await Promise.all(Array.from({ length: 8 }, () => undo(call, token)))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
})

test('the form asks for the word besides, checks it on the server, and ends the browser’s session', async ({
  call,
  server,
  newAccount,
}) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const post = (form: Record<string, string>) => call(`${ME}?_method=DELETE`, { form, headers: { ...formHeaders, cookie } })
  for (const form of [{ password: PASSWORD }, { password: PASSWORD, confirmation: '' }, { password: PASSWORD, confirmation: 'yes' }]) {
    expect((await post(form)).headers.location).toBe('/settings/data')
    expect((await me(call, cookie)).status).toBe(200)
  }
  const answer = await post({ password: PASSWORD, confirmation: 'delete' })
  expect([answer.status, answer.headers.location]).toEqual([303, '/login'])
  expect(sessionCookieOf(answer)?.value).toBe('')
  expect(await server.sql('SELECT is_active FROM accounts_user WHERE id = ?', [account.id])).toHaveLength(1)
  expect((await me(call, cookie)).status).toBe(401)
})

test('the last superuser stays, and is told why', async ({ startServer }) => {
  const { call, newAccount, sql } = await startServer()
  const [root, second] = [await newAccount(), await newAccount()]
  await sql('UPDATE accounts_user SET is_superuser = TRUE')
  const answers = await Promise.all([remove(call, root.access), remove(call, second.access)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 400])
  expect(answers.find(({ status }) => status === 400)?.body).toEqual({
    non_field_errors: ['The last superuser cannot be deleted. Make someone else a superuser first.'],
  })
})

test('without a grace the account is gone with the answer: its address and phone are free again', async ({ startServer, mailbox }) => {
  const { call, newAccount, sql } = await startServer({ env: { ACCOUNT_DELETION_GRACE: '0', SMTP_URL: mailbox.url } })
  const account = await newAccount()
  expect((await remove(call, account.access)).status).toBe(204)
  expect(await sql('SELECT id FROM accounts_user WHERE id = ?', [account.id])).toEqual([])
  expect((await openProtected(call, account.access)).body).toMatchObject({ code: 'user_not_found' })
  await mailbox.waitForSubject(account.email, 'Your Latchkey account has been deleted')
  await signUp(call, account)
})
