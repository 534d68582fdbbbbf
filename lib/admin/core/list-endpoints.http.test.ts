/** The admin area's lists over HTTP: counts, actions and downloads (AL-5, AL-7, AL-8, AD-2, AD-3). */
import { signUp, unique } from '../../http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { as, forgetProof, superuser } from '../../http/testing/staff.ts'

test('the counts of the filters are told when asked for, and are what each choice shows', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const word = `Facet${unique()}`
  const people = await Promise.all([1, 2, 3].map((n) => signUp(call, { name: `${word} ${n}` })))
  await server.sql('UPDATE accounts_user SET is_active = FALSE WHERE id = ?', [people[0]?.id ?? 0])
  const list = async (query: string) => (await call(`/api/admin/users/?search=${word}&${query}`, as(root))).body as Record<string, unknown>
  expect(await list('page_size=1')).not.toHaveProperty('facets')
  const { facets } = (await list('facets=true')) as { facets: Record<string, Record<string, { count: number }>> }
  expect(facets).toMatchObject({
    is_active: { true: { count: 2, count_is_exact: true }, false: { count: 1, count_is_exact: true } },
    is_staff: { true: { count: 0 }, false: { count: 3 } },
    joined: { today: { count: 3 }, past_7_days: { count: 3 }, this_month: { count: 3 }, this_year: { count: 3 } },
  })
  for (const [field, counts] of Object.entries(facets)) {
    for (const [value, { count }] of Object.entries(counts))
      expect.soft(await list(`${field}=${value}`), `${field}=${value}`).toMatchObject({ count })
  }
  for (const query of [
    'facets=perhaps',
    '_facets=1',
    'joined=yesterday',
    'joined_since=1',
    'last_login=x',
    'ordering=email_verified',
    'ids=1',
  ]) {
    expect.soft((await call(`/api/admin/users/?${query}`, as(root))).status, query).toBe(400)
  }
})

test('a download has the rows chosen, in the order of the list', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const word = `Order${unique()}`
  const people = [
    await signUp(call, { name: `${word} B` }),
    await signUp(call, { name: `${word} A` }),
    await signUp(call, { name: `${word} C` }),
  ]
  const emails = async (query: string) => {
    const { status, text } = await call(`/api/admin/users/export/?${query}`, as(root))
    expect(status).toBe(200)
    return text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[1])
  }
  const [b, a, c] = people.map(({ email }) => email)
  expect(await emails(`search=${word}&ordering=name`)).toEqual([a, b, c])
  expect(await emails(`search=${word}&ordering=-name`)).toEqual([c, b, a])
  expect(await emails(`search=${word}&ordering=-date_joined`)).toEqual([c, a, b])
  expect(await emails(`ids=${people[2]?.id},${people[0]?.id}&ordering=name`)).toEqual([b, c])
  expect(await emails('ids=')).toEqual([])
  expect((await call('/api/admin/users/export/?ids=1%20OR%201', as(root))).status).toBe(400)
  // The action leads there.
  const action = await call('/api/admin/users/actions/', { json: { action: 'export', ids: [people[1]?.id] }, ...as(root) })
  expect([action.status, action.headers.location]).toEqual([303, `/api/admin/users/export/?ids=${people[1]?.id}`])
})

test('AD-2: people’s data is downloaded only with the password entered lately, and the list is found again', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  const cookie = await logInByForm(call, root)
  await forgetProof(server.sql, root)
  for (const path of ['users/export/?search=a', 'audit/export/']) {
    expect(await call(`/api/admin/${path}`, as(root))).toMatchObject({ status: 403, body: { code: 'reauthentication_required' } })
  }
  const page = await openPage(call, '/api/admin/users/export/?search=a+b&is_staff=true&ordering=-name', cookie)
  expect([page.status, page.headers.location]).toEqual([
    303,
    `/reauthenticate?next=${encodeURIComponent('/admin/users?search=a+b&is_staff=true&ordering=-name')}`,
  ])
})

test('AD-2: an action’s form comes back with what was chosen', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const cookie = await logInByForm(call, root)
  await forgetProof(server.sql, root)
  const fields = { action: 'deactivate', ids: String(user.id), next: '/admin/users?search=a&page=2' }
  const refused = await postForm(call, '/api/admin/users/actions/', fields, { cookie })
  const back = `/admin/users?search=a&page=2&selected=${user.id.toString(36)}&action=deactivate`
  expect([refused.status, refused.headers.location]).toEqual([303, `/reauthenticate?next=${encodeURIComponent(back)}`])
  expect(await call(`/api/admin/users/${user.id}/`, as(root))).toMatchObject({ body: { is_active: true } })
})

test('AD-3: an action over all refuses a filter that there is not, in the body and in the address, and does nothing', async ({
  call,
  server,
}) => {
  const root = await superuser(call, server.sql)
  const before = await server.sql('SELECT count(*) AS n FROM accounts_user WHERE is_active = TRUE')
  const act = (json: object, query = '') => call(`/api/admin/users/actions/${query}`, { method: 'POST', json, ...as(root) })
  const wrong = { action: 'deactivate', all: true }
  for (const [json, query, name] of [
    [{ ...wrong, is_actve: 'false' }, '', 'is_actve'],
    [{ ...wrong, q: 'zzzz' }, '', 'q'],
    [wrong, '?is_active=false', 'is_active'],
    [{ ...wrong, id: 1 }, '', 'id'],
  ] as const) {
    const { status, body } = await act(json, query)
    expect.soft([status, body], name).toEqual([400, { non_field_errors: [`"${name}" is not a parameter here.`] }])
  }
  expect(await server.sql('SELECT count(*) AS n FROM accounts_user WHERE is_active = TRUE')).toEqual(before)
})
