/** The admin area over HTTP: what forms get, and what is shown to no one (AD-1 to AD-6, AZ-3, X6); who is let in: admin-inventory. */
import { type Account, newPerson, PASSWORD, signUp, unique } from '../http/testing/accounts.ts'
import { logInByForm, me, postForm } from '../http/testing/cookies.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { as, staff, superuser } from '../http/testing/staff.ts'

const DENIED = { detail: 'You do not have permission to perform this action.' }
const FORBIDDEN = expect.objectContaining({ status: 403, body: DENIED })

test('staff deactivated or demoted are out with their next request', async ({ call, server }) => {
  const account = await staff(call, server.sql, ['view_user'])
  expect((await call('/api/admin/users/', as(account))).status).toBe(200)
  await server.sql('UPDATE accounts_user SET is_staff = FALSE WHERE id = ?', [account.id])
  expect(await call('/api/admin/users/', as(account))).toEqual(FORBIDDEN)
  await server.sql('UPDATE accounts_user SET is_staff = TRUE, is_active = FALSE WHERE id = ?', [account.id])
  expect((await call('/api/admin/users/', as(account))).status).toBe(401)
})

test('the group "Support" with view and change can do exactly that', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const { results: permissions } = (await call('/api/admin/permissions/?page_size=1000', as(root))).body as {
    results: { id: number; codename: string }[]
  }
  const wanted = permissions.filter(({ codename }) => ['view_user', 'change_user'].includes(codename)).map(({ id }) => id)
  const added = await call('/api/admin/groups/', { json: { name: `Support ${unique()}`, permissions: wanted }, ...as(root) })
  expect(added.status).toBe(201)
  const [member, user] = [await staff(call, server.sql), await signUp(call)]
  const joined = await call(`/api/admin/users/${member.id}/`, {
    method: 'PATCH',
    json: { groups: [(added.body as { id: number }).id] },
    ...as(root),
  })
  expect(joined).toMatchObject({ status: 200, body: { groups: [added.body && { id: (added.body as { id: number }).id }] } })

  const address = `/api/admin/users/${user.id}/`
  expect((await call('/api/admin/users/', as(member))).status).toBe(200)
  expect((await call(address, as(member))).status).toBe(200)
  const changed = await call(address, { method: 'PATCH', json: { name: 'Changed', is_active: true }, ...as(member) })
  expect(changed).toMatchObject({ status: 200, body: { name: 'Changed' } })
  const refused: [string, object][] = [
    ['/api/admin/users/', { json: { ...newPerson(), password1: PASSWORD, password2: PASSWORD } }],
    [address, { method: 'DELETE' }],
    [address, { method: 'PATCH', json: { is_superuser: true } }],
    [address, { method: 'PATCH', json: { is_staff: true } }],
    [address, { method: 'PATCH', json: { user_permissions: [permissions.find(({ codename }) => codename === 'delete_user')?.id] } }],
    [`/api/admin/users/${member.id}/`, { method: 'PATCH', json: { is_superuser: 'true' } }],
    [`/api/admin/users/${root.id}/`, { method: 'PATCH', json: { name: 'X' } }],
    [`/api/admin/users/${root.id}/password/`, { json: { password1: PASSWORD, password2: PASSWORD } }],
    [`/api/admin/users/${root.id}/second-factor/reset/`, { json: { reason: 'lost' } }],
    ['/api/admin/users/actions/', { json: { action: 'delete', ids: [user.id] } }],
    ['/api/admin/groups/', {}],
    ['/api/admin/audit/', {}],
    ['/api/admin/sessions/', {}],
  ]
  for (const [path, options] of refused) expect.soft(await call(path, { ...options, ...as(member) }), path).toEqual(FORBIDDEN)
  const cookie = await logInByForm(call, member)
  const crafted = await postForm(call, `${address}?_method=PATCH`, { is_superuser: 'true' }, { cookie })
  expect(crafted.status).toBe(403)
  const [row] = await server.sql('SELECT is_superuser, is_staff, name FROM accounts_user WHERE id = ?', [user.id])
  expect([Boolean(row?.is_superuser), Boolean(row?.is_staff), row?.name]).toEqual([false, false, 'Changed'])
})

