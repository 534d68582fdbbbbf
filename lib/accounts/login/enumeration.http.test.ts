/** Whether an account exists, and in what state, shows in no answer to a failed login (the security requirements EN-1). */

import { insertAsDjango, readDjangoAccounts } from '../../db/testing/django-original.ts'
import { logIn, PASSWORD, unique, uniquePhone } from '../../http/testing/accounts.ts'
import { parseSetCookie, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { visible } from '../../http/testing/send.ts'
import type { App } from '../../http/testing/start-app.ts'

/** Addresses of one length, with a password that does not open each: in every state that an account can be in. */
async function failures(server: App): Promise<Record<string, { email: string; password: string }>> {
  const address = () => `${unique()}@example.com`
  const accounts = await readDjangoAccounts()
  const imported = async (name: string, replaced = {}) => {
    const account = accounts.find((candidate) => candidate.email.startsWith(`${name}@`))
    if (!account) throw new Error(`no account ${name}`)
    const email = address()
    await insertAsDjango(server.database, account, { email, username: email, phone: uniquePhone(), ...replaced })
    return { email, right: account.clear_password ?? '' }
  }
  const wrong = 'wrong-Passw0rd'
  const inactive = await imported('pbkdf2_sha256', { is_active: 0 })
  return {
    unknown: { email: address(), password: wrong },
    'wrong password': { email: (await server.newAccount({ email: address() })).email, password: wrong },
    'inactive, right password': { email: inactive.email, password: inactive.right },
    'unusable password': { email: (await imported('unusable')).email, password: wrong },
    'pbkdf2, wrong password': { email: (await imported('pbkdf2_sha256')).email, password: wrong },
    'argon2, wrong password': { email: (await imported('argon2')).email, password: wrong },
    'md5, wrong password': { email: (await imported('md5', { is_active: 1 })).email, password: wrong },
    'a malformed hash': { email: (await imported('md5', { is_active: 1, password: 'junk' })).email, password: wrong },
  }
}

test('EN-1: every failed login has the same answer, to the byte', async ({ call, server }) => {
  const cases = Object.entries(await failures(server))
  const expected = visible(await logIn(call, cases[0]?.[1] ?? { email: '', password: '' }))
  expect(expected).toMatchObject({ status: 400, text: '{"non_field_errors":["Invalid email or password."]}' })
  for (const [what, credentials] of cases) expect.soft(visible(await logIn(call, credentials)), what).toEqual(expected)
})

test('EN-1: the same holds for the token endpoint', async ({ call, server }) => {
  const cases = Object.entries(await failures(server))
  const answers = await Promise.all(cases.map(([, json]) => call('/api/accounts/token/', { json })))
  const [first] = answers.map(visible)
  expect(first).toMatchObject({ status: 401, text: '{"detail":"No active account found with the given credentials"}' })
  for (const [index, answer] of answers.entries()) expect.soft(visible(answer), cases[index]?.[0]).toEqual(first)
})

test('EN-1: the same holds for the form, its flash included', async ({ call, server }) => {
  const cases = Object.entries(await failures(server))
  const seen = async ({ email, password }: { email: string; password: string }) => {
    const answer = await postForm(call, '/api/accounts/login/', { email, password })
    const cookies = answer.cookies.map(parseSetCookie).map(({ name, value, attributes }) => {
      const text = Buffer.from(value, 'base64url').toString()
      return { name, attributes, text: text.replaceAll(email, '<address>') }
    })
    return { ...visible(answer), cookies }
  }
  const expected = await seen(cases[0]?.[1] ?? { email: '', password: '' })
  expect(expected.status).toBe(303)
  for (const [what, credentials] of cases) expect.soft(await seen(credentials), what).toEqual(expected)
})

test('a right password after wrong ones still opens', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  for (const password of ['wrong-1-Passw0rd', 'wrong-2-Passw0rd']) await logIn(call, { email, password })
  expect((await logIn(call, { email, password: PASSWORD })).status).toBe(200)
})
