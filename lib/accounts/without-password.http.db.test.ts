/** Accounts without a usable password: whatever asks others for it takes a recent authentication instead (MF-4, ASVS 7.5.1). */
import { type Account, bearer, logIn } from '../http/testing/accounts.ts'
import { ageSessions, MINUTE } from '../http/testing/aging.ts'
import { logInByForm, me, postForm } from '../http/testing/cookies.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { mailedToken, NEW_PASSWORD } from '../http/testing/recovery.ts'
import { removePassword } from '../http/testing/staff.ts'
import type { App } from '../http/testing/start-app.ts'

const CHANGE_EMAIL = '/api/accounts/email/change/'
const CONFIRM_EMAIL = '/api/accounts/email/change/confirm/'
const VERIFY = '/api/accounts/email/verify/'
const CHANGE_PASSWORD = '/api/accounts/password/change/'
const ME = '/api/accounts/me/'
const REFUSED = { detail: 'Enter your password again to do this.', code: 'reauthentication_required' }
const newPassword = { password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }

const age = (server: App, { id }: Account) => ageSessions(server, id, { authenticated_at: 10 * MINUTE })

test('after a recent authentication they change the address, set a password and delete the account', async ({
  call,
  server,
  mailbox,
  newAccount,
}) => {
  const account = await newAccount()
  const headers = bearer(account.access)
  await removePassword(server.sql, account)
  const email = `new-${account.email}`
  expect((await call(CHANGE_EMAIL, { json: { email }, headers })).status).toBe(200)
  const token = await mailedToken(mailbox, email, '/email-change/confirm')
  expect((await call(CONFIRM_EMAIL, { json: { token }, headers })).status).toBe(200)
  const set = await call(CHANGE_PASSWORD, { json: newPassword, headers })
  expect([set.status, set.body]).toEqual([200, { detail: 'The password has been changed.' }])
  await mailbox.waitForSubject(email, 'A password was added to your Latchkey account')
  expect((await logIn(call, { email, password: NEW_PASSWORD })).status).toBe(200)
  const events = await server.sql("SELECT detail FROM accounts_auditevent WHERE event = 'password_changed' AND subject_id = ?", [
    account.id,
  ])
  expect(JSON.parse(String(events[0]?.detail))).toMatchObject({ by: 'owner', first: true })
  expect((await call(CHANGE_PASSWORD, { json: { ...newPassword, password: 'Other-Passw0rd-9' }, headers })).body).toMatchObject({
    current_password: ['This field is required.'],
  })
  await removePassword(server.sql, account)
  expect((await call(ME, { method: 'DELETE', json: {}, headers })).status).toBe(204)
})

test('without one they change nothing, whatever password is sent', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const headers = bearer(account.access)
  await removePassword(server.sql, account)
  await age(server, account)
  for (const password of [undefined, '', '!unusable', account.password]) {
    const answers = [
      await call(CHANGE_EMAIL, { json: { email: `new-${account.email}`, password }, headers }),
      await call(CHANGE_PASSWORD, { json: { ...newPassword, current_password: password }, headers }),
      await call(ME, { method: 'DELETE', json: { password }, headers }),
    ]
    for (const answer of answers) expect.soft([answer.status, answer.body], String(password)).toEqual([403, REFUSED])
  }
  const [row] = await server.sql('SELECT email, password, is_active FROM accounts_user WHERE id = ?', [account.id])
  expect([row?.email, row?.password, Number(row?.is_active)]).toEqual([account.email, '!unusable', 1])
})

test('a browser is led to where they confirm who they are, and finds its form again', async ({ call, server, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  await removePassword(server.sql, account)
  await age(server, account)
  const asked = await postForm(call, CHANGE_EMAIL, { email: 'kept@example.com' }, { cookie })
  expect([asked.status, asked.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Femail'])
  expect(asked.cookies.join()).toContain('latchkey_draft=')
  const deletion = await postForm(call, `${ME}?_method=DELETE`, { confirmation: 'DELETE' }, { cookie })
  expect([deletion.status, deletion.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fdata'])
  const password = await postForm(call, CHANGE_PASSWORD, newPassword, { cookie })
  expect([password.status, password.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fpassword'])
  expect(password.cookies.join()).not.toContain(NEW_PASSWORD)
  expect((await me(call, cookie)).status).toBe(200)
})

test('SU-5: in a browser that is not signed in to the account, an emailed link confirms nothing', async ({ serverWith, mailbox }) => {
  const server = await serverWith({ EMAIL_VERIFICATION: 'optional' })
  const { call, newAccount } = server
  const [account, stranger] = [await newAccount(), await newAccount()]
  await removePassword(server.sql, account)
  await call('/api/accounts/email/verify/resend/', { json: { email: account.email } })
  const verification = await mailedToken(mailbox, account.email, '/verify-email')
  const email = `new-${account.email}`
  await call(CHANGE_EMAIL, { json: { email }, headers: bearer(account.access) })
  const change = await mailedToken(mailbox, email, '/email-change/confirm')
  for (const cookie of [undefined, await logInByForm(call, stranger)]) {
    for (const [path, token, page] of [
      [VERIFY, verification, '/verify-email'],
      [CONFIRM_EMAIL, change, '/email-change/confirm'],
    ] as const) {
      const answer = await postForm(call, path, { token }, cookie === undefined ? {} : { cookie })
      expect.soft([answer.status, answer.headers.location]).toEqual([303, `/reauthenticate?next=${encodeURIComponent(page)}`])
    }
  }
  expect((await call(CONFIRM_EMAIL, { json: { token: change } })).body).toEqual(REFUSED)
  const [row] = await server.sql('SELECT email, email_verified_at FROM accounts_user WHERE id = ?', [account.id])
  expect(row).toEqual({ email: account.email, email_verified_at: null })
})
