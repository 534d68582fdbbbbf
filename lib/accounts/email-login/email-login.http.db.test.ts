/** Signing in by email as clients meet it: the API's answers, a browser's forms, and attackers of both (EL-1 to EL-4, SU-5). */
import { setTimeout } from 'node:timers/promises'
import { Secret, TOTP } from 'otpauth'
import { type Account, bearer, logIn, openProtected, PASSWORD, readLogin, refreshWith, unique } from '../../http/testing/accounts.ts'
import { cookieOf, logInByForm, me, parseSetCookie, postForm, sessionCookieOf } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { codeIn, type Mailbox, tokenIn } from '../../http/testing/mailbox.ts'
import { askForChange, confirmChange, confirmReset, mailedToken, resetToken } from '../../http/testing/recovery.ts'
import { type Answer, type Call, visible } from '../../http/testing/send.ts'
import type { App } from '../../http/testing/start-app.ts'

const ASK = '/api/accounts/login/email/'
const CONFIRM = '/api/accounts/login/email/confirm/'
const PAGE = '/login/email'
const SUBJECT = 'Sign in to Latchkey'
const LINK = { EMAIL_LOGIN: 'link' }
const CODE = { EMAIL_LOGIN: 'code' }
const SENT = {
  detail: 'If an account exists for this email address, an email to sign in with has been sent.',
  ticket: expect.stringMatching(/^[\w-]{43}$/),
}
const WRONG = { code: ['The code is not valid.'] }

const verify = ({ sql }: App, { id }: Account) => sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE id = ?', [id])

async function verified(app: App): Promise<Account> {
  const account = await app.newAccount()
  await verify(app, account)
  return account
}

/** The newest of `count` emails to sign in with. */
async function mailTo(mailbox: Mailbox, email: string, count = 1) {
  for (let waited = 0; waited < 30_000; waited += 25) {
    const mails = mailbox.to(email).filter(({ subject }) => subject === SUBJECT)
    const newest = mails.at(-1)
    if (newest && mails.length >= count) return newest
    await setTimeout(25)
  }
  throw new Error(`no ${count} emails to ${email}`)
}

/** An API client that asks. */
async function ask(call: Call, mailbox: Mailbox, email: string, count = 1) {
  const answer = await call(ASK, { json: { email } })
  expect([answer.status, answer.body, answer.cookies]).toEqual([200, SENT, []])
  const mail = await mailTo(mailbox, email, count)
  return { email, ticket: (answer.body as { ticket: string }).ticket, code: codeIn(mail), mail }
}

/** A browser that asks. @returns its cookie, and what the answer was */
async function askByForm(call: Call, form: Record<string, string>, cookie?: string) {
  const answer = await postForm(call, ASK, form, cookie === undefined ? {} : { cookie })
  const kept = answer.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_email_login')
  return { answer, kept, cookie: `latchkey_email_login=${kept?.value}` }
}

const wrongFor = (code: string) => String((Number(code) + 1) % 1e6).padStart(6, '0')

test('an API client signs in with its ticket and the code, or the token of the link, once', async ({ serverWith, mailbox }) => {
  const app = await serverWith(LINK)
  const account = await verified(app)
  const first = await ask(app.call, mailbox, account.email)
  const answer = await app.call(CONFIRM, { json: { email: account.email, ticket: first.ticket, code: first.code } })
  expect([answer.status, answer.body]).toMatchObject([200, { message: 'Login successful', user: { id: account.id } }])
  expect((await openProtected(app.call, readLogin(answer).access)).status).toBe(200)
  const again = await app.call(CONFIRM, { json: { email: account.email, ticket: first.ticket, code: first.code } })
  expect([again.status, again.body]).toEqual([400, WRONG])

  const second = await ask(app.call, mailbox, account.email, 2)
  const token = tokenIn(second.mail, PAGE)
  expect((await app.call(CONFIRM, { json: { ticket: second.ticket, token } })).status).toBe(200)
  const used = await app.call(CONFIRM, { json: { ticket: second.ticket, token } })
  expect([used.status, used.body]).toEqual([400, { token: ['The token has been used already.'] }])
})

