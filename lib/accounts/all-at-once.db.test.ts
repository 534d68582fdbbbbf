/** A person is told everything that is wrong with a form at once; an API client as Django REST framework does it, in two steps. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUserEndpoint, setUserPasswordEndpoint } from '../admin/models/users/endpoints.ts'
import { database } from '../db/client.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { type Browser, newBrowser } from '../http/testing/browser.ts'
import { hashingPool } from '../passwords/pool.ts'
import { issueOneTimeToken, secretsForEmail } from '../tokens/one-time-token.ts'
import { newUser } from '../users/testing/new-user.ts'
import { deleteAccountEndpoint } from './account-deletion/endpoints.ts'
import { emailChangeEndpoint } from './email-change/endpoints.ts'
import { passwordChangeEndpoint } from './password-change/endpoints.ts'
import { passwordResetConfirmEndpoint } from './password-reset/endpoints.ts'
import { signupEndpoint } from './signup/endpoints.ts'

const PASSWORD = 'Corr3ct-horse-battery'
const OWNER = { name: 'Ada', email: 'owner@all-at-once.example', phone: '+44 808 157 0191' }

/** A browser in which a superuser is signed in. */
let browser: Browser

beforeAll(async () => {
  browser = newBrowser()
  await browser.post(serve(signupEndpoint), signupEndpoint.contract.path, { ...OWNER, password: PASSWORD, confirm_password: PASSWORD })
  await database().user.update({ where: { email: OWNER.email }, data: { isStaff: true, isSuperuser: true } })
})
afterAll(() => hashingPool().close())

async function errorsOf(endpoint: Endpoint, form: Record<string, string>, id = 0) {
  const path = endpoint.contract.path.replace('{id}', String(id))
  await browser.post(serve(endpoint), endpoint.contract.method === 'POST' ? path : `${path}?_method=${endpoint.contract.method}`, form)
  return browser.flash()?.errors
}

const api = async (endpoint: Endpoint, body: object) => {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return (await serve(endpoint).POST(new Request(`http://localhost${endpoint.contract.path}`, request))).json()
}

const COMMON = ['password_too_common', 'password_mismatch']
const weak = { password: 'password', confirm_password: 'passw0rd' }

describe('a form is told of every fault at once', () => {
  it('signing up', async () => {
    const form = { name: '', email: OWNER.email, phone: OWNER.phone, ...weak }
    expect(await errorsOf(signupEndpoint, form)).toEqual({
      name: ['blank'],
      email: ['unique:email'],
      phone: ['unique:phone'],
      password: COMMON,
    })
  })

  it('choosing a new password by a link', async () => {
    const issued = await issueOneTimeToken(database(), await newUser(), 'password_reset', 3600, new Date(), {})
    const token = (await secretsForEmail(issued, new Date()))?.token ?? ''
    expect(await errorsOf(passwordResetConfirmEndpoint, { token, ...weak })).toEqual({ password: COMMON })
  })

  it('changing the password, also of a current one that is wrong', async () => {
    const form = { current_password: 'wrong', ...weak }
    expect(await errorsOf(passwordChangeEndpoint, form)).toEqual({ current_password: ['password_incorrect'], password: COMMON })
    expect(await errorsOf(passwordChangeEndpoint, { ...form, current_password: PASSWORD })).toEqual({ password: COMMON })
  })

  it('changing the email address', async () => {
    const expected = { email: ['email_unchanged'], password: ['password_incorrect'] }
    expect(await errorsOf(emailChangeEndpoint, { email: OWNER.email, password: 'wrong' })).toEqual(expected)
  })

  it('deleting the account', async () => {
    const errors = await errorsOf(deleteAccountEndpoint, { confirmation: 'no', password: 'wrong' })
    expect(Object.keys(errors ?? {}).sort()).toEqual(['confirmation', 'password'])
  })

  it('adding an account and setting its password as staff', async () => {
    const form = { name: 'Bob', email: OWNER.email, phone: '1', sign_in_by: 'password', password1: 'password', password2: 'passw0rd' }
    expect(await errorsOf(addUserEndpoint, form)).toEqual({
      email: ['unique:email'],
      password1: ['password_too_common'],
      password2: ['password_mismatch'],
    })
    const passwords = { password1: 'password', password2: 'passw0rd' }
    const errors = await errorsOf(setUserPasswordEndpoint, passwords, (await newUser()).id)
    expect(errors).toEqual({ password2: ['password_mismatch', 'password_too_common'] })
  })
})

it('an API client is told of a mismatch only when each field is valid', async () => {
  const signup = { name: 'Ada', email: 'api@all-at-once.example', phone: '+44 808 157 0192' }
  expect(await api(signupEndpoint, { ...signup, ...weak })).toEqual({ password: ['This password is too common.'] })
  const strong = { password: PASSWORD, confirm_password: 'another' }
  expect(await api(signupEndpoint, { ...signup, ...strong })).toEqual({ password: ["Password fields didn't match."] })
})

it('a form that only asks what is wrong is answered with codes, and nothing is done', async () => {
  const ask = async (form: Record<string, string>) => {
    const answer = await newBrowser().post(serve(signupEndpoint), signupEndpoint.contract.path, { ...form, _check: '1' })
    return [answer.status, await answer.json()]
  }
  const form = { name: 'Ada', email: 'asks@all-at-once.example', phone: '+44 808 157 0193' }
  expect(await ask({ ...form, ...weak })).toEqual([200, { password: COMMON }])
  expect(await ask({ ...form, password: PASSWORD, confirm_password: PASSWORD })).toEqual([200, {}])
  expect(await database().user.count({ where: { email: form.email } })).toBe(0)
})
