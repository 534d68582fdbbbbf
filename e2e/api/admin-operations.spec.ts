/** Operations over HTTP: the outbox, refresh tokens, throttles and single sessions (the security requirements AD-1, AU-1, AU-2). */
import { createHash } from 'node:crypto'
import { bearer, logIn, PASSWORD, signUp, unique } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { linkIn, startMailbox, tokenIn } from '../../lib/http/testing/mailbox.ts'
import { send } from '../../lib/http/testing/send.ts'
import { as, staff, superuser } from '../../lib/http/testing/staff.ts'
import { type Call, expect, test } from '../fixtures.ts'
import { redisServerExists, startRedis } from '../redis.ts'
import type { ServerOverrides, TestServer } from '../server.ts'

const RESET = '/api/accounts/password/reset/'
const DENIED = { status: 403, body: { detail: 'You do not have permission to perform this action.' } }

interface Page<Item> {
  count: number
  results: Item[]
}
interface Throttle {
  id: string
  policy: string
  scope: string
  subject: string | null
  tries: number
  limit: number
  throttled: boolean
}

const LISTS = [
  ['outbox', 'view_outboxmail'],
  ['outstanding-tokens', 'view_outstandingtoken'],
  ['blacklisted-tokens', 'view_blacklistedtoken'],
  ['throttles', 'view_throttlecounter'],
  ['sessions', 'view_session'],
] as const

test('each list is for whoever has its permission: by API, by page and in the navigation', async ({ call, server }) => {
  for (const [path, permission] of LISTS) {
    const member = await staff(call, server.sql, [permission])
    const cookie = await logInByForm(call, member)
    const overview = (await openPage(call, '/admin', cookie)).text
    for (const [other] of LISTS) {
      const expected = other === path ? 200 : 403
      expect.soft((await call(`/api/admin/${other}/`, as(member))).status, `${other} with ${permission}`).toBe(expected)
      expect.soft((await openPage(call, `/admin/${other}`, cookie)).status, `page ${other} with ${permission}`).toBe(expected)
      expect.soft(overview.includes(`href="/admin/${other}"`), `link to ${other} with ${permission}`).toBe(other === path)
    }
  }
})

test('parameters that are not declared are 400, and so are states and kinds that are none', async ({ call, server }) => {
  const root = await superuser(call, server.sql)
  for (const query of ['outbox/?state=dead', 'outbox/?kind=x', 'outbox/?text=a', 'outbox/?ordering=text', 'outstanding-tokens/?token=x'])
    expect.soft((await call(`/api/admin/${query}`, as(root))).status, query).toBe(400)
  for (const query of ['outstanding-tokens/?ordering=token', 'blacklisted-tokens/?user_id=x', 'throttles/?search=%00', 'throttles/?key=x'])
    expect.soft((await call(`/api/admin/${query}`, as(root))).status, query).toBe(400)
  for (const id of ['0', 'x', '999999999999', '9007199254740993'])
    expect.soft((await call(`/api/admin/outbox/${id}/resend/`, { method: 'POST', ...as(root) })).status, id).toBe(404)
  for (const id of ['x', 'login:pair:60', `login:nobody:60:${'a'.repeat(43)}`, `login:pair:60:${'a'.repeat(43)}`, 'refused:x'])
    expect.soft((await call(`/api/admin/throttles/${id}/release/`, { method: 'POST', ...as(root) })).status, id).toBe(404)
  expect((await openPage(call, '/admin/throttles?search=%00', await logInByForm(call, root))).status).toBe(200)
})

