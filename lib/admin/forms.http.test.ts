/** What the admin area's forms and choices do over HTTP (AD-2, AF-5, AF-6); with their pages: e2e/api/admin-forms.spec.ts. */
import { logIn, newPerson, PASSWORD, signUp, unique } from '../http/testing/accounts.ts'
import { logInByForm, parseSetCookie, postForm } from '../http/testing/cookies.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { confirmReset, mailedToken, NEW_PASSWORD } from '../http/testing/recovery.ts'
import type { Answer } from '../http/testing/send.ts'
import { as, forgetProof, staff, superuser } from '../http/testing/staff.ts'

const _REFUSED = 'Please enter the correct email and password for a staff account. Note that both fields may be case-sensitive.'
const _STAFF_LOGIN = '/api/accounts/login/staff/'

/** A Cookie header with what an answer sets besides what there was. */
const _withCookies = (cookie: string, answer: Answer) =>
  [
    cookie,
    ...answer.cookies
      .map(parseSetCookie)
      .filter(({ value }) => value !== '')
      .map(({ name, value }) => `${name}=${value}`),
  ].join('; ')

test('AD-2: permissions, addresses and group permissions want the password again; names and phones do not', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const group = (await call('/api/admin/groups/', { json: { name: `Group ${unique()}` }, ...as(root) })).body as { id: number }
  const { results } = (await call('/api/admin/permissions/?search=view_user', as(root))).body as { results: { id: number }[] }
  const permission = results[0]?.id as number
  await forgetProof(server.sql, root)
  const patch = (path: string, json: object) => call(`/api/admin/${path}/`, { method: 'PATCH', json, ...as(root) })
  for (const json of [
    { email: `${unique()}@example.com` },
    { is_active: false },
    { is_staff: true },
    { is_superuser: true },
    { groups: [group.id] },
    { user_permissions: [permission] },
  ]) {
    expect.soft(await patch(`users/${user.id}`, json), JSON.stringify(json)).toMatchObject({
      status: 403,
      body: { code: 'reauthentication_required' },
    })
  }
  expect((await patch(`groups/${group.id}`, { permissions: [permission] })).status).toBe(403)
  expect((await patch(`users/${user.id}`, { name: 'New', is_active: true, groups: [] })).status).toBe(200)
  expect((await patch(`groups/${group.id}`, { name: `Renamed ${unique()}` })).status).toBe(200)
  const confirmed = await call('/api/accounts/reauthenticate/', { json: { password: PASSWORD }, ...as(root) })
  expect(confirmed.status).toBe(200)
  expect((await patch(`users/${user.id}`, { is_staff: true, groups: [group.id] })).status).toBe(200)
})

test('AF-5: an invited owner chooses the password, and no one else knows it', async ({ call, server, mailbox }) => {
  const root = await superuser(call, server.sql)
  const { email, name, phone } = newPerson()
  const cookie = await logInByForm(call, root)
  const form = { email, name, phone, sign_in_by: 'invitation', password1: '', password2: '' }
  const added = await postForm(call, '/api/admin/users/', form, { cookie })
  expect([added.status, added.headers.location]).toEqual([303, expect.stringMatching(/^\/admin\/users\/\d+$/)])
  const token = await mailedToken(mailbox, email, '/password-reset/confirm')
  expect((await confirmReset(call, token)).status).toBe(200)
  expect((await logIn(call, { email, password: NEW_PASSWORD })).status).toBe(200)
  const another = { ...newPerson(), sign_in_by: 'none', next: '/admin/users/add' }
  expect((await postForm(call, '/api/admin/users/', another, { cookie })).headers.location).toBe('/admin/users/add')
  expect((await logIn(call, another)).status).toBe(400)
  const odd = await call('/api/admin/users/', { json: { ...newPerson(), sign_in_by: 'magic' }, ...as(root) })
  expect(odd).toMatchObject({ status: 400, body: { sign_in_by: ['"magic" is not a valid choice.'] } })
})

test('AF-6: choices come in pages, searched by every word, and say which may be given', async ({ call, server }) => {
  const [root, word] = [await superuser(call, server.sql), unique()]
  for (const name of [`A ${word} 100%`, `B ${word} 100_`, `C ${word}`]) {
    expect((await call('/api/admin/groups/', { json: { name }, ...as(root) })).status).toBe(201)
  }
  const path = '/api/admin/groups/choices/'
  expect(await call(`${path}?search=${word}&page_size=2`, as(root))).toMatchObject({
    status: 200,
    body: {
      count: 3,
      previous: null,
      next: expect.stringContaining('page=2'),
      results: [{ label: `A ${word} 100%` }, { label: `B ${word} 100_` }],
    },
  })
  expect(await call(`${path}?search=${word}&page_size=2&page=2`, as(root))).toMatchObject({
    body: { next: null, results: [{ label: `C ${word}`, grantable: true }] },
  })
  expect(await call(`${path}?search=${encodeURIComponent(`${word} 100%`)}`, as(root))).toMatchObject({ body: { count: 1 } })
  expect((await call(`${path}?search=${word}&page=3`, as(root))).status).toBe(404)
  for (const query of ['page=0', 'page_size=1001', 'ordering=name', 'search=%00']) {
    expect.soft((await call(`${path}?${query}`, as(root))).status, query).toBe(400)
    expect.soft((await call(`/api/admin/permissions/?${query}`, as(root))).status, query).toBe(400)
  }
  const helper = await staff(call, server.sql, ['change_user'])
  expect(await call('/api/admin/permissions/?search=accounts%20delete_user', as(helper))).toMatchObject({
    body: { count: 1, results: [{ codename: 'delete_user', grantable: false }] },
  })
})