test('the session of the password goes on, and the account keeps it', async ({ serverWith, mailbox }) => {
  const app = await serverWith(LINK)
  const account = await verified(app)
  const { mail: _, ...asked } = await ask(app.call, mailbox, account.email)
  await app.call(CONFIRM, { json: asked })
  expect((await openProtected(app.call, account.access)).status).toBe(200)
  expect((await logIn(app.call, account)).status).toBe(200)
})

test('with EMAIL_LOGIN=code the email has no link, and says that of the code', async ({ serverWith, mailbox }) => {
  const app = await serverWith(CODE)
  const account = await verified(app)
  const { mail, ...asked } = await ask(app.call, mailbox, account.email)
  for (const part of [mail.text, mail.html]) {
    expect(part).not.toContain('token=')
    expect(part).toContain('This code expires in 10 minutes')
  }
  expect(mail.subject).not.toMatch(/\d/)
  expect((await app.call(CONFIRM, { json: asked })).status).toBe(200)
})

test('without EMAIL_LOGIN both endpoints are 404 to API clients and forms, whatever is sent, and nothing is mailed', async ({
  call,
  server,
  newAccount,
}) => {
  const { email } = await newAccount()
  for (const [path, json] of [
    [ASK, { email }],
    [ASK, {}],
    [CONFIRM, { email, ticket: 'x', code: '000000' }],
    [CONFIRM, { ticket: 'x', token: 'x' }],
    [CONFIRM, {}],
  ] as const)
    expect([(await call(path, { json })).status, path]).toEqual([404, path])
  expect((await postForm(call, ASK, { email })).status).toBe(404)
  expect((await postForm(call, CONFIRM, { email, code: '000000' })).status).toBe(404)
  expect(await server.sql('SELECT id FROM accounts_outboxmail WHERE recipient = ?', [email])).toEqual([])
})

test('what is missing or malformed is answered in the contract’s shape', async ({ serverWith }) => {
  const { call } = await serverWith(LINK)
  const answers = [
    await call(ASK, { json: {} }),
    await call(CONFIRM, { json: {} }),
    await call(CONFIRM, { json: { ticket: 'x' } }),
    await call(CONFIRM, { json: { ticket: 'x', email: 'a@example.com' } }),
    await call(CONFIRM, { json: { ticket: 'x', token: 'x' } }),
    await call(CONFIRM, { json: { ticket: 'x', email: 'nobody@example.com', code: 'no digits' } }),
    await call(CONFIRM, { json: { ticket: null, token: 5 } }),
  ]
  const required = ['This field is required.']
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [400, { email: required }],
    [400, { ticket: required }],
    [400, { email: required, code: required }],
    [400, { code: required }],
    [400, { token: ['The token is not valid.'] }],
    [400, WRONG],
    [400, { ticket: ['This field may not be null.'] }],
  ])
})

