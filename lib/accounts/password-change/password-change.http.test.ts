/** Changing a password needs the current one and signs out everywhere else (PW-9, RT-10). */
import { bearer, logIn, openProtected, PASSWORD, readLogin, refreshWith } from '../../http/testing/accounts.ts'
import { logInByForm, me, postForm } from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { askForChange, confirmChange, confirmReset, mailedToken, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'

const CHANGE = '/api/accounts/password/change/'
const fields = (current_password = PASSWORD, password = NEW_PASSWORD) => ({ current_password, password, confirm_password: password })

const change = (call: Call, access: string, json: unknown = fields()) => call(CHANGE, { json, headers: bearer(access) })

test('PW-9: with the current password it changes, the session that asked goes on, and every other ends', async ({
  call,
  mailbox,
  newAccount,
}) => {
  const account = await newAccount()
  const other = readLogin(await logIn(call, account))
  const cookie = await logInByForm(call, account)
  const answer = await change(call, account.access)
  expect([answer.status, answer.body]).toEqual([200, { detail: 'The password has been changed.' }])
  expect((await openProtected(call, account.access)).status).toBe(200)
  expect((await refreshWith(call, account.refresh)).status).toBe(200)
  expect((await openProtected(call, other.access)).status).toBe(401)
  expect((await refreshWith(call, other.refresh)).status).toBe(401)
  expect((await me(call, cookie)).status).toBe(401)
  expect((await logIn(call, account)).status).toBe(400)
  expect((await logIn(call, { email: account.email, password: NEW_PASSWORD })).status).toBe(200)
  await mailbox.waitForSubject(account.email, 'Your password for Latchkey was changed')
})

test('PW-9: by a browser’s form the cookie’s session goes on, and the API’s end', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const answer = await postForm(call, CHANGE, fields(), { cookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/settings/password'])
  expect((await me(call, cookie)).status).toBe(200)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
})

test('PW-9: a wrong current password, or a new one that will not do, changes nothing', async ({ call, newAccount }) => {
  const { access, email } = await newAccount()
  const refused = async (json: unknown) => {
    const { status, body } = await change(call, access, json)
    return [status, body]
  }
  expect(await refused(fields('wrong'))).toEqual([400, { current_password: ['The password is incorrect.'] }])
  expect(await refused(fields('x'.repeat(5000)))).toEqual([400, { current_password: ['The password is incorrect.'] }])
  expect(await refused(fields(PASSWORD, PASSWORD))).toEqual([400, { password: ['The new password must differ from the current one.'] }])
  expect(await refused(fields(PASSWORD, email))).toEqual([400, { password: ['The password is too similar to the email.'] }])
  expect(await refused({ ...fields(), confirm_password: 'other' })).toEqual([400, { password: ["Password fields didn't match."] }])
  const missing = ['This field is required.']
  expect(await refused({})).toEqual([400, { current_password: missing, password: missing, confirm_password: missing }])
  expect((await logIn(call, { email, password: PASSWORD })).status).toBe(200)
})

test('a change without a login is answered 401', async ({ call }) => {
  const { status, body } = await call(CHANGE, { json: fields() })
  expect([status, body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
})

test('RS-6: a reset link and a change of address that were on their way die with the old password', async ({
  call,
  mailbox,
  newAccount,
}) => {
  const account = await newAccount()
  const to = `new-${account.email}`
  const reset = await resetToken(call, mailbox, account.email)
  await askForChange(call, account.access, to, PASSWORD)
  const pending = await mailedToken(mailbox, to, '/email-change/confirm')
  expect((await change(call, account.access)).status).toBe(200)
  for (const answer of [await confirmReset(call, reset, 'An0ther-horse-battery'), await confirmChange(call, pending)]) {
    expect([answer.status, answer.body]).toEqual([400, { token: ['A newer token has replaced this one.'] }])
  }
})
