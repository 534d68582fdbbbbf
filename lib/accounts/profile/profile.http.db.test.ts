/** The profile by the API: Django REST framework's partial update (the security requirements SU-4 and HT-3). */
import { bearer, unique, uniquePhone } from '../../http/testing/accounts.ts'
import { formHeaders, logInByForm, me, parseSetCookie } from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import type { SendOptions } from '../../http/testing/send.ts'

const ME = '/api/accounts/me/'
const patch = (call: Call, access: string, options: SendOptions) => call(ME, { method: 'PATCH', headers: bearer(access), ...options })
const read = async (call: Call, access: string) => (await call(ME, { headers: bearer(access) })).body as Record<string, unknown>

test('a partial update changes what it names, answers with the account, and leaves the rest', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const before = await read(call, access)
  const phone = uniquePhone()
  for (const change of [{ name: 'Grace Hopper' }, { phone }, { first_name: 'Grace', last_name: 'Hopper' }, { first_name: '' }]) {
    const answer = await patch(call, access, { json: change })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject(change)
    expect(answer.body).toEqual(await read(call, access))
  }
  expect(await read(call, access)).toEqual({ ...before, name: 'Grace Hopper', phone, first_name: '', last_name: 'Hopper' })
})

test('the three content types are taken, and values are trimmed as CharField trims them', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  expect((await patch(call, access, { json: { name: '  Ada  ' } })).body).toMatchObject({ name: 'Ada' })
  expect((await patch(call, access, { form: { name: 'Bea ' } })).body).toMatchObject({ name: 'Bea' })
  expect((await patch(call, access, { multipart: { name: 'Cleo' } })).body).toMatchObject({ name: 'Cleo' })
  expect((await patch(call, access, { json: { first_name: ' \t ' } })).body).toMatchObject({ first_name: '' })
  expect((await patch(call, access, { json: { name: 5 } })).body).toMatchObject({ name: '5' })
})

test('nothing to change is 200 and writes nothing', async ({ call, server, newAccount }) => {
  const { access, id } = await newAccount()
  const before = await read(call, access)
  for (const options of [{}, { json: {} }, { json: { colour: 'green' } }, { json: { name: before.name, phone: before.phone } }]) {
    const answer = await patch(call, access, options)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual(before)
  }
  expect(await server.sql("SELECT id FROM accounts_auditevent WHERE subject_id = ? AND event = 'profile_updated'", [id])).toEqual([])
})

test('what is wrong is told in Django REST framework’s words, all of it at once, and nothing is changed', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const before = await read(call, access)
  const cases: [unknown, unknown][] = [
    [{ name: null }, { name: ['This field may not be null.'] }],
    [{ name: '' }, { name: ['This field may not be blank.'] }],
    [{ phone: ' ' }, { phone: ['This field may not be blank.'] }],
    [
      { first_name: null, last_name: null },
      { first_name: ['This field may not be null.'], last_name: ['This field may not be null.'] },
    ],
    [{ name: 'x'.repeat(256) }, { name: ['Ensure this field has no more than 255 characters.'] }],
    [{ phone: '1'.repeat(21) }, { phone: ['Ensure this field has no more than 20 characters.'] }],
    [
      { first_name: 'x'.repeat(151), last_name: 'y'.repeat(151) },
      {
        first_name: ['Ensure this field has no more than 150 characters.'],
        last_name: ['Ensure this field has no more than 150 characters.'],
      },
    ],
    [{ name: 'Fine', phone: 'a\u0000' }, { phone: ['Null characters are not allowed.'] }],
    [
      { name: [], phone: {}, first_name: true },
      { name: ['Not a valid string.'], phone: ['Not a valid string.'], first_name: ['Not a valid string.'] },
    ],
  ]
  for (const [json, body] of cases) {
    const answer = await patch(call, access, { json })
    expect.soft(answer.status, JSON.stringify(json).slice(0, 60)).toBe(400)
    expect.soft(answer.body).toEqual(body)
  }
  expect(await read(call, access)).toEqual(before)
})

test('bodies that are no object are told so, and broken ones are never a 500', async ({ call, newAccount }) => {
  const { access } = await newAccount()
  const headers = { ...bearer(access), 'content-type': 'application/json' }
  for (const [body, status] of [
    ['[]', 400],
    ['"x"', 400],
    ['5', 400],
    ['null', 400],
    ['{', 400],
    ['{"name":"\\ud83d"}', 400],
    ['', 200],
  ] as const) {
    expect.soft((await call(ME, { method: 'PATCH', headers, body })).status, body).toBe(status)
  }
  expect((await patch(call, access, { body: 'x', headers: { ...bearer(access), 'content-type': 'text/plain' } })).status).toBe(415)
})

test('a phone of someone else is refused, one’s own is not', async ({ call, newAccount }) => {
  const [ada, grace] = [await newAccount(), await newAccount()]
  const answer = await patch(call, ada.access, { json: { phone: grace.phone } })
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ phone: ['user with this phone already exists.'] })
  expect((await patch(call, ada.access, { json: { phone: ada.phone } })).status).toBe(200)
})