test('EN-3: asking and a wrong code are answered alike, whether there is an account, an inactive one, staff or none', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const [known, inactive, staff] = [await verified(app), await verified(app), await verified(app)]
  await app.sql(`UPDATE accounts_user SET is_active = ${app.database.kind === 'sqlite' ? '0' : 'false'} WHERE id = ?`, [inactive.id])
  await app.sql(`UPDATE accounts_user SET is_staff = ${app.database.kind === 'sqlite' ? '1' : 'true'} WHERE id = ?`, [staff.id])
  const addresses = [known.email, `${unique()}@example.com`, inactive.email, staff.email]
  const asked = await Promise.all(addresses.map((email) => app.call(ASK, { json: { email } })))
  const tickets = asked.map(({ body }) => (body as { ticket: string }).ticket)
  const shown = (answer: Answer, email: string) =>
    JSON.stringify(visible(answer))
      .replaceAll(email, '<address>')
      .replaceAll(tickets[asked.indexOf(answer)] ?? '', '<ticket>')
  const first = shown(asked[0] as Answer, known.email)
  for (const [index, answer] of asked.entries()) expect(shown(answer, addresses[index] ?? '')).toBe(first)
  const wrong = await Promise.all(
    addresses.map((email, index) => app.call(CONFIRM, { json: { email, ticket: tickets[index], code: '000000' } })),
  )
  for (const answer of wrong) expect(visible(answer)).toEqual(visible(wrong[0] as Answer))
  const forms = await Promise.all(
    addresses.map(async (email) => {
      const { answer, kept } = await askByForm(app.call, { email })
      const text = Buffer.from(kept?.value ?? '', 'base64url').toString()
      const content = text
        .replaceAll(email, '<address>')
        .replace(/\d{13}/, '<time>')
        .replace(/"secret":"[\w-]{43}"/, '<secret>')
      return { ...visible(answer), content, attributes: kept?.attributes }
    }),
  )
  expect(forms[0]).toMatchObject({ status: 303, headers: { location: PAGE }, attributes: { httponly: true, 'max-age': '600' } })
  for (const form of forms) expect(form).toEqual(forms[0])
  const refused = await mailbox.waitForSubject(staff.email, 'Signing in to Latchkey')
  expect(refused.text).not.toMatch(/token=|\b\d{6}\b/)
})

test('EL-2: a browser is signed in by its cookie alone, and arrives where it wanted to go, kept signed in', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const account = await verified(app)
  const { email } = account
  const { answer, cookie } = await askByForm(app.call, { email, next: '/settings/profile', remember: 'on' })
  expect([answer.status, answer.headers.location]).toEqual([303, PAGE])
  const mail = await mailTo(mailbox, email)
  const form = { email, code: codeIn(mail) }
  const elsewhere = await postForm(app.call, CONFIRM, form)
  const other = await askByForm(app.call, { email: `${unique()}@example.com` })
  const another = await postForm(app.call, CONFIRM, form, { cookie: other.cookie })
  for (const refused of [elsewhere, another]) {
    expect([refused.status, refused.headers.location, sessionCookieOf(refused)]).toEqual([303, PAGE, undefined])
  }
  const link = await postForm(app.call, CONFIRM, { token: tokenIn(mail, PAGE) }, { cookie: other.cookie })
  expect([link.status, sessionCookieOf(link)]).toEqual([303, undefined])
  const own = await postForm(app.call, CONFIRM, form, { cookie })
  expect([own.status, own.headers.location]).toEqual([303, '/settings/profile'])
  expect(Number(sessionCookieOf(own)?.attributes['max-age'])).toBeGreaterThan(86_400)
  expect(own.cookies.map(parseSetCookie)).toContainEqual(expect.objectContaining({ name: 'latchkey_email_login', value: '' }))
  expect((await me(app.call, cookieOf(own))).status).toBe(200)
})

test('the link signs in the browser that asked; without "Keep me signed in" its cookie ends with the window', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const { email } = await verified(app)
  const { cookie } = await askByForm(app.call, { email, next: 'https://evil.example/' })
  const token = tokenIn(await mailTo(mailbox, email), PAGE)
  const answer = await postForm(app.call, CONFIRM, { token }, { cookie })
  expect([answer.status, answer.headers.location]).toEqual([303, '/dashboard'])
  expect(sessionCookieOf(answer)?.attributes['max-age']).toBeUndefined()
})

test('U1: a forged cookie of the page leads to no other site', async ({ serverWith, mailbox }) => {
  const app = await serverWith(LINK)
  const { email } = await verified(app)
  const { kept } = await askByForm(app.call, { email })
  const code = codeIn(await mailTo(mailbox, email))
  const content = JSON.parse(Buffer.from(kept?.value ?? '', 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...content, next: '//evil.example' })).toString('base64url')
  const answer = await postForm(app.call, CONFIRM, { email, code }, { cookie: `latchkey_email_login=${forged}` })
  expect([answer.status, answer.headers.location]).toEqual([303, '/dashboard'])
})