test('AD-3: a list is filtered and sorted by what is declared alone', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  for (const query of [
    'sort=passwordHash',
    'ordering=password',
    'filter[password][startsWith]=$2',
    'email__gt=a',
    'password__startswith=bcrypt',
    'ordering=email%27--',
    'page=0',
    'page_size=1000',
    'is_staff=perhaps',
    'search=%00',
  ]) {
    const answer = await call(`/api/admin/users/?${query}`, as(root))
    expect.soft(answer.status, query).toBe(400)
  }
  const page = await call(`/api/admin/users/?search=${root.email}&ordering=-name&page_size=1`, as(root))
  expect(page).toMatchObject({
    status: 200,
    body: { count: 1, count_is_exact: true, next: null, previous: null, results: [{ id: root.id }] },
  })
  expect(await call('/api/admin/users/?page=9999999', as(root))).toMatchObject({ status: 404, body: { detail: 'Invalid page.' } })
})

test('AZ-3: no answer holds a hash, and none takes one', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const [row] = await server.sql('SELECT password FROM accounts_user WHERE id = ?', [user.id])
  const hash = String(row?.password)
  const answers = [
    await call('/api/admin/users/?page_size=200', as(root)),
    await call(`/api/admin/users/${user.id}/`, as(root)),
    await call('/api/admin/users/export/', as(root)),
    await call(`/api/admin/users/${user.id}/`, {
      method: 'PATCH',
      json: { password: 'x', id: 1, last_login: null, name: 'N' },
      ...as(root),
    }),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect(answer.text).not.toContain(hash.slice(-20))
  }
  expect(answers[1]?.text).toMatch(/"text":"algorithm: bcrypt_sha256 work factor: \d+ salt: \S{6}\*{16} checksum: \S{6}\*{25}"/)
  expect(await server.sql('SELECT password FROM accounts_user WHERE id = ?', [user.id])).toEqual([{ password: hash }])
})

test('AD-5, AD-6: what people call themselves is kept as it is, and computes nothing in the CSV', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const evil = '"><svg onload=alert(1)>'
  const [scripted, formula] = [await signUp(call, { name: evil }), await signUp(call, { name: `=cmd|'/C calc'!A0 ${unique()}` })]
  expect(await call(`/api/admin/users/${scripted.id}/`, as(root))).toMatchObject({ body: { name: evil } })
  const csv = await call(`/api/admin/users/export/?search=${formula.email}`, as(root))
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="users-\d{4}-\d\d-\d\d\.csv"$/)
  expect(csv.text.split('\r\n')).toHaveLength(3)
  expect(csv.text).toContain(`,'${formula.name},`)
})