test('AU-2: no list shows an email, a link, a code, a token or its digest', async ({ call, server, mailbox }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  await call(RESET, { json: { email: user.email } })
  const mail = await mailbox.waitForSubject(user.email, 'Reset your password for Latchkey')
  const secret = tokenIn(mail, '/password-reset/confirm')
  const [row] = await server.sql('SELECT text, html, message_id FROM accounts_outboxmail WHERE recipient = ?', [user.email])
  const digests = [user.refresh, user.access].map((token) => createHash('sha256').update(token).digest('hex'))
  const cookie = await logInByForm(call, root)
  for (const list of [`outbox?recipient=${user.email}`, `outstanding-tokens?user_id=${user.id}`, `users/${user.id}`]) {
    const [path = '', query = ''] = list.split('?')
    const page = await openPage(call, `/admin/${list}`, cookie)
    const api = await call(`/api/admin/${path}/?${query}`.replace(/\?$/, ''), as(root))
    expect([page.status, api.status], list).toEqual([200, 200])
    for (const { text } of [page, api]) {
      for (const hidden of [secret, user.refresh, user.access, ...digests, String(row?.message_id), 'one_time', mail.subject])
        expect.soft(text.includes(hidden), `${list}: ${hidden}`).toBe(false)
    }
  }
  expect(String(row?.text)).not.toContain(secret)
  const { body } = await call(`/api/admin/outbox/?recipient=${user.email}&kind=password_reset`, as(root))
  expect((body as Page<object>).results.map((item) => Object.keys(item).sort())).toEqual([
    [
      ...['attempts', 'created_at', 'failed_at', 'id', 'kind', 'last_error', 'next_attempt_at', 'outdated', 'recipient', 'sent_at'],
      'state',
      'user_id',
    ],
  ])
})

test('refresh tokens are listed by account, and blacklisted ones say since when', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const list = async (path: string) => (await call(`/api/admin/${path}/?user_id=${user.id}`, as(root))).body as Page<{ jti: string }>
  expect(await list('outstanding-tokens')).toMatchObject({ count: 1, results: [{ email: user.email, blacklisted_at: null }] })
  expect(await list('blacklisted-tokens')).toMatchObject({ count: 0 })
  await call('/api/accounts/token/blacklist/', { json: { refresh: user.refresh } })
  const { results } = await list('blacklisted-tokens')
  expect(results).toMatchObject([{ user_id: user.id, blacklisted_at: expect.stringMatching(/^20.*Z$/) }])
  expect((await list('outstanding-tokens')).results).toEqual(results)
  expect(await call(`/api/admin/outstanding-tokens/?jti=${results[0]?.jti}`, as(root))).toMatchObject({ body: { count: 1 } })
})

test('a mail that was failed is sent again by API and by form, is tallied, and is written down', async ({ startServer }) => {
  const mailbox = await startMailbox()
  mailbox.refuseWith = 550
  const server = await startServer({ env: { SMTP_URL: mailbox.url } })
  const call: Call = (path, options) => send(server.url, path, options)
  const [root, viewer] = [await superuser(call, server.sql), await staff(call, server.sql, ['view_outboxmail'])]
  const [one, two] = [await signUp(call), await signUp(call)]
  for (const { email } of [one, two]) await call(RESET, { json: { email } })
  const listed = async (email: string, state = '') =>
    (await call(`/api/admin/outbox/?recipient=${email}&kind=password_reset${state}`, as(root))).body as Page<{ id: number }>
  for (const { email } of [one, two])
    await expect.poll(async () => (await listed(email, '&state=failed')).count, { timeout: 20_000 }).toBe(1)
  const [first, second] = [(await listed(one.email)).results[0]?.id, (await listed(two.email)).results[0]?.id]
  expect((await listed(one.email)).results).toMatchObject([{ state: 'failed', attempts: 1, last_error: 'EENVELOPE 550', user_id: one.id }])

  mailbox.refuseWith = 0
  expect(await call(`/api/admin/outbox/${first}/resend/`, { method: 'POST', ...as(viewer) })).toMatchObject(DENIED)
  const resent = await call(`/api/admin/outbox/${first}/resend/`, { method: 'POST', ...as(root) })
  expect(resent).toMatchObject({ status: 200, body: { id: first, state: 'waiting', failed_at: null } })
  const cookie = await logInByForm(call, root)
  const form = await postForm(call, `/api/admin/outbox/${second}/resend/`, { next: '/admin/outbox?state=failed' }, { cookie })
  expect([form.status, form.headers.location]).toEqual([303, '/admin/outbox?state=failed'])
  for (const { email } of [one, two]) {
    expect(linkIn(await mailbox.waitFor(email), '/password-reset/confirm').searchParams.get('token')).toBeTruthy()
    await expect.poll(async () => (await listed(email, '&state=sent')).count).toBe(1)
  }
  const again = await call(`/api/admin/outbox/${first}/resend/`, { method: 'POST', ...as(root) })
  expect(again).toMatchObject({ status: 409, body: { code: 'mail_sent', detail: expect.stringMatching(/^This mail was sent/) } })
  const events = await call(`/api/admin/audit/?event=mail_resent&subject_id=${one.id}`, as(root))
  expect(events).toMatchObject({ body: { count: 1, results: [{ actor_id: root.id, detail: { mail: first, kind: 'password_reset' } }] } })
  const counted = async (statement: string) => Number((await server.sql(statement))[0]?.n)
  const [sent, failed] = ['sent', 'failed'].map((outcome) => `SELECT sum(count) AS n FROM accounts_mailtally WHERE outcome = '${outcome}'`)
  await expect
    .poll(
      async () => (await counted(sent ?? '')) - (await counted('SELECT count(*) AS n FROM accounts_outboxmail WHERE sent_at IS NOT NULL')),
    )
    .toBe(0)
  expect(await counted(failed ?? ''), 'each failure, although both are sent by now').toBeGreaterThan(1)
  await mailbox.stop()
})