test('a second email asked for in the same browser leaves its cookie as good for the first, where the limit is reached', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith({ ...LINK, THROTTLE_RATES: 'email=2/h' })
  const { email } = await verified(app)
  const first = await askByForm(app.call, { email })
  const code = codeIn(await mailTo(mailbox, email))
  const second = await askByForm(app.call, { email }, first.cookie)
  const answer = await postForm(app.call, CONFIRM, { email, code }, { cookie: second.cookie })
  expect(answer.headers.location).toBe('/dashboard')
})

test('EL-4: a second factor is still asked for, and leads on to where the sign-in was to lead', async ({ serverWith, mailbox }) => {
  const app = await serverWith(LINK)
  const account = await verified(app)
  const headers = bearer(account.access)
  const codeOf = (secret: string, step: number) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + step * 30_000 })
  const begun = await app.call('/api/accounts/second-factor/authenticator/', { method: 'POST', headers })
  const { secret } = begun.body as { secret: string }
  await app.call('/api/accounts/second-factor/authenticator/confirm/', { json: { code: codeOf(secret, 0) }, headers })
  const { cookie } = await askByForm(app.call, { email: account.email, next: '/settings/profile', remember: 'on' })
  const { email } = account
  const first = await postForm(app.call, CONFIRM, { email, code: codeIn(await mailTo(mailbox, email)) }, { cookie })
  expect([first.status, first.headers.location]).toEqual([303, '/login/second-factor?next=%2Fsettings%2Fprofile'])
  expect(sessionCookieOf(first)).toBeUndefined()
  const ticket = first.cookies.map(parseSetCookie).find(({ name }) => name === 'latchkey_login')?.value
  const form = { code: codeOf(secret, 1), next: '/settings/profile' }
  const done = await postForm(app.call, '/api/accounts/login/second-factor/', form, { cookie: `latchkey_login=${ticket}` })
  expect([done.status, done.headers.location]).toEqual([303, '/settings/profile'])
  const rows = await app.sql("SELECT amr FROM accounts_session WHERE user_id = ? AND amr LIKE 'email%'", [account.id])
  expect(rows).toEqual([{ amr: 'email otp mfa' }])
})

test('EL-4: with MFA_REQUIRED=everyone an account without a second factor adds one first', async ({ serverWith, startServer, mailbox }) => {
  const app = await serverWith(LINK)
  const strict = await startServer({ database: app.database, env: { ...LINK, MFA_REQUIRED: 'everyone', SECRET_KEY: app.secret } })
  const { email } = await verified(app)
  const { mail: _, ...asked } = await ask(strict.call, mailbox, email)
  const answer = await strict.call(CONFIRM, { json: asked })
  expect([answer.status, answer.body]).toMatchObject([403, { code: 'mfa_enrolment_required' }])
})

test('with EMAIL_VERIFICATION=mandatory it opens an account that was not verified, since it verifies it', async ({
  serverWith,
  startServer,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const strict = await startServer({ database: app.database, env: { ...LINK, EMAIL_VERIFICATION: 'mandatory', SECRET_KEY: app.secret } })
  const account = await app.newAccount()
  expect((await logIn(strict.call, account)).status).toBe(400)
  const { mail: _, ...asked } = await ask(strict.call, mailbox, account.email)
  expect((await strict.call(CONFIRM, { json: asked })).status).toBe(200)
})

test('X5: after the owner’s sign-in nothing of the attacker’s is alive: password, sessions, tokens, pending change, links', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const { call } = app
  const victim = `${unique()}@example.com`
  const attacker = await app.newAccount({ email: victim })
  const cookie = await logInByForm(call, attacker)
  const second = readLogin(await logIn(call, attacker))
  const own = `${unique()}@evil.example`
  await askForChange(call, attacker.access, own, PASSWORD)
  const pending = await mailedToken(mailbox, own, '/email-change/confirm')
  const reset = await resetToken(call, mailbox, victim)

  const { mail: _, ...asked } = await ask(call, mailbox, victim)
  const owner = readLogin(await call(CONFIRM, { json: asked }))

  expect((await logIn(call, attacker)).status, 'the password').toBe(400)
  expect((await me(call, cookie)).status, 'the cookie').toBe(401)
  for (const { access, refresh } of [attacker, second]) {
    expect((await openProtected(call, access)).status, 'the access token').toBe(401)
    expect((await refreshWith(call, refresh)).status, 'the refresh token').toBe(401)
    expect((await askForChange(call, access, own, PASSWORD)).status, 'another change').toBe(401)
  }
  expect((await confirmChange(call, pending)).status, 'the pending change').toBe(400)
  expect((await confirmReset(call, reset, 'Att4cker-horse-battery')).status, 'the reset').toBe(400)
  const [row] = await app.sql('SELECT email, email_verified_at, password FROM accounts_user WHERE id = ?', [attacker.id])
  expect([row?.email, String(row?.password).startsWith('!')]).toEqual([victim, true])
  expect(row?.email_verified_at).not.toBeNull()
  expect((await openProtected(call, owner.access)).status, 'the owner').toBe(200)
  expect((await mailbox.waitForSubject(victim, 'Your password for Latchkey was removed')).text).toContain('/password-reset')
})

