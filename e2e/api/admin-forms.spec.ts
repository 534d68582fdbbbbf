/** The admin area's own sign-in and what its forms do over HTTP: step-up, drafts, conflicts, searches, sessions (AD-2, AF-5, AF-6, AF-8). */
import { type Account, bearer, PASSWORD, signUp, unique } from '../../lib/http/testing/accounts.ts'
import { ageSessions, HOUR, MINUTE } from '../../lib/http/testing/aging.ts'
import { cookieOf, logInByForm, me, openPage, parseSetCookie, postForm, sessionCookieOf } from '../../lib/http/testing/cookies.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { as, forgetProof, staff, superuser } from '../../lib/http/testing/staff.ts'
import { type Call, expect, test } from '../fixtures.ts'

const REFUSED = 'Please enter the correct email and password for a staff account. Note that both fields may be case-sensitive.'
const STAFF_LOGIN = '/api/accounts/login/staff/'

/** A Cookie header with what an answer sets besides what there was. */
const withCookies = (cookie: string, answer: Answer) =>
  [
    cookie,
    ...answer.cookies
      .map(parseSetCookie)
      .filter(({ value }) => value !== '')
      .map(({ name, value }) => `${name}=${value}`),
  ].join('; ')

test.describe('signing in to the admin area', () => {
  test('is refused alike for no account, a wrong password and people who are no staff; the log knows which', async ({ call, server }) => {
    const [plain, member] = [await signUp(call), await staff(call, server.sql)]
    const tries = [
      { email: `${unique()}@example.com`, password: PASSWORD },
      { email: member.email, password: 'wrong' },
      { email: plain.email, password: PASSWORD },
    ]
    for (const json of tries) {
      expect(await call(STAFF_LOGIN, { json })).toMatchObject({ status: 400, body: { non_field_errors: [REFUSED] } })
      const form = await postForm(call, STAFF_LOGIN, { ...json, next: '/admin/users?search=x' })
      expect([form.status, form.headers.location, sessionCookieOf(form)]).toEqual([
        303,
        `/admin/login?next=${encodeURIComponent('/admin/users?search=x')}`,
        undefined,
      ])
      const page = await openPage(call, '/admin/login', withCookies('', form))
      expect(page.text).toContain(REFUSED)
      expect(page.text).toContain(json.email)
      expect(page.text).not.toContain(json.password)
    }
    const [event] = await server.sql("SELECT detail FROM accounts_auditevent WHERE event = 'login_failed' AND subject_id = ?", [plain.id])
    expect(event?.detail).toBe('{"reason":"not_staff"}')
  })

  test('begins a session like any other, and leads to where it was wanted', async ({ call, server }) => {
    const member = await staff(call, server.sql)
    const credentials = { email: member.email, password: PASSWORD }
    expect(await call(STAFF_LOGIN, { json: credentials })).toMatchObject({ status: 200, body: { message: 'Login successful' } })
    const first = await postForm(call, STAFF_LOGIN, { ...credentials, remember: 'on' })
    expect([first.status, first.headers.location]).toEqual([303, '/admin'])
    expect(sessionCookieOf(first)?.attributes['max-age'], 'staff are not kept signed in').toBeUndefined()
    const second = await postForm(call, STAFF_LOGIN, { ...credentials, next: '/admin/users' })
    expect(second.headers.location).toBe('/admin/users')
    for (const next of ['https://evil.example/', '//evil.example', '/admin/login', '/api/admin/users/']) {
      expect((await postForm(call, STAFF_LOGIN, { ...credentials, next })).headers.location).toBe('/admin')
    }
    expect((await openPage(call, '/admin', cookieOf(second))).status).toBe(200)
    const again = await openPage(call, '/admin/login?next=/admin/groups', cookieOf(second))
    expect([again.status, again.headers.location]).toEqual([307, '/admin/groups'])
    const crossSite = await postForm(call, STAFF_LOGIN, credentials, { 'sec-fetch-site': 'cross-site' })
    expect([crossSite.status, sessionCookieOf(crossSite)]).toEqual([403, undefined])
  })

  test('counts its failures with those of the other login page', async ({ startServer }) => {
    const server = await startServer({ env: { THROTTLE_RATES: '', LOGIN_FAILURE_TIME: '0' } })
    const call: Call = (path, options) => send(server.url, path, options)
    const member = await staff(call, server.sql)
    const statuses: number[] = []
    for (let n = 0; n < 40 && statuses.at(-1) !== 429; n += 1) {
      const path = n % 2 === 0 ? STAFF_LOGIN : '/api/accounts/login/'
      statuses.push((await call(path, { json: { email: member.email, password: 'wrong' } })).status)
    }
    expect(statuses.at(-1)).toBe(429)
    for (const path of [STAFF_LOGIN, '/api/accounts/login/']) {
      expect((await call(path, { json: { email: member.email, password: 'wrong' } })).status).toBe(429)
    }
  })

  test('tells users who are signed in and no staff that another account is needed', async ({ call }) => {
    const plain = await signUp(call)
    const page = await openPage(call, '/admin/login', await logInByForm(call, plain))
    expect(page.status).toBe(200)
    expect(page.text.replaceAll(/<!--.*?-->|<\/?bdi>/g, '')).toContain(`You are authenticated as ${plain.email}, but are not authorized`)
  })
})