test('a mail whose link does not count any more is 409, one that waits is sent at once', async ({ startServer }) => {
  const mailbox = await startMailbox()
  mailbox.refuseWith = 451
  const server = await startServer({ env: { SMTP_URL: mailbox.url } })
  const call: Call = (path, options) => send(server.url, path, options)
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  await call(RESET, { json: { email: user.email } })
  const [row] = await server.sql("SELECT id FROM accounts_outboxmail WHERE recipient = ? AND kind = 'password_reset'", [user.email])
  const mailId = Number(row?.id)
  const resend = () => call(`/api/admin/outbox/${mailId}/resend/`, { method: 'POST', ...as(root) })
  const attempts = async () =>
    Number((await server.sql('SELECT attempts FROM accounts_outboxmail WHERE id = ? AND lease_id IS NULL', [mailId]))[0]?.attempts)
  await expect.poll(attempts).toBeGreaterThan(0)
  await server.sql("UPDATE accounts_outboxmail SET next_attempt_at = '2090-01-01 00:00:00' WHERE id = ?", [mailId])
  mailbox.refuseWith = 0
  await expect
    .poll(async () => (await resend()).status === 200 || mailbox.to(user.email).length > 0, { message: 'unless it is under way' })
    .toBe(true)
  await mailbox.waitFor(user.email)
  const isSent = async () => (await server.sql('SELECT sent_at FROM accounts_outboxmail WHERE id = ?', [mailId]))[0]?.sent_at != null
  await expect.poll(isSent, { message: 'the mail worker has written down that it is gone' }).toBe(true)
  await server.sql('UPDATE accounts_outboxmail SET sent_at = NULL, failed_at = created_at WHERE id = ?', [mailId])
  await server.sql('UPDATE accounts_onetimetoken SET voided_at = created_at WHERE user_id = ?', [user.id])
  expect(await resend()).toMatchObject({ status: 409, body: { code: 'email_link_expired' } })
  expect(await call(`/api/admin/outbox/?recipient=${user.email}&state=failed`, as(root))).toMatchObject({
    body: { results: [{ id: mailId, outdated: true }] },
  })
  const page = (await openPage(call, `/admin/outbox?recipient=${user.email}`, await logInByForm(call, root))).text
  expect(page).toContain('Its link does not count any more: its reader has to ask for a new one')
  expect(page, 'no button that is refused').not.toContain(`/api/admin/outbox/${mailId}/resend/`)
  await mailbox.stop()
})

test('without a mail server the outbox says that mail is kept, and offers nothing that sends it', async ({ startServer }) => {
  const server = await startServer()
  const call: Call = (path, options) => send(server.url, path, options)
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  await call(RESET, { json: { email: user.email } })
  const [mail] = ((await call(`/api/admin/outbox/?recipient=${user.email}`, as(root))).body as Page<{ id: number }>).results
  const page = (await openPage(call, '/admin/outbox', await logInByForm(call, root))).text
  expect(page).toContain('Kept here: no mail server is configured (SMTP_URL)')
  expect([page.includes('/resend/'), page.includes('Tried next')]).toEqual([false, false])
  const resent = await call(`/api/admin/outbox/${mail?.id}/resend/`, { method: 'POST', ...as(root) })
  expect(resent).toMatchObject({ status: 409, body: { detail: expect.stringContaining('No mail server is configured') } })
})