test('a form adds, changes and deletes an account, and is led where the pages are', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const cookie = await logInByForm(call, root)
  const post = (path: string, form: Record<string, string>) => postForm(call, path, form, { cookie })
  const person = newPerson()
  const fields = { email: person.email, name: person.name, phone: person.phone, password1: PASSWORD }
  const mistyped = await post('/api/admin/users/', { ...fields, password2: 'other' })
  expect([mistyped.status, mistyped.headers.location]).toEqual([303, '/admin/users/add'])
  const added = await post('/api/admin/users/', { ...fields, password2: PASSWORD })
  const page = added.headers.location ?? ''
  expect([added.status, page]).toEqual([303, expect.stringMatching(/^\/admin\/users\/\d+$/)])
  const api = `/api${page}/`
  const changed = await call(`${api}?_method=PATCH`, {
    form: [
      ['name', 'By form'],
      ['is_staff', 'false'],
      ['is_staff', 'true'],
      ['is_active', 'false'],
      ['groups', ''],
    ],
    headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin', cookie },
  })
  expect([changed.status, changed.headers.location]).toEqual([303, '/admin/users'])
  expect(await call(api, as(root))).toMatchObject({ body: { name: 'By form', is_staff: true, is_active: false, groups: [] } })
  const wrong = await post(`${api}?_method=PATCH`, { email: 'no address' })
  expect([wrong.status, wrong.headers.location]).toEqual([303, page])
  const own = await post(`/api/admin/users/${root.id}/?_method=DELETE`, {})
  expect([own.status, own.headers.location]).toEqual([303, `/admin/users/${root.id}/delete`])
  const deleted = await post(`${api}?_method=DELETE`, {})
  expect([deleted.status, deleted.headers.location]).toEqual([303, '/admin/users'])
  expect((await call(api, as(root))).status).toBe(404)
})

test('AD-2: what cannot be taken back wants the password again', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const cookie = await logInByForm(call, root)
  await server.sql('UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = ?', [root.id])
  for (const [method, path, json] of [
    ['POST', 'users/', { ...newPerson(), sign_in_by: 'none' }],
    ['DELETE', `users/${user.id}/`, undefined],
    ['POST', `users/${user.id}/password/`, { password1: PASSWORD, password2: PASSWORD }],
    ['POST', `users/${user.id}/second-factor/reset/`, { reason: 'lost' }],
    ['DELETE', `users/${user.id}/sessions/`, undefined],
    ['POST', 'users/actions/', { action: 'delete', ids: [user.id] }],
    ['DELETE', 'groups/1/', undefined],
  ] as const) {
    const answer = await call(`/api/admin/${path}`, { method, ...(json && { json }), ...as(root) })
    expect(answer).toMatchObject({ status: 403, body: { code: 'reauthentication_required' } })
  }
  const form = await postForm(call, `/api/admin/users/${user.id}/?_method=DELETE`, {}, { cookie })
  expect([form.status, form.headers.location]).toEqual([
    303,
    `/reauthenticate?next=${encodeURIComponent(`/admin/users/${user.id}/delete`)}`,
  ])
  expect((await me(call, cookie)).status).toBe(200)
})

test('sessions are listed and ended; the owner is out at once', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const path = `/api/admin/users/${user.id}/sessions/`
  expect(await call(path, as(root))).toMatchObject({ status: 200, body: [{ user_id: user.id, email: user.email, kind: 'api' }] })
  expect(await call(`/api/admin/sessions/?user_id=${user.id}`, as(root))).toMatchObject({
    body: { count: 1, results: [{ ended_at: null }] },
  })
  expect(await call(path, { method: 'DELETE', ...as(root) })).toMatchObject({ status: 200, body: { sessions_ended: 1 } })
  expect((await call('/api/accounts/me/', as(user))).status).toBe(401)
  const events = await call(`/api/admin/audit/?event=user_sessions_ended&subject_id=${user.id}`, as(root))
  expect(events).toMatchObject({ body: { count: 1, results: [{ actor_id: root.id, outcome: 'success' }] } })
})

test('L10: of two superusers who demote each other one remains', async ({ startServer }) => {
  const server = await startServer()
  const { call } = server
  const [ada, grace] = [await superuser(call, server.sql), await superuser(call, server.sql)]
  const demote = (actor: Account, target: Account) =>
    call(`/api/admin/users/${target.id}/`, { method: 'PATCH', json: { is_superuser: false }, ...as(actor) })
  const statuses = (await Promise.all([demote(ada, grace), demote(grace, ada)])).map(({ status }) => status).sort()
  expect(statuses[0]).toBe(200)
  expect([403, 409]).toContain(statuses[1])
  expect(await server.sql('SELECT id FROM accounts_user WHERE is_superuser AND is_active')).toHaveLength(1)
})
