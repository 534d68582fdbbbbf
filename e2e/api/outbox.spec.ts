/** The outbox by command, as an operator reads it; the page of development machines is not in a production build. */
import { bearer, PASSWORD, signUp, unique } from '../../lib/http/testing/accounts.ts'
import { openPage } from '../../lib/http/testing/cookies.ts'
import { expect, test } from '../fixtures.ts'
import { manage } from '../manage.ts'
import type { TestServer } from '../server.ts'

/** The subject of the email to an account that is closed. */
const CLOSED = 'Your Latchkey account will be deleted'

const letterTo = async (server: TestServer, email: string) =>
  Number((await server.sql('SELECT id FROM accounts_outboxmail WHERE recipient = ? ORDER BY id DESC', [email]))[0]?.id)

/** What became of the last email to an address. */
const stateOf = async (server: TestServer, email: string) =>
  (await server.sql('SELECT sent_at, failed_at FROM accounts_outboxmail WHERE recipient = ? ORDER BY id DESC', [email]))[0]

test('manage outbox lists emails with what became of them, as a table and as JSON', async ({ call, server, mailbox }) => {
  const account = await signUp(call)
  await call('/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json: { password: PASSWORD } })
  await mailbox.waitForSubject(account.email, CLOSED)
  await expect.poll(() => stateOf(server, account.email)).toMatchObject({ sent_at: expect.anything() })
  expect((await manage(['outbox', '--limit', '500'], server.env)).output).toMatch(new RegExp(`account_deletion +${account.email} +sent `))
  const { code, output } = await manage(['outbox', '--json', '--limit', '500'], server.env)
  expect(code).toBe(0)
  const messages = JSON.parse(output) as Record<string, unknown>[]
  expect(messages.find(({ recipient, kind }) => recipient === account.email && kind === 'account_deletion')).toMatchObject({
    state: 'sent',
    attempts: 1,
  })
})

test('in production a shown email has neither link nor code', async ({ call, server, mailbox }) => {
  const account = await signUp(call)
  await call('/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json: { password: PASSWORD } })
  const token = /token=([\w-]+)/.exec((await mailbox.waitForSubject(account.email, CLOSED)).text)?.[1] ?? ''
  const { code, output } = await manage(['outbox', 'show', String(await letterTo(server, account.email))], server.env)
  expect(code).toBe(0)
  expect(output).toContain(`To:       ${account.email}`)
  expect(output).toContain('/account-deletion/undo?token=[token]')
  expect(token).not.toBe('')
  expect(output).not.toContain(token)
})

test('an email that the mail server refused for good is sent again by command', async ({ startServer }) => {
  const { startMailbox } = await import('../../lib/http/testing/mailbox.ts')
  const { send } = await import('../../lib/http/testing/send.ts')
  const mailbox = await startMailbox()
  mailbox.refuseWith = 550
  const server = await startServer({ env: { SMTP_URL: mailbox.url } })
  const account = await signUp((path, options) => send(server.url, path, options))
  await send(server.url, '/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json: { password: PASSWORD } })
  const id = await letterTo(server, account.email)
  await expect.poll(() => stateOf(server, account.email), { timeout: 20_000 }).toMatchObject({ failed_at: expect.anything() })
  expect((await manage(['outbox'], server.env)).output).toContain('failed after 1 attempt: EENVELOPE 550')
  mailbox.refuseWith = 0
  expect(await manage(['outbox', 'resend', String(id)], server.env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('waiting to be sent again'),
  })
  await mailbox.waitForSubject(account.email, CLOSED)
  expect(mailbox.to(account.email).map(({ subject }) => subject)).toEqual([CLOSED])
  await expect.poll(() => stateOf(server, account.email)).toMatchObject({ sent_at: expect.anything() })
  expect(await manage(['outbox', 'resend', String(id)], server.env)).toMatchObject({ code: 1, output: expect.stringContaining('was sent') })
  await mailbox.stop()
})

test('what is no email is 1, what is no number is 2', async ({ server }) => {
  for (const command of ['show', 'resend']) {
    expect.soft((await manage(['outbox', command, '4000000'], server.env)).code).toBe(1)
    expect.soft((await manage(['outbox', command, 'x'], server.env)).code).toBe(2)
  }
  expect((await manage(['outbox', '--limit', 'many'], server.env)).code).toBe(2)
})

test('D-7: a production server answers /dev/outbox as any page that is not there', async ({ call, server }) => {
  const unknown = await openPage(call, `/dev/${unique()}`)
  /** What a person sees: the title and the page's content. */
  const seen = (html: string) => [/<title>([^<]*)<\/title>/.exec(html)?.[1], /<main .*<\/main>/.exec(html)?.[0]]
  const id = (await server.sql('SELECT max(id) AS id FROM accounts_outboxmail'))[0]?.id ?? 1
  for (const path of ['/dev/outbox', '/dev/outbox/', `/dev/outbox/${id}`, '/dev/outbox/1', '/dev']) {
    const answer = await openPage(call, path)
    expect.soft(answer.status, path).toBe(404)
    expect.soft(seen(answer.text), path).toEqual(seen(unknown.text))
  }
})