test('AD-5: the audit log as CSV has what the list has, no formula, and who took it is written down', async ({ call, server }) => {
  const [root, user] = [await superuser(call, server.sql), await signUp(call)]
  const userAgent = '=HYPERLINK("http://evil.example","a"),b'
  const attempt = { json: { email: user.email, password: 'wrong' }, headers: { 'User-Agent': userAgent } }
  expect((await call('/api/accounts/login/', attempt)).status).toBe(400)
  const query = `event=login_failed&subject_email=${user.email}`
  const [event] = ((await call(`/api/admin/audit/?${query}`, as(root))).body as Page<Record<string, unknown>>).results
  expect(event).toMatchObject({ user_agent: userAgent, subject_id: user.id, detail: { reason: 'wrong_credentials' } })
  const csv = await call(`/api/admin/audit/export/?${query}`, as(root))
  expect([csv.status, csv.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
  expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="audit-20\d\d-\d\d-\d\d\.csv"$/)
  const { id, at, actor_id, ip_address, request_id } = event ?? {}
  const cells = [
    id,
    at,
    'login_failed',
    'failure',
    actor_id ?? '',
    user.id,
    '',
    ip_address,
    `"'${userAgent.replaceAll('"', '""')}"`,
    request_id,
  ]
  expect(csv.text.split('\r\n')).toEqual([
    'id,at,event,outcome,actor_id,subject_id,session_id,ip_address,user_agent,request_id,detail',
    [...cells, '"{""reason"":""wrong_credentials""}"'].join(','),
    '',
  ])
  const taken = await call(`/api/admin/audit/?event=events_exported&actor_id=${root.id}`, as(root))
  expect(taken).toMatchObject({ body: { count: 1, results: [{ subject_id: null, detail: { filters: ['event', 'subject_email'] } }] } })
})

test('AD-1: one session is ended from the list, but none of an account that may do more', async ({ call, server }) => {
  const [root, helper] = [await superuser(call, server.sql), await staff(call, server.sql, ['change_user', 'view_session'])]
  const user = await signUp(call)
  const other = await logIn(call, user)
  const sessionsOf = async (id: number) =>
    ((await call(`/api/admin/sessions/?user_id=${id}&ended=false`, as(root))).body as Page<{ id: string }>).results.map(({ id }) => id)
  const end = (id: string, who = helper) => call(`/api/admin/sessions/${id}/`, { method: 'DELETE', ...as(who) })
  const [, first = ''] = await sessionsOf(user.id)
  expect((await end(first)).status).toBe(204)
  expect((await end(first)).status).toBe(404)
  expect((await end('nothing')).status).toBe(404)
  expect((await call('/api/accounts/me/', as(user))).status).toBe(401)
  const access = (other.body as { tokens: { access: string } }).tokens.access
  expect((await call('/api/accounts/me/', { headers: bearer(access) })).status).toBe(200)
  const [ofRoot = ''] = await sessionsOf(root.id)
  expect(await end(ofRoot)).toMatchObject(DENIED)
  expect(await end(ofRoot, root)).toMatchObject({ status: 409, body: { code: 'own_session' } })
  const [left = ''] = await sessionsOf(user.id)
  const cookie = await logInByForm(call, helper)
  const page = (await openPage(call, '/admin/sessions?ended=false', cookie)).text
  expect([page.includes(`/api/admin/sessions/${left}/`), page.includes(`/api/admin/sessions/${ofRoot}/`)]).toEqual([true, false])
  const form = await postForm(call, `/api/admin/sessions/${left}/?_method=DELETE`, {}, { cookie })
  expect([form.status, form.headers.location]).toEqual([303, '/admin/sessions'])
  expect(await sessionsOf(user.id)).toEqual([])
  const events = await server.sql("SELECT actor_id FROM accounts_auditevent WHERE event = 'session_ended' AND subject_id = ?", [user.id])
  expect(events.map(({ actor_id }) => Number(actor_id))).toEqual([helper.id, helper.id])
})

/** Locks an account and an unknown address out, finds both, and lets them in again. */
async function findAndRelease(startServer: (overrides?: ServerOverrides) => Promise<TestServer>, env: Record<string, string>) {
  const server = await startServer({ env: { THROTTLE_RATES: 'login=5/h,reset=3/h', LOGIN_FAILURE_TIME: '0', ...env } })
  const call: Call = (path, options) => send(server.url, path, options)
  const [root, viewer] = [await superuser(call, server.sql), await staff(call, server.sql, ['view_throttlecounter'])]
  const user = await signUp(call)
  // What the account knows its device by is gone: it is counted as a stranger's.
  await server.sql('DELETE FROM accounts_knowndevice WHERE user_id = ?', [user.id])
  const unknown = `${unique()}@example.com`
  const list = async (search = '') =>
    ((await call(`/api/admin/throttles/?search=${encodeURIComponent(search)}`, as(viewer))).body as Page<Throttle>).results
  for (const email of [user.email, unknown]) {
    for (let n = 0; n < 5; n++) expect((await logIn(call, { email, password: 'wrong' })).status).toBe(400)
    expect((await logIn(call, { email, password: PASSWORD })).status).toBe(429)
  }
  const all = await list()
  expect(all.filter(({ policy }) => policy === 'login')).toHaveLength(2)
  expect(all.find(({ subject }) => subject?.startsWith(user.email))).toMatchObject({
    ...{ policy: 'login', scope: 'pair', tries: 5, limit: 5, window: 3600, throttled: true },
  })
  expect(JSON.stringify(all)).not.toContain(unknown)
  const found = (await list(unknown)).filter(({ throttled }) => throttled)
  expect(found).toMatchObject([{ policy: 'login', scope: 'pair', subject: expect.stringContaining(unknown) }])
  expect(await list(`${unique()}@example.com`)).toEqual([])
  // The network's own counter holds what both have tried.
  const address = String(found[0]?.subject).split(' from ')[1] ?? ''
  expect((await list(address)).find(({ policy, scope }) => policy === 'login' && scope === 'address')).toMatchObject({
    ...{ subject: address, tries: 10, limit: 25, throttled: false },
  })
  const path = (id = '') => `/api/admin/throttles/${id}/release/`
  expect(await call(path(found[0]?.id), { method: 'POST', ...as(viewer) })).toMatchObject(DENIED)
  expect((await call(path(found[0]?.id), { method: 'POST', ...as(root) })).status).toBe(204)
  expect((await call(path(found[0]?.id), { method: 'POST', ...as(root) })).status).toBe(404)
  expect((await logIn(call, { email: unknown, password: 'wrong' })).status).toBe(400)
  const cookie = await logInByForm(call, root)
  const own = (await list(user.email)).filter(({ throttled }) => throttled)
  for (const { id } of own) {
    const form = await postForm(call, path(id), { next: `/admin/throttles?search=${user.email}` }, { cookie })
    expect([form.status, form.headers.location]).toEqual([303, `/admin/throttles?search=${user.email}`])
  }
  expect((await logIn(call, user)).status).toBe(200)
  expect((await list()).filter(({ policy }) => policy === 'login')).toEqual([])
  const events = await call('/api/admin/audit/?event=throttle_released', as(root))
  expect(events).toMatchObject({ body: { count: 1 + own.length, results: [{ actor_id: root.id, detail: { policy: 'login' } }, {}] } })
}

test('an operator finds who is locked out and lets them in again: counters in the database', async ({ startServer }) => {
  await findAndRelease(startServer, {})
})

test('an operator finds who is locked out and lets them in again: counters in Redis', async ({ startServer }) => {
  test.skip(!redisServerExists(), 'redis-server not found')
  const redis = await startRedis()
  await findAndRelease(startServer, { REDIS_URL: redis.url })
  await redis.kill()
})

test('an operator finds who is locked out and lets them in again: counters in the process, for want of Redis', async ({ startServer }) => {
  await findAndRelease(startServer, { REDIS_URL: 'redis://127.0.0.1:1' })
})