test('staff are out after an hour without use and half a day, in the API and on pages; others are not', async ({ call, server }) => {
  for (const age of [{ last_used_at: 61 * MINUTE }, { created_at: 12 * HOUR + MINUTE }]) {
    const [member, plain] = [await staff(call, server.sql), await signUp(call)]
    const cookies = [await logInByForm(call, member), await logInByForm(call, plain)]
    for (const { id } of [member, plain]) await ageSessions(server, id, age)
    expect((await call('/api/accounts/me/', as(member))).status).toBe(401)
    expect((await call('/api/accounts/token/refresh/', { json: { refresh: member.refresh } })).status).toBe(401)
    expect((await openPage(call, '/admin', cookies[0])).status).toBe(307)
    expect((await call('/api/accounts/me/', as(plain))).status).toBe(200)
    expect((await me(call, cookies[1] ?? '')).status).toBe(200)
    await ageSessions(server, plain.id, age)
    await server.sql('UPDATE accounts_user SET is_staff = TRUE WHERE id = ?', [plain.id])
    expect((await call('/api/accounts/me/', as(plain))).status, 'and users made staff are, too').toBe(401)
  }
})

test('AD-2: what was typed is there again after the password was entered, and no password is ever kept', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const cookie = await logInByForm(call, root)
  await forgetProof(server.sql, root)
  const page = `/admin/users/${user.id}`
  const typed = { name: `Typed ${unique()}`, is_staff: 'true', next: '/admin/users?search=x' }
  const asked = await postForm(call, `/api${page}/?_method=PATCH`, typed, { cookie })
  const back = `${page}?next=${encodeURIComponent(typed.next)}`
  expect([asked.status, asked.headers.location]).toEqual([303, `/reauthenticate?next=${encodeURIComponent(back)}`])
  const waiting = withCookies(cookie, asked)
  const wrong = await postForm(call, '/api/accounts/reauthenticate/', { password: 'wrong', next: back }, { cookie: waiting })
  expect(wrong.headers.location).toContain('/reauthenticate?next=')
  const confirmed = await postForm(call, '/api/accounts/reauthenticate/', { password: PASSWORD, next: back }, { cookie: waiting })
  expect([confirmed.status, confirmed.headers.location]).toEqual([303, back])
  const shown = await openPage(call, back, withCookies(cookie, confirmed))
  expect(shown.text).toContain(typed.name)
  expect(shown.text).toMatch(/name="is_staff"[^>]*checked|checked[^>]*name="is_staff"/)
  expect(shown.text).toContain('Your changes aren’t saved yet')
  const [row] = await server.sql('SELECT name FROM accounts_user WHERE id = ?', [user.id])
  expect(row?.name).toBe(user.name)
  expect((await postForm(call, `/api${page}/?_method=PATCH`, typed, { cookie })).headers.location).toBe(typed.next)

  await forgetProof(server.sql, root)
  const secret = `${PASSWORD}${unique()}`
  const password = await postForm(call, `/api${page}/password/`, { password1: secret, password2: secret, reason: 'Why' }, { cookie })
  const draft = password.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_draft')
  const kept = Buffer.from(draft?.value ?? '', 'base64url').toString()
  expect(kept).toContain('Why')
  expect(kept).not.toContain(secret)
})

test('AF-8: the second of two who save is told by whom, when and what, and may save over it', async ({ call, server }) => {
  const [ann, bob, user] = [await superuser(call, server.sql), await superuser(call, server.sql), await signUp(call)]
  const path = `/api/admin/users/${user.id}/`
  const { version } = (await call(path, as(ann))).body as { version: string }
  const save = (who: Account, json: object) => call(path, { method: 'PATCH', json, ...as(who) })
  expect((await save(ann, { name: 'By Ann', version })).status).toBe(200)
  const refused = await save(bob, { name: 'By Bob', version })
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'changed_meanwhile', version: expect.any(String), changes: [{ by: ann.email, words: 'Changed Name.' }] },
  })
  const present = (refused.body as { version: string }).version
  expect((await call(path, as(bob))).body).toMatchObject({ name: 'By Ann', version: present })

  const cookie = await logInByForm(call, bob)
  const form = await postForm(call, `${path}?_method=PATCH`, { name: 'By Bob', version }, { cookie })
  expect([form.status, form.headers.location]).toEqual([303, `/admin/users/${user.id}`])
  const page = await openPage(call, `/admin/users/${user.id}`, withCookies(cookie, form))
  expect(page.text).toContain('Changed since you opened this page')
  expect(page.text).toContain(ann.email)
  expect(page.text).toContain('value="By Bob"')
  expect(page.text).toContain(`value="${present}"`)
  expect((await postForm(call, `${path}?_method=PATCH`, { name: 'By Bob', version: present }, { cookie })).headers.location).toBe(
    '/admin/users',
  )
})

