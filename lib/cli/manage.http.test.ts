/** Management commands beside a running server, each with settings and connections of its own, as a process has them. */
import { createDatabase } from '../db/testing/databases.ts'
import { bearer, logIn, openProtected, PASSWORD, refreshWith, signUp, unique } from '../http/testing/accounts.ts'
import { expect, test } from '../http/testing/fixtures.ts'
import { startMailbox } from '../http/testing/mailbox.ts'
import type { TestServer } from '../http/testing/test-server.ts'
import { manageApart as manage } from './testing/manage.ts'

const NEW_PASSWORD = 'Another-Corr3ct-battery'

/** The subject of the email to an account that is closed. */
const CLOSED = 'Your Latchkey account will be deleted'

const lastEmailTo = async (server: TestServer, email: string) =>
  Number((await server.sql('SELECT id FROM accounts_outboxmail WHERE recipient = ? ORDER BY id DESC', [email]))[0]?.id)

/** What became of the last email to an address. */
const stateOf = async (server: TestServer, email: string) =>
  (await server.sql('SELECT sent_at, failed_at FROM accounts_outboxmail WHERE recipient = ? ORDER BY id DESC', [email]))[0]

test('changepassword sets the password, ends every session at once, tells the owner, and is written down', async ({
  server,
  call,
  mailbox,
}) => {
  const account = await signUp(call)
  const { code, output } = await manage(['changepassword', account.email.toUpperCase()], server.env, `${NEW_PASSWORD}\n${NEW_PASSWORD}\n`)
  expect(code, output).toBe(0)
  expect(output).toContain(`Password changed successfully for user '${account.email}'`)
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  expect((await logIn(call, account)).status).toBe(400)
  expect((await logIn(call, { ...account, password: NEW_PASSWORD })).status).toBe(200)
  await mailbox.waitForSubject(account.email, 'Your password for Latchkey was changed')
  const [event] = await server.sql("SELECT detail FROM accounts_auditevent WHERE event = 'password_changed' AND subject_id = ?", [
    account.id,
  ])
  expect(event?.detail).toBe('{"sessionsEnded":1,"by":"command"}')
})

test('RT-12: flushexpiredtokens deletes what has expired and nothing else', async ({ server, call }) => {
  const account = await signUp(call)
  const gone = unique()
  const past = server.database.kind === 'sqlite' ? '2020-01-01 00:00:00.000000' : '2020-01-01 00:00:00+00'
  await server.sql('INSERT INTO token_blacklist_outstandingtoken (token, jti, created_at, expires_at, user_id) VALUES (?, ?, ?, ?, ?)', [
    'x',
    gone,
    past,
    past,
    account.id,
  ])
  const { code, output } = await manage(['flushexpiredtokens'], server.env)
  expect(output).toMatch(/^flush-expired-tokens: \d+ expired tokens deleted$/m)
  expect(output).toMatch(/^delete-closed-accounts: \d+ closed accounts deleted$/m)
  expect(code).toBe(0)
  expect(await server.sql('SELECT id FROM token_blacklist_outstandingtoken WHERE jti = ?', [gone])).toEqual([])
  expect((await refreshWith(call, account.refresh)).status).toBe(200)
})

test('migrate brings a new database up and then has nothing to do', async ({ server }) => {
  const database = await createDatabase('sqlite')
  const env = { ...server.env, DATABASE_URL: database.url }
  const early = await manage(['changepassword', 'a@b.co'], env)
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('manage -- migrate') })
  expect(await manage(['migrate'], env)).toMatchObject({ code: 0, output: expect.stringMatching(/Applied \d{14}_\w+/) })
  expect(await manage(['migrate'], env)).toMatchObject({ code: 0, output: expect.stringContaining('No migrations to apply.') })
  expect(await database.sql('SELECT id FROM accounts_user')).toEqual([])
  await database.drop()
})

test('a database that is not there is 1 and one line, without its password', async ({ server }) => {
  const env = { ...server.env, DATABASE_URL: 'postgresql://someone:canary-Pa55word@127.0.0.1:1/accounts' }
  for (const args of [['flushexpiredtokens'], ['migrate'], ['changepassword', 'a@b.co']]) {
    const { code, output } = await manage(args, env)
    expect.soft(code, args[0]).toBe(1)
    // A job that has nothing to ask the database says so first.
    expect.soft(output, args[0]).toMatch(/^(deliver-mail: 0 emails handled\n)?Error: .+\n$/)
    expect.soft(output, args[0]).not.toMatch(/canary|\n\s+at /)
  }
})

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
  const { code, output } = await manage(['outbox', 'show', String(await lastEmailTo(server, account.email))], server.env)
  expect(code).toBe(0)
  expect(output).toContain(`To:       ${account.email}`)
  expect(output).toContain('/account-deletion/undo?token=[token]')
  expect(token).not.toBe('')
  expect(output).not.toContain(token)
})

test('an email that the mail server refused for good is sent again by command', async ({ startServer }) => {
  const mailbox = await startMailbox()
  mailbox.refuseWith = 550
  const server = await startServer({ env: { SMTP_URL: mailbox.url } })
  const { call } = server
  const account = await signUp(call)
  await call('/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json: { password: PASSWORD } })
  const id = await lastEmailTo(server, account.email)
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
