/** Pages that need the password again, and the way back (the security requirements MF-4, LG-5). */
import { PASSWORD, signUp } from '../../lib/http/testing/accounts.ts'
import { ageSessions, MINUTE } from '../../lib/http/testing/aging.ts'
import { formHeaders, logInByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { expect, test } from '../fixtures.ts'

const REAUTHENTICATE = '/api/accounts/reauthenticate/'
const EXPORT = '/api/accounts/me/export/'
const ALL = '/api/accounts/logout/all/'
const old = { authenticated_at: 10 * MINUTE }

test('a browser is led to the password and back to the page of its form', async ({ call, server }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  await ageSessions(server, account.id, old)
  const led = [
    await postForm(call, ALL, {}, { cookie }),
    await postForm(call, ALL, { next: '//evil.example' }, { cookie }),
    await call('/api/accounts/sessions/x/?_method=DELETE', { form: {}, headers: { ...formHeaders, cookie } }),
  ]
  for (const answer of led) {
    expect([answer.status, answer.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fsessions'])
    expect(answer.cookies).toEqual([])
  }
  const link = await openPage(call, EXPORT, cookie)
  expect([link.status, link.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fdata'])
  const page = await openPage(call, '/settings/sessions/others', cookie)
  expect([page.status, page.headers.location]).toEqual([307, '/reauthenticate?next=%2Fsettings%2Fsessions%2Fothers'])

  const wrong = await postForm(call, REAUTHENTICATE, { password: 'wrong', next: '/settings/data' }, { cookie })
  expect([wrong.status, wrong.headers.location]).toEqual([303, '/reauthenticate?next=%2Fsettings%2Fdata'])
  const right = await postForm(call, REAUTHENTICATE, { password: PASSWORD, next: '/settings/data' }, { cookie })
  expect([right.status, right.headers.location]).toEqual([303, '/settings/data'])
  expect((await openPage(call, EXPORT, cookie)).status).toBe(200)
  expect((await openPage(call, '/settings/sessions/others', cookie)).status).toBe(200)
})

test('LG-5: `next` leads only to a page of this site, and never back here', async ({ call, server }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/api/accounts/me/',
    '/reauthenticate?next=/',
    'javascript:1',
  ]) {
    const answer = await postForm(call, REAUTHENTICATE, { password: PASSWORD, next }, { cookie })
    expect.soft([answer.status, answer.headers.location], next).toEqual([303, '/dashboard'])
    const page = await openPage(call, `/reauthenticate?next=${encodeURIComponent(next)}`, cookie)
    expect.soft(page.headers.location, `no password needed: ${next}`).toBe('/dashboard')
  }
  await ageSessions(server, account.id, old)
  const form = await openPage(call, '/reauthenticate?next=%2F%2Fevil.example', cookie)
  expect(form.status).toBe(200)
  expect(form.text).not.toContain('name="next"')
})

test('a signed-out user is asked to sign in, which is as good, and arrives at the same place', async ({ call }) => {
  const answer = await openPage(call, '/reauthenticate?next=%2Fsettings%2Fdata')
  expect([answer.status, answer.headers.location]).toEqual([307, '/login?next=%2Fsettings%2Fdata'])
})
