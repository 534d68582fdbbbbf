/** Operations over HTTP: the outbox, refresh tokens, throttles and single sessions (the security requirements AD-1, AU-1, AU-2). */
import { createHash } from 'node:crypto'
import { bearer, logIn, signUp } from '../../lib/http/testing/accounts.ts'
import { logInByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { startMailbox, tokenIn } from '../../lib/http/testing/mailbox.ts'
import { send } from '../../lib/http/testing/send.ts'
import { as, staff, superuser } from '../../lib/http/testing/staff.ts'
import { type Call, expect, test } from '../fixtures.ts'

const RESET = '/api/accounts/password/reset/'
const DENIED = { status: 403, body: { detail: 'You do not have permission to perform this action.' } }

interface Page<Item> {
  count: number
  results: Item[]
}

const LISTS = [
  ['outbox', 'view_outboxmail'],
  ['outstanding-tokens', 'view_outstandingtoken'],
  ['blacklisted-tokens', 'view_blacklistedtoken'],
  ['throttles', 'view_throttlecounter'],
  ['sessions', 'view_session'],
] as const

test('each list is for staff with its permission: by API, by page and in the navigation', async ({ call, server }) => {
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
  for (const id of ['x', 'login:pair:60', `login:unknown:60:${'a'.repeat(43)}`, `login:pair:60:${'a'.repeat(43)}`, 'refused:x'])
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