test('X5: logins with the attacker’s password that run into it leave no session but the owner’s', async ({ serverWith, mailbox }) => {
  const app = await serverWith(LINK)
  const attacker = await app.newAccount()
  const { mail: _, ...asked } = await ask(app.call, mailbox, attacker.email)
  const logins = Array.from({ length: 8 }, () => logIn(app.call, attacker))
  const [owner] = await Promise.all([app.call(CONFIRM, { json: asked }), ...logins])
  expect(owner.status).toBe(200)
  const open = await app.sql('SELECT amr FROM accounts_session WHERE user_id = ? AND ended_at IS NULL', [attacker.id])
  expect(open).toEqual([{ amr: 'email' }])
})

test('EL-1: of ten uses of one code and ten of one link, spread over two servers, one each signs in', async ({
  serverWith,
  startServer,
  mailbox,
}) => {
  const app = await serverWith(LINK)
  const other = await startServer({ database: app.database, env: { ...LINK, SECRET_KEY: app.secret } })
  for (const [how, by] of [
    ['code', ({ email, ticket, code }: Awaited<ReturnType<typeof ask>>) => ({ email, ticket, code })],
    ['link', ({ ticket, mail }: Awaited<ReturnType<typeof ask>>) => ({ ticket, token: tokenIn(mail, PAGE) })],
  ] as const) {
    const { id, email } = await verified(app)
    const json = by(await ask(app.call, mailbox, email))
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? app : other).call(CONFIRM, { json })))
    expect(answers.map(({ status }) => status).sort(), how).toEqual([200, ...Array(9).fill(400)])
    const rows = await app.sql("SELECT id FROM accounts_session WHERE user_id = ? AND amr = 'email'", [id])
    expect(rows, how).toHaveLength(1)
  }
})

test('EL-3: wrong codes are limited for each account, with however many emails, and alike without an account', async ({
  serverWith,
  mailbox,
}) => {
  const app = await serverWith({ ...LINK, THROTTLE_RATES: 'email_login=6/h' })
  const known = await verified(app)
  const statuses = async (email: string, ticket: string, code: string) => {
    const tries = []
    for (let n = 0; n < 8; n++) tries.push((await app.call(CONFIRM, { json: { email, ticket, code } })).status)
    return tries
  }
  const { ticket, code } = await ask(app.call, mailbox, known.email)
  const unknown = await statuses(`${unique()}@example.com`, ticket, wrongFor(code))
  expect(unknown).toEqual([400, 400, 400, 400, 400, 400, 429, 429])
  expect(await statuses(known.email, ticket, wrongFor(code))).toEqual(unknown)
})

test('tries of links are limited for each address', async ({ startServer }) => {
  const app = await startServer({ env: { ...LINK, THROTTLE_RATES: 'email_login=1/h' } })
  const tries = []
  for (let n = 0; n < 6; n++) tries.push((await app.call(CONFIRM, { json: { ticket: 'x', token: 'x'.repeat(43) } })).status)
  expect(tries).toEqual([400, 400, 400, 400, 400, 429])
})
