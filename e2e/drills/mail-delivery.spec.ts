/** Emails are sent whatever happens to the mail server and to the process (REL-9), and link to this site only (RS-3). */
import { logIn, newPerson, type Person, signUp, signupFields } from '../../lib/http/testing/accounts.ts'
import { linkIn, startMailbox, tokenIn } from '../../lib/http/testing/mailbox.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { type Call, expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const SIGNUP = '/api/accounts/signup/'
const VERIFY = '/api/accounts/email/verify/'
const RESEND = '/api/accounts/email/verify/resend/'
const PAGE = '/verify-email'

const callTo =
  (server: TestServer): Call =>
  (path, options?: SendOptions) =>
    send(server.url, path, options)

/** Waits until nothing is left to be sent. */
const allSent = (server: TestServer) =>
  expect
    .poll(async () => (await server.sql('SELECT id FROM accounts_outboxmail WHERE sent_at IS NULL AND failed_at IS NULL')).length, {
      timeout: 40_000,
    })
    .toBe(0)

test('REL-9: with the mail server down requests answer as ever, and after kill -9 and a restart every mail arrives once', async ({
  startServer,
  newDatabase,
}) => {
  const [database, port, SECRET_KEY] = [await newDatabase(), await freePort(), newSecret()]
  const env = { SECRET_KEY, SMTP_URL: `smtp://127.0.0.1:${port}` }
  const before = await startServer({ database, env })
  const call = callTo(before)
  const people: Person[] = []
  for (let count = 0; count < 6; count++) people.push(await signUp(call))
  const [first] = people as [Person]
  expect((await call(RESEND, { json: { email: first.email } })).status).toBe(200)
  expect((await logIn(call, first)).status).toBe(200)
  await expect.poll(async () => (await before.sql('SELECT id FROM accounts_outboxmail WHERE attempts > 0')).length).toBeGreaterThan(0)
  await before.stop('SIGKILL')

  const mailbox = await startMailbox(port)
  try {
    const server = await startServer({ database, env })
    await allSent(server)
    for (const { email } of people) expect(mailbox.to(email), email).toHaveLength(1)
    for (const { email } of people) {
      const token = tokenIn(await mailbox.waitFor(email), PAGE)
      expect((await callTo(server)(VERIFY, { json: { token } })).status, email).toBe(200)
    }
    const failed = await server.sql('SELECT recipient FROM accounts_outboxmail WHERE failed_at IS NOT NULL')
    expect(failed, 'only the email that was replaced before it could be sent').toEqual([{ recipient: first.email }])
    expect(await server.sql('SELECT id FROM accounts_outboxmail WHERE sent_at IS NOT NULL')).toHaveLength(people.length)
  } finally {
    await mailbox.stop()
  }
})

test('REL-9: two processes on one database send each email once', async ({ startServer, newDatabase }) => {
  const mailbox = await startMailbox()
  try {
    const [database, SECRET_KEY] = [await newDatabase(), newSecret()]
    const servers = [
      await startServer({ database, env: { SECRET_KEY, SMTP_URL: mailbox.url } }),
      await startServer({ database, env: { SECRET_KEY, SMTP_URL: mailbox.url } }),
    ] as const
    const people: Person[] = []
    for (let round = 0; round < 4; round++) {
      people.push(...(await Promise.all(servers.flatMap((server) => [signUp(callTo(server)), signUp(callTo(server))]))))
    }
    await allSent(servers[0])
    expect(people.map(({ email }) => mailbox.to(email).length)).toEqual(people.map(() => 1))
    expect(mailbox.received).toHaveLength(people.length)
  } finally {
    await mailbox.stop()
  }
})

test('EN-3: no answer waits for the mail server', async ({ startServer }) => {
  const mailbox = await startMailbox()
  mailbox.delay = 3000
  try {
    const server = await startServer({ env: { SMTP_URL: mailbox.url } })
    const account = await signUp(callTo(server))
    expect(mailbox.to(account.email), 'answered before the mail server was').toEqual([])
    await mailbox.waitFor(account.email)
    expect((await callTo(server)(RESEND, { json: { email: account.email } })).status).toBe(200)
    expect(mailbox.to(account.email)).toHaveLength(1)
    await mailbox.waitFor(account.email, 2)
  } finally {
    await mailbox.stop()
  }
})

test('a mail server that refuses for now gets the email again; one that refuses for good leaves a dead email', async ({ startServer }) => {
  const mailbox = await startMailbox()
  try {
    const server = await startServer({ env: { SMTP_URL: mailbox.url } })
    mailbox.refuseWith = 451
    const { email } = await signUp(callTo(server))
    const state = async () => (await server.sql('SELECT * FROM accounts_outboxmail WHERE recipient = ?', [email]))[0]
    await expect.poll(async () => (await state())?.last_error, { timeout: 10_000 }).toBe('EENVELOPE 451')
    mailbox.refuseWith = 0
    await mailbox.waitFor(email)
    mailbox.refuseWith = 550
    const lost = await signUp(callTo(server))
    const dead = () => server.sql('SELECT last_error FROM accounts_outboxmail WHERE recipient = ? AND failed_at IS NOT NULL', [lost.email])
    await expect.poll(dead, { timeout: 10_000 }).toEqual([{ last_error: 'EENVELOPE 550' }])
    expect(mailbox.to(email)).toHaveLength(1)
  } finally {
    await mailbox.stop()
  }
})

test.describe('RS-3: links lead to APP_URL, whatever the request says', () => {
  const LIES: Record<string, string>[] = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.example;proto=https' },
    {
      host: 'evil.example:443',
      'x-forwarded-host': 'evil.example',
      'x-original-url': 'https://evil.example/',
      referer: 'https://evil.example/',
    },
  ]

  for (const headers of LIES) {
    test(Object.keys(headers).join(', '), async ({ call, server, mailbox }) => {
      const person = newPerson()
      expect((await call(SIGNUP, { json: signupFields(person), headers })).status).toBe(201)
      await mailbox.waitFor(person.email)
      expect((await call(RESEND, { json: { email: person.email }, headers })).status).toBe(200)
      for (const number of [1, 2]) {
        const mail = await mailbox.waitFor(person.email, number)
        expect(linkIn(mail, PAGE).origin).toBe(server.url)
        expect(mail.raw + mail.html + mail.text).not.toContain('evil')
      }
    })
  }

  test('absolute-form', async ({ call, server, mailbox }) => {
    const person = newPerson()
    await call(`http://evil.example${SIGNUP}`, { json: signupFields(person), headers: { host: 'evil.example' } })
    const { status } = await call(SIGNUP, { json: signupFields(person) })
    expect([201, 400]).toContain(status)
    const mail = await mailbox.waitFor(person.email)
    expect(linkIn(mail, PAGE).origin).toBe(server.url)
    expect(mail.raw + mail.html + mail.text).not.toContain('evil')
  })
})
