import { logIn, PASSWORD, signUp, unique } from '../http/testing/accounts.ts'
import { logInByForm, postForm } from '../http/testing/cookies.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { linkIn, startMailbox } from '../http/testing/mailbox.ts'
import { as, staff, superuser } from '../http/testing/staff.ts'
import type { App, AppOverrides } from '../http/testing/start-app.ts'
import { redisServerExists, startRedis } from '../throttle/testing/redis-server.ts'

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

test('a failed email is sent again by API and by form, is counted, and is written down', async ({ startServer }) => {
  const mailbox = await startMailbox()
  mailbox.refuseWith = 550
  const server = await startServer({ env: { SMTP_URL: mailbox.url } })
  const { call } = server
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

/** Locks an account and an unknown address out, finds both, and lets them in again. */
async function findAndRelease(startServer: (overrides?: AppOverrides) => Promise<App>, env: Record<string, string>) {
  const server = await startServer({ env: { THROTTLE_RATES: 'login=5/h,reset=3/h', LOGIN_FAILURE_TIME: '0', ...env } })
  const { call } = server
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

test.skipIf(!redisServerExists())(
  'an operator finds who is locked out and lets them in again: counters in Redis',
  async ({ startServer }) => {
    const redis = await startRedis()
    await findAndRelease(startServer, { REDIS_URL: redis.url })
    await redis.kill()
  },
)

test('an operator finds who is locked out and lets them in again: counters in the process, for want of Redis', async ({ startServer }) => {
  await findAndRelease(startServer, { REDIS_URL: 'redis://127.0.0.1:1' })
})
