/** PW-6 on every way to set a password, against a server with a list of breached passwords. */
import { renameSync } from 'node:fs'
import { afterAll, describe } from 'vitest'
import { logIn, newPerson, PASSWORD, signUp, signupFields } from '../http/testing/accounts.ts'
import { parseSetCookie, postForm } from '../http/testing/cookies.ts'
import { type Call, expect, test } from '../http/testing/fixtures.ts'
import { mailedToken, resetToken } from '../http/testing/recovery.ts'
import { as, superuser } from '../http/testing/staff.ts'
import { hashLines, hashListDirectory, sha1 } from '../passwords/testing/hash-list.ts'

const LISTED = 'Quartz-lantern-41'
const UNLISTED = 'Quartz-lantern-42'
const REFUSED = ['This password has appeared in a data breach.']

const directory = hashListDirectory()
afterAll(() => directory.remove())
const others = Array.from({ length: 3000 }, (_, index) => sha1(`other ${index}`))
const list = hashLines([...others, sha1(LISTED)])
const BREACHED_PASSWORDS_FILE = directory.write(list)

const canLogIn = async (call: Call, email: string, password: string) => (await logIn(call, { email, password })).status === 200

describe('PW-6: a breached password is refused', () => {
  test('at sign-up, which creates no account', async ({ serverWith }) => {
    const { call } = await serverWith({ BREACHED_PASSWORDS_FILE })
    const person = newPerson({ password: LISTED })
    expect(await call('/api/accounts/signup/', { json: signupFields(person) })).toMatchObject({ status: 400, body: { password: REFUSED } })
    expect(await canLogIn(call, person.email, LISTED)).toBe(false)
    await signUp(call, { ...person, password: UNLISTED })
    expect(await canLogIn(call, person.email, UNLISTED)).toBe(true)
  })

  test('when the password is changed, which keeps the old one', async ({ serverWith }) => {
    const { call, newAccount } = await serverWith({ BREACHED_PASSWORDS_FILE })
    const account = await newAccount()
    const change = (password: string) =>
      call('/api/accounts/password/change/', { json: { current_password: PASSWORD, password, confirm_password: password }, ...as(account) })
    expect(await change(LISTED)).toMatchObject({ status: 400, body: { password: REFUSED } })
    expect(await canLogIn(call, account.email, PASSWORD)).toBe(true)
    expect((await change(UNLISTED)).status).toBe(200)
  })

  test('by the link of a reset, which stays valid', async ({ serverWith, mailbox }) => {
    const { call, newAccount } = await serverWith({ BREACHED_PASSWORDS_FILE })
    const { email } = await newAccount()
    const token = await resetToken(call, mailbox, email)
    const confirm = (password: string) =>
      call('/api/accounts/password/reset/confirm/', { json: { token, password, confirm_password: password } })
    expect(await confirm(LISTED)).toMatchObject({ status: 400, body: { password: REFUSED } })
    expect((await confirm(UNLISTED)).status).toBe(200)
    expect(await canLogIn(call, email, UNLISTED)).toBe(true)
  })

  test('when staff add an account or set its password, and by the link of an invitation', async ({ serverWith, mailbox }) => {
    const { call, sql, newAccount } = await serverWith({ BREACHED_PASSWORDS_FILE })
    const root = await superuser(call, sql)
    const { password: _, ...person } = newPerson()
    const add = (fields: object) => call('/api/admin/users/', { json: { ...person, ...fields }, ...as(root) })
    expect(await add({ password1: LISTED, password2: LISTED })).toMatchObject({ status: 400, body: { password1: REFUSED } })
    const { id, email } = await newAccount()
    const set = (password: string) =>
      call(`/api/admin/users/${id}/password/`, { json: { password1: password, password2: password }, ...as(root) })
    expect(await set(LISTED)).toMatchObject({ status: 400, body: { password2: REFUSED } })
    expect(await canLogIn(call, email, PASSWORD)).toBe(true)
    expect((await set(UNLISTED)).status).toBe(200)

    expect((await add({ sign_in_by: 'invitation' })).status).toBe(201)
    const token = await mailedToken(mailbox, person.email, '/password-reset/confirm')
    const json = { token, password: LISTED, confirm_password: LISTED }
    expect(await call('/api/accounts/password/reset/confirm/', { json })).toMatchObject({ status: 400, body: { password: REFUSED } })
  })

  test('by the form of the sign-up page, which is told why', async ({ serverWith }) => {
    const { call } = await serverWith({ BREACHED_PASSWORDS_FILE })
    const { status, cookies } = await postForm(call, '/api/accounts/signup/', signupFields(newPerson({ password: LISTED })))
    expect(status).toBe(303)
    const flash = cookies.map(parseSetCookie).find(({ name }) => name.endsWith('latchkey_flash'))
    const { errors } = JSON.parse(Buffer.from(flash?.value ?? '', 'base64url').toString())
    expect(errors).toEqual({ password: ['password_breached'] })
  })
})

test('PW-6: a list that vanishes while the server runs fails no sign-up, and is logged once; a list in its place counts again', async ({
  startServer,
}) => {
  const path = directory.write(list)
  const { call, output } = await startServer({ env: { BREACHED_PASSWORDS_FILE: path } })
  renameSync(path, `${path}.away`)
  await signUp(call, { password: LISTED })
  await signUp(call, { password: LISTED })
  const common = await call('/api/accounts/signup/', { json: signupFields(newPerson({ password: 'password123' })) })
  expect(common).toMatchObject({ status: 400, body: { password: ['This password is too common.'] } })
  expect(output().match(/"event":"breached_passwords_unavailable"/g)).toHaveLength(1)
  renameSync(`${path}.away`, path)
  const again = await call('/api/accounts/signup/', { json: signupFields(newPerson({ password: LISTED })) })
  expect(again).toMatchObject({ status: 400, body: { password: REFUSED } })
})