test('AF-6: a search inside a form saves nothing, and comes back with what was typed and found', async ({ call, server }) => {
  const [root, user, word] = [await superuser(call, server.sql), await signUp(call), unique()]
  const added = await call('/api/admin/groups/', { json: { name: `Zzz ${word}` }, ...as(root) })
  const { id } = added.body as { id: number }
  const cookie = await logInByForm(call, root)
  const typed = { name: `Typed ${word}`, groups: '', next: '/admin/users?search=x', find_groups: word, found_groups: '' }
  const post = (more: Record<string, string>) =>
    postForm(call, `/api/admin/users/${user.id}/?_method=PATCH`, { ...typed, ...more }, { cookie })
  for (const pressed of [{ _find: 'groups' }, { _enter: '1' }]) {
    const found = await post(pressed)
    const to = `/admin/users/${user.id}?next=${encodeURIComponent(typed.next)}&find_groups=${word}`
    expect([found.status, found.headers.location]).toEqual([303, to])
    const page = await openPage(call, to, withCookies(cookie, found))
    expect(page.text).toContain(`Zzz ${word}`)
    expect(page.text).toContain(`value="Typed ${word}"`)
    expect(await call(`/api/admin/users/${user.id}/`, as(root))).toMatchObject({ body: { name: user.name } })
  }
  const saved = await post({ _enter: '1', found_groups: word, groups: String(id) })
  expect([saved.status, saved.headers.location]).toEqual([303, typed.next])
  expect(await call(`/api/admin/users/${user.id}/`, as(root))).toMatchObject({ body: { name: `Typed ${word}`, groups: [{ id }] } })
})

test('AF-6, AF-10: among 3,000 groups and 2,000 permissions an account is changed, on a page that is no heavier for it', async ({
  startServer,
}) => {
  const server = await startServer()
  const call: Call = (path, options) => send(server.url, path, options)
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const cookie = await logInByForm(call, root)
  const page = () => openPage(call, `/admin/users/${user.id}`, cookie)
  const before = (await page()).text.length
  const numbers = (count: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`
  await server.sql(`INSERT INTO auth_group (name) ${numbers(3000)} SELECT 'Bulk group ' || i FROM n`)
  await server.sql(
    `INSERT INTO auth_permission (name, content_type_id, codename) ${numbers(2000)} SELECT 'Bulk right ' || i, (SELECT MIN(id) FROM django_content_type), 'bulk_' || i FROM n`,
  )
  const started = performance.now()
  const after = await page()
  expect(after.status).toBe(200)
  expect(after.text.length - before).toBeLessThan(60_000)
  expect(performance.now() - started, 'milliseconds on a busy machine').toBeLessThan(5000)
  const all = async (path: string) => {
    const ids: number[] = []
    for (let number = 1; ; number += 1) {
      const { results, next } = (await call(`${path}?page_size=1000&page=${number}`, { headers: bearer(root.access) })).body as {
        results: { id: number }[]
        next: string | null
      }
      ids.push(...results.map(({ id }) => id))
      if (next === null) return ids
    }
  }
  const [groups, permissions] = [await all('/api/admin/groups/choices/'), await all('/api/admin/permissions/')]
  expect([groups.length, permissions.length > 2000]).toEqual([3000, true])
  const form = { name: 'Has everything', groups: groups.join(','), user_permissions: permissions.join(',') }
  const saved = await postForm(call, `/api/admin/users/${user.id}/?_method=PATCH`, form, { cookie })
  expect([saved.status, saved.headers.location]).toEqual([303, '/admin/users'])
  const refused = await postForm(call, `/api/admin/users/${user.id}/?_method=PATCH`, { ...form, email: 'no address' }, { cookie })
  const shown = await openPage(call, `/admin/users/${user.id}`, withCookies(cookie, refused))
  expect(shown.text.replaceAll('<!-- -->', '')).toContain('3,000 of 3,000 chosen, 2,900 of them not shown')
  expect((await page()).status).toBe(200)
})
