/** A forgotten password is replaced by the reader of the account's mail alone (RS-1 to RS-6, EN-3). */
import { logIn, openProtected, PASSWORD, refreshWith, unique } from '../../http/testing/accounts.ts'
import { logInByForm, me, parseSetCookie, postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { linkIn, startMailbox } from '../../http/testing/mailbox.ts'
import { askForReset, confirmReset, mailedToken, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'
import { type Answer, visible } from '../../http/testing/send.ts'

const SENT = { detail: 'If an account exists for this email address, a link to reset its password has been sent.' }
const PAGE = '/password-reset/confirm'
const SUBJECT = 'Reset your password for Latchkey'

test('RS-4: the mailed link sets a new password, ends every session, and logs no one in', async ({ call, mailbox, newAccount }) => {
  const account = await newAccount()
  const cookie = await logInByForm(call, account)
  const request = await askForReset(call, account.email)
  expect([request.status, request.body, request.cookies]).toEqual([200, SENT, []])
  const token = await mailedToken(mailbox, account.email, PAGE)
  const done = await confirmReset(call, token)
  expect([done.status, done.body, done.cookies]).toEqual([200, { detail: 'The password has been changed.' }, []])
  expect((await logIn(call, { email: account.email, password: PASSWORD })).status).toBe(400)
  expect((await openProtected(call, account.access)).status).toBe(401)
  expect((await refreshWith(call, account.refresh)).status).toBe(401)
  expect((await me(call, cookie)).status).toBe(401)
  expect((await logIn(call, { email: account.email, password: NEW_PASSWORD })).status).toBe(200)
  const changed = await mailbox.waitForSubject(account.email, 'Your password for Latchkey was changed')
  expect(linkIn(changed, '/password-reset').search).toBe('')
})

test('RS-1: a link works once, and only the newest does; each refusal says which it is', async ({ call, mailbox, newAccount }) => {
  const { email } = await newAccount()
  const first = await resetToken(call, mailbox, email)
  const second = await resetToken(call, mailbox, email, 2)
  const refusals = async (token: string) => {
    const { status, body } = await confirmReset(call, token, 'An0ther-horse-battery')
    return [status, body]
  }
  expect(await refusals(first)).toEqual([400, { token: ['A newer token has replaced this one.'] }])
  expect((await confirmReset(call, second)).status).toBe(200)
  expect(await refusals(second)).toEqual([400, { token: ['The token has been used already.'] }])
  expect(await refusals('unknown')).toEqual([400, { token: ['The token is not valid.'] }])
  expect((await logIn(call, { email, password: NEW_PASSWORD })).status).toBe(200)
})

test('PW-5: the new password keeps the rules, and a refused one does not use up the link', async ({ call, mailbox, newAccount }) => {
  const { email } = await newAccount()
  const token = await resetToken(call, mailbox, email)
  const confirm = async (fields: Record<string, unknown>) => {
    const { status, body } = await call('/api/accounts/password/reset/confirm/', { json: { token, ...fields } })
    return [status, body]
  }
  const both = (password: string) => ({ password, confirm_password: password })
  expect(await confirm({})).toEqual([400, { password: ['This field is required.'], confirm_password: ['This field is required.'] }])
  const common = [400, { password: ['This password is too common.'] }]
  for (const password of ['password123', 'Latchkey12345678']) expect(await confirm(both(password))).toEqual(common)
  expect(await confirm(both(email))).toEqual([400, { password: ['The password is too similar to the email.'] }])
  expect(await confirm({ password: NEW_PASSWORD, confirm_password: 'other' })).toEqual([
    400,
    { password: ["Password fields didn't match."] },
  ])
  for (const odd of [null, 5, ['x'], {}]) expect((await confirm({ ...both(NEW_PASSWORD), token: odd }))[0]).toBe(400)
  expect(await confirm(both(NEW_PASSWORD))).toEqual([200, { detail: 'The password has been changed.' }])
})

test('EN-3: a reset is answered alike, to the byte, whether there is an account or not', async ({ call, server, mailbox, newAccount }) => {
  const inactive = await newAccount()
  await server.sql(`UPDATE accounts_user SET is_active = ${server.database.kind === 'sqlite' ? '0' : 'false'} WHERE id = ?`, [inactive.id])
  const known = await newAccount()
  const addresses = [known.email, `${unique()}@example.com`, inactive.email]
  const [first, ...others] = await Promise.all(addresses.map((email) => askForReset(call, email)))
  expect(first?.body).toEqual(SENT)
  for (const answer of others) expect(visible(answer)).toEqual(visible(first as Answer))
  const forms = await Promise.all(
    addresses.map(async (email) => {
      const answer = await postForm(call, '/api/accounts/password/reset/', { email })
      const cookies = answer.cookies.map(parseSetCookie).map(({ name, value, attributes }) => {
        const text = Buffer.from(value, 'base64url').toString()
        return { name, attributes, text: text.replaceAll(email, '<address>').replace(/\d{13}/, '<time>') }
      })
      return { ...visible(answer), cookies }
    }),
  )
  expect(forms[0]).toMatchObject({ status: 303, headers: { location: '/password-reset' } })
  for (const answer of forms) expect(answer).toEqual(forms[0])
  await mailbox.waitForSubject(known.email, SUBJECT)
  expect(
    addresses
      .slice(1)
      .flatMap((email) => mailbox.to(email))
      .filter(({ subject }) => subject === SUBJECT),
  ).toEqual([])
})

test('EN-3: with a mail server that takes 3 s for each email, the answer is there long before the email', async ({ startServer }) => {
  const mailbox = await startMailbox()
  try {
    const { call, newAccount } = await startServer({ env: { SMTP_URL: mailbox.url } })
    const { email } = await newAccount()
    mailbox.delay = 3000
    for (const address of [email, `${unique()}@example.com`]) {
      expect((await askForReset(call, address)).body).toEqual(SENT)
      expect(mailbox.received, 'answered before the mail server was').toHaveLength(0)
    }
    await mailbox.waitForSubject(email, SUBJECT)
  } finally {
    await mailbox.stop()
  }
})

for (const [name, headers] of Object.entries({
  Host: { host: 'evil.example' },
  'X-Forwarded-Host': { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  Forwarded: { forwarded: 'host=evil.example;proto=https' },
})) {
  test(`RS-3: ${name} has no say in where the link leads`, async ({ call, mailbox, server, newAccount }) => {
    const { email } = await newAccount()
    await askForReset(call, email, headers)
    const mail = await mailbox.waitForSubject(email, SUBJECT)
    expect(linkIn(mail, PAGE).origin).toBe(server.url)
    expect(mail.raw).not.toContain('evil.example')
  })
}

test('RS-2: of 16 confirmations with 16 passwords, spread over two servers, one succeeds and its password works', async ({
  call,
  mailbox,
  server,
  startServer,
  newAccount,
}) => {
  const { email } = await newAccount()
  const token = await resetToken(call, mailbox, email)
  const second = await startServer({ database: server.database, env: { SECRET_KEY: server.secret } })
  const passwords = Array.from({ length: 16 }, (_, index) => `Corr3ct-horse-${index}-battery`)
  const answers = await Promise.all(passwords.map((password, index) => confirmReset(index % 2 === 0 ? call : second.call, token, password)))
  const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
  expect(won).toHaveLength(1)
  for (const { status, body } of answers.filter(({ status }) => status !== 200)) {
    expect([status, body]).toEqual([400, { token: ['The token has been used already.'] }])
  }
  const opens = await Promise.all(passwords.map(async (password) => (await logIn(call, { email, password })).status))
  expect(opens.flatMap((status, index) => (status === 200 ? [index] : []))).toEqual(won)
})

test('RS-2: the same holds in one process', async ({ call, mailbox, newAccount }) => {
  const { email } = await newAccount()
  const token = await resetToken(call, mailbox, email)
  const passwords = Array.from({ length: 16 }, (_, index) => `Corr3ct-horse-${index}-battery`)
  const answers = await Promise.all(passwords.map((password) => confirmReset(call, token, password)))
  const winner = answers.findIndex(({ status }) => status === 200)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await logIn(call, { email, password: passwords[winner] as string })).status).toBe(200)
})

test('EM-1, EM-2: the email says what it is for, how long it works, and from where it was asked for', async ({
  call,
  mailbox,
  newAccount,
}) => {
  const { email } = await newAccount()
  await askForReset(call, email, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36' })
  const mail = await mailbox.waitForSubject(email, SUBJECT)
  expect(mail.parsed.headers.get('auto-submitted')).toBe('auto-generated')
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('30 minutes')
    expect(part).toContain('127.0.0.1')
    expect(part).toContain('Chrome on Linux')
    expect(part).toContain('ask for this, you can ignore this email.')
  }
})

test('RS-8: what a client says of itself is text in the email, never markup', async ({ call, mailbox, newAccount }) => {
  const { email } = await newAccount({ name: 'x\r\nBcc: thief@example.com' })
  await askForReset(call, email, { 'user-agent': '<img src=//evil.example>' })
  const mail = await mailbox.waitForSubject(email, SUBJECT)
  expect(mail.recipients).toEqual([email])
  expect(mail.parsed.headers.has('bcc')).toBe(false)
  expect(mail.html).not.toContain('<img')
})