test('of many who take one phone at the same time one gets it, the others the ordinary answer', async ({ call, server, newAccount }) => {
  const people = await Promise.all(Array.from({ length: 8 }, () => newAccount()))
  const phone = uniquePhone()
  const answers = await Promise.all(people.map(({ access }) => patch(call, access, { json: { phone } })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
  for (const answer of answers.filter(({ status }) => status === 400)) {
    expect(answer.body).toEqual({ phone: ['user with this phone already exists.'] })
  }
  expect(await server.sql('SELECT id FROM accounts_user WHERE phone = ?', [phone])).toHaveLength(1)
})

test('SU-4, HT-3: nothing but the profile can be written, whatever is sent along', async ({ call, server, newAccount }) => {
  const { access, id, email } = await newAccount()
  const [before] = await server.sql('SELECT * FROM accounts_user WHERE id = ?', [id])
  const name = `Only ${unique()}`
  const body = `{"name": ${JSON.stringify(name)}, "id": 1, "pk": 1, "user_id": 1, "email": "thief@example.com", "username": "thief",
    "password": "x", "is_staff": true, "isStaff": true, "is_superuser": true, "isSuperuser": true, "is_active": false, "role": "admin",
    "date_joined": "2000-01-01", "last_login": null, "email_verified": true, "emailVerifiedAt": "2000-01-01", "email_verified_at": "2000-01-01",
    "phone_e164": "+1", "deletion_due_at": "2000-01-01", "groups": [1], "user_permissions": [1],
    "__proto__": {"is_staff": true, "isStaff": true}, "constructor": {"prototype": {"isStaff": true}}}`
  const answer = await call(ME, { method: 'PATCH', headers: { ...bearer(access), 'content-type': 'application/json' }, body })
  expect(answer.status).toBe(200)
  const [after] = await server.sql('SELECT * FROM accounts_user WHERE id = ?', [id])
  expect(after).toEqual({ ...before, name })
  const form = { name, email: 'thief@example.com', is_staff: 'true', '__proto__[is_staff]': 'true', __proto__: 'x' }
  expect((await patch(call, access, { form: Object.entries(form) })).body).toMatchObject({ email, is_staff: false, is_superuser: false })
})

test('the change is audited by the names of its fields', async ({ call, server, newAccount }) => {
  const { access, id } = await newAccount()
  const secret = `canary-${unique()}`
  await patch(call, access, { json: { name: secret, last_name: secret } })
  const rows = await server.sql("SELECT * FROM accounts_auditevent WHERE subject_id = ? AND event = 'profile_updated'", [id])
  expect(rows).toHaveLength(1)
  expect(JSON.parse(String(rows[0]?.detail))).toEqual({ fields: ['name', 'last_name'] })
  expect(JSON.stringify(rows)).not.toContain(secret)
})

test('a phone number keeps what was typed and gets its E.164 form, at sign-up and at a change', async ({ call, server, newAccount }) => {
  const digits = uniquePhone().slice(0, 6)
  const { access, id } = await newAccount({ phone: `+44 20 79${digits}` })
  const form = async () => (await server.sql('SELECT phone, phone_e164 FROM accounts_user WHERE id = ?', [id]))[0]
  expect(await form()).toEqual({ phone: `+44 20 79${digits}`, phone_e164: `+442079${digits}` })
  await patch(call, access, { json: { phone: `+49 (30) ${digits}` } })
  expect(await form()).toMatchObject({ phone_e164: `+4930${digits}` })
  await patch(call, access, { json: { phone: `ext ${digits}` } })
  expect(await form()).toEqual({ phone: `ext ${digits}`, phone_e164: null })
})

test('a form’s PATCH leads back to the page, with what is wrong or that it is saved', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const post = (form: Record<string, string>) => call(`${ME}?_method=PATCH`, { form, headers: { ...formHeaders, cookie } })
  const flashOf = (answer: { cookies: string[] }) => {
    const flash = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_flash')
    return JSON.parse(Buffer.from(flash?.value ?? '', 'base64url').toString()) as unknown
  }
  const saved = await post({ name: 'By form', phone: account.phone })
  expect([saved.status, saved.headers.location]).toEqual([303, '/settings/profile'])
  expect(flashOf(saved)).toMatchObject({ status: 'changes_saved' })
  expect((await me(call, cookie)).body).toMatchObject({ name: 'By form' })
  const refused = await post({ name: '', phone: account.phone })
  expect([refused.status, refused.headers.location]).toEqual([303, '/settings/profile'])
  expect(flashOf(refused)).toEqual({ form: '/settings/profile', errors: { name: ['blank'] }, values: { name: '', phone: account.phone } })
})

test('another site’s form changes nothing', async ({ call, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }]) {
    const sent = { ...formHeaders, cookie, 'sec-fetch-site': 'none', ...headers }
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await call(`${ME}?_method=${method}`, {
        form: { name: 'x', password: account.password, confirmation: 'DELETE' },
        headers: sent,
      })
      expect.soft(answer.status, JSON.stringify(headers)).toBe(403)
    }
  }
  expect((await me(call, cookie)).body).toMatchObject({ name: account.name })
})

test('with USERNAME_EDITABLE, a user name follows Django’s rule and is unique', async ({ serverWith }) => {
  const { call, newAccount } = await serverWith({ USERNAME_EDITABLE: 'true' })
  const [ada, grace] = [await newAccount(), await newAccount()]
  const set = (username: unknown) => patch(call, ada.access, { json: { username } })
  for (const username of ['ada', 'Ада_1.+-@x', '愛達', 'a'.repeat(150)]) expect((await set(username)).body).toMatchObject({ username })
  const rule = 'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
  for (const username of ['a b', 'a/b', 'a\n', 'x!', '\u200b', '💂']) {
    expect
      .soft((await set(username)).body, username)
      .toEqual(username.trim() === 'a' ? expect.objectContaining({ username: 'a' }) : { username: [rule] })
  }
  expect((await set('a'.repeat(151))).body).toEqual({ username: ['Ensure this field has no more than 150 characters.'] })
  expect((await set('')).body).toEqual({ username: ['This field may not be blank.'] })
  expect((await set(grace.email)).body).toEqual({ username: ['A user with that username already exists.'] })
})
