/** Proving that an address is one's own (EV), and sign-ups that do not tell what there is (SU-5, SU-6). */
import {
  bearer,
  logIn,
  newPerson,
  openProtected,
  PASSWORD,
  type Person,
  signUp,
  signupFields,
  unique,
} from '../../http/testing/accounts.ts'
import { cookieOf, parseSetCookie, postForm } from '../../http/testing/cookies.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'
import { codeIn, type Mailbox, tokenIn } from '../../http/testing/mailbox.ts'
import { type Answer, visible } from '../../http/testing/send.ts'

const SIGNUP = '/api/accounts/signup/'
const VERIFY = '/api/accounts/email/verify/'
const RESEND = '/api/accounts/email/verify/resend/'
const PAGE = '/verify-email'
const SENT = { detail: 'If this address waits for its confirmation, an email is on its way.' }
const CONFIRMED = { detail: 'The email address is confirmed.' }
const CHECK = { detail: 'We’ve sent you an email. Open the link in it to continue.' }

const me = (call: Call, access: string) => call('/api/accounts/me/', { headers: bearer(access) })
const tokenOf = async (mailbox: Mailbox, email: string, n = 1) => tokenIn(await mailbox.waitFor(email, n), PAGE)
const signUpFields = (person: Person) => ({ json: signupFields(person) })

/** Cookie header of a form's answer, with all that it set. */
const cookiesOf = (answer: Answer) =>
  answer.cookies
    .map(parseSetCookie)
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

test.describe('optional, the default', () => {
  test('sign-up answers as ever, blocks nothing, and mails a link that confirms once', async ({ call, mailbox }) => {
    const account = await signUp(call)
    expect((await openProtected(call, account.access)).status).toBe(200)
    expect((await me(call, account.access)).body).toMatchObject({ email_verified: false })
    const token = await tokenOf(mailbox, account.email)
    const answer = await call(VERIFY, { json: { token } })
    expect([answer.status, answer.body]).toEqual([200, CONFIRMED])
    expect(answer.cookies).toEqual([])
    expect((await me(call, account.access)).body).toMatchObject({ email_verified: true })
    const again = await call(VERIFY, { json: { token } })
    expect([again.status, again.body]).toEqual([400, { token: ['The token has been used already.'] }])
    expect((await logIn(call, account)).status).toBe(200)
  })

  test('the code of the same email confirms, too, with spaces and dashes in it', async ({ call, mailbox }) => {
    const { email, access } = await signUp(call)
    const code = codeIn(await mailbox.waitFor(email))
    const answer = await call(VERIFY, { json: { email: email.toUpperCase(), code: `${code.slice(0, 3)} - ${code.slice(3)}` } })
    expect([answer.status, answer.body]).toEqual([200, CONFIRMED])
    expect((await me(call, access)).body).toMatchObject({ email_verified: true })
  })

  test('a code is guessed five times at most, also in parallel, and a wrong one tells nothing', async ({ call, mailbox }) => {
    const { email, access } = await signUp(call)
    const code = codeIn(await mailbox.waitFor(email))
    const wrong = Array.from({ length: 8 }, (_, index) => String((Number(code) + 1 + index) % 1e6).padStart(6, '0'))
    const answers = await Promise.all(wrong.map((guess) => call(VERIFY, { json: { email, code: guess } })))
    const unknown = await call(VERIFY, { json: { email: `${unique()}@example.com`, code } })
    expect([unknown.status, unknown.body]).toEqual([400, { code: ['The code is not valid.'] }])
    for (const answer of answers) expect(visible(answer)).toEqual(visible(unknown))
    expect((await call(VERIFY, { json: { email, code } })).status, 'the right one comes too late').toBe(400)
    expect((await me(call, access)).body).toMatchObject({ email_verified: false })
  })

  test('RS-1: a newer email replaces the older one', async ({ call, mailbox }) => {
    const { email } = await signUp(call)
    const first = await tokenOf(mailbox, email)
    expect((await call(RESEND, { json: { email } })).body).toEqual(SENT)
    const second = await tokenOf(mailbox, email, 2)
    expect((await call(VERIFY, { json: { token: first } })).body).toEqual({ token: ['A newer token has replaced this one.'] })
    expect((await call(VERIFY, { json: { token: second } })).status).toBe(200)
  })

  test('a link that has expired says so', async ({ call, mailbox, server }) => {
    const { email } = await signUp(call)
    const token = await tokenOf(mailbox, email)
    const past = server.database.kind === 'sqlite' ? '2020-01-01 00:00:00' : '2020-01-01'
    await server.sql('UPDATE accounts_onetimetoken SET expires_at = ? WHERE email = ?', [past, email])
    expect((await call(VERIFY, { json: { token } })).body).toEqual({ token: ['The token has expired.'] })
  })

  test('what is missing is named; a token of another kind or of no account is unknown', async ({ call }) => {
    const body = async (json: Record<string, unknown>) => (await call(VERIFY, { json })).body
    expect(await body({})).toEqual({ token: ['This field is required.'] })
    expect(await body({ email: 'a@example.com' })).toEqual({ code: ['This field is required.'] })
    expect(await body({ code: '123456' })).toEqual({ email: ['This field is required.'] })
    expect(await body({ token: '' })).toEqual({ token: ['This field may not be blank.'] })
    expect(await body({ email: 'nope', code: '1' })).toEqual({ email: ['Enter a valid email address.'] })
    for (const token of ['x', 'A'.repeat(43), 'x'.repeat(5000), '../..', '%00', 'null'])
      expect(await body({ token })).toEqual({ token: ['The token is not valid.'] })
    expect(await body({ token: { a: 1 } })).toEqual({ token: ['Not a valid string.'] })
  })

  test('16 confirmations of one token at once: one succeeds, and none fails badly', async ({ call, mailbox }) => {
    const { email } = await signUp(call)
    const token = await tokenOf(mailbox, email)
    const answers = await Promise.all(Array.from({ length: 16 }, () => call(VERIFY, { json: { token } })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(15).fill(400)])
  })

  test('EN-3: another email is promised alike to every address, and sent only where one is waited for', async ({ call, mailbox }) => {
    const [waiting, confirmed] = [await signUp(call), await signUp(call)]
    await call(VERIFY, { json: { token: await tokenOf(mailbox, confirmed.email) } })
    const unknown = `${unique()}@example.com`
    const answers: Answer[] = []
    for (const email of [waiting.email, confirmed.email, unknown]) answers.push(await call(RESEND, { json: { email } }))
    for (const answer of answers) expect(visible(answer)).toEqual(visible(answers[0] as Answer))
    await mailbox.waitFor(waiting.email, 2)
    expect([confirmed.email, unknown].map((email) => mailbox.to(email).length)).toEqual([1, 0])
  })

  test('a browser that does not show whose it is has to give the password; its own session is enough', async ({ call, mailbox }) => {
    const account = await signUp(call)
    const token = await tokenOf(mailbox, account.email)
    const stranger = await signUp(call)
    const strangerCookie = cookieOf(await postForm(call, '/api/accounts/login/', { email: stranger.email, password: PASSWORD }))
    const refused = await postForm(call, VERIFY, { token })
    expect([refused.status, refused.headers.location]).toEqual([303, PAGE])
    await postForm(call, VERIFY, { token }, { cookie: strangerCookie })
    await postForm(call, VERIFY, { token, password: 'not-the-Passw0rd' })
    expect((await call(VERIFY, { json: { token, password: 'not-the-Passw0rd' } })).body).toEqual({
      password: ['This is not the password chosen at sign-up.'],
    })
    expect((await me(call, account.access)).body).toMatchObject({ email_verified: false })
    const own = cookieOf(await postForm(call, '/api/accounts/login/', { email: account.email, password: PASSWORD }))
    const done = await postForm(call, VERIFY, { token }, { cookie: own })
    expect([done.status, done.headers.location]).toEqual([303, '/dashboard'])
    expect((await me(call, account.access)).body).toMatchObject({ email_verified: true })
  })

  test('what happened is in the audit log, without token or code', async ({ call, mailbox, server }) => {
    const account = await signUp(call)
    // An email that is replaced before it is sent is not sent at all.
    await mailbox.waitFor(account.email)
    await call(RESEND, { json: { email: account.email } })
    const mail = await mailbox.waitFor(account.email, 2)
    const [token, code] = [tokenIn(mail, PAGE), codeIn(mail)]
    await call(VERIFY, { json: { token } })
    const rows = await server.sql('SELECT * FROM accounts_auditevent WHERE subject_id = ? ORDER BY id', [account.id])
    expect(rows.map(({ event }) => event)).toEqual(['signed_up', 'email_verification_requested', 'email_verified'])
    const outbox = await server.sql('SELECT * FROM accounts_outboxmail WHERE recipient = ?', [account.email])
    const tokens = await server.sql('SELECT * FROM accounts_onetimetoken WHERE email = ?', [account.email])
    const kept = JSON.stringify([rows, outbox, tokens])
    for (const secret of [token, code, PASSWORD]) expect(kept).not.toContain(secret)
    for (const secret of [token, PASSWORD]) expect(server.output()).not.toContain(secret)
  })
})

test('none: sign-up mails nothing, and asking for an email sends none', async ({ serverWith }) => {
  const { call, sql } = await serverWith({ EMAIL_VERIFICATION: 'none' })
  const { email } = await signUp(call)
  expect((await call(RESEND, { json: { email } })).body).toEqual(SENT)
  expect(await sql('SELECT id FROM accounts_outboxmail')).toEqual([])
})

test.describe('mandatory', () => {
  const MANDATORY = { EMAIL_VERIFICATION: 'mandatory' }

  /** Signs up an account and verifies its email. */
  const verified = async (call: Call, mailbox: Mailbox) => {
    const person = newPerson()
    await call(SIGNUP, signUpFields(person))
    await call(VERIFY, { json: { token: await tokenOf(mailbox, person.email) } })
    return person
  }

  test('SU-6: a new address, a waiting one, a confirmed one and a taken phone get one answer; the mailbox gets the truth', async ({
    serverWith,
    mailbox,
  }) => {
    const { call } = await serverWith(MANDATORY)
    const owner = await verified(call, mailbox)
    const waiting = newPerson()
    await call(SIGNUP, signUpFields(waiting))
    const phoneless = newPerson({ phone: owner.phone })
    const people = [newPerson(), { ...newPerson(), email: waiting.email }, { ...newPerson(), email: owner.email }, phoneless]
    const answers: Answer[] = []
    for (const person of people) answers.push(await call(SIGNUP, signUpFields(person)))
    expect([answers[0]?.status, answers[0]?.body]).toEqual([200, CHECK])
    for (const answer of answers) expect(visible(answer)).toEqual(visible(answers[0] as Answer))
    expect((await mailbox.waitFor(people[0]?.email ?? '')).subject).toMatch(/^Confirm/)
    expect((await mailbox.waitFor(waiting.email, 2)).subject).toMatch(/^Confirm/)
    expect((await mailbox.waitFor(owner.email, 2)).subject).toMatch(/^You already have an account/)
    expect((await mailbox.waitFor(phoneless.email)).text).toContain('belongs to another account')
    expect((await logIn(call, owner)).status, 'the owner is not touched').toBe(200)
    expect((await logIn(call, phoneless)).status).toBe(400)
  })

  test('SU-6: the form answers all of them alike, cookies included', async ({ serverWith, mailbox }) => {
    const { call } = await serverWith(MANDATORY)
    const owner = await verified(call, mailbox)
    const seen = async (person: Person) => {
      const answer = await postForm(call, SIGNUP, signupFields(person))
      const cookies = answer.cookies.map(parseSetCookie).map(({ name, value, attributes }) => ({ name, attributes, length: value.length }))
      return { ...visible(answer), cookies }
    }
    const fresh = await seen(newPerson())
    expect([fresh.status, fresh.headers.location]).toEqual([303, PAGE])
    expect(fresh.cookies.map(({ name }) => name).sort()).toEqual(['latchkey_link', 'latchkey_signup'])
    expect(await seen({ ...newPerson(), email: owner.email })).toEqual(fresh)
    expect(await seen(newPerson({ phone: owner.phone }))).toEqual(fresh)
  })

  test('no one gets in before verification, and only the correct password learns that it is missing', async ({ serverWith, mailbox }) => {
    const { call, sql } = await serverWith(MANDATORY)
    const person = newPerson()
    expect((await call(SIGNUP, signUpFields(person))).body).not.toHaveProperty('tokens')
    const { email } = person
    expect((await logIn(call, person)).body).toEqual({ non_field_errors: ['The email address is not confirmed yet.'] })
    expect((await logIn(call, { email, password: 'wrong-Passw0rd' })).body).toEqual({ non_field_errors: ['Invalid email or password.'] })
    const pair = await call('/api/accounts/token/', { json: { email, password: PASSWORD } })
    expect([pair.status, pair.body]).toEqual([401, { detail: 'The email address is not confirmed.', code: 'email_not_verified' }])
    const rows = await sql("SELECT outcome, detail FROM accounts_auditevent WHERE event = 'login_failed'")
    expect(rows.filter(({ detail }) => String(detail).includes('email_not_verified'))).toHaveLength(2)
    expect((await call(VERIFY, { json: { token: await tokenOf(mailbox, email) } })).body).toEqual(CONFIRMED)
    expect((await logIn(call, person)).status).toBe(200)
  })

  test('X5: who proves the mailbox owns the account; the one who signed up with it first keeps nothing', async ({
    serverWith,
    mailbox,
  }) => {
    const { call, sql } = await serverWith(MANDATORY)
    const victim = newPerson({ password: 'Victims-own-Passw0rd', name: 'Victim' })
    const attacker = { ...newPerson({ name: 'Attacker' }), email: victim.email }
    await call(SIGNUP, signUpFields(attacker))
    const attackersToken = await tokenOf(mailbox, victim.email)
    const attackersCode = codeIn(await mailbox.waitFor(victim.email))
    await call(SIGNUP, signUpFields(victim))
    const victimsToken = await tokenOf(mailbox, victim.email, 2)
    await call(SIGNUP, signUpFields({ ...attacker, phone: newPerson().phone }))
    const third = await tokenOf(mailbox, victim.email, 3)
    expect((await call(VERIFY, { json: { token: victimsToken } })).body).toEqual(CONFIRMED)
    expect((await logIn(call, attacker)).status).toBe(400)
    expect((await logIn(call, victim)).body).toMatchObject({ user: { name: 'Victim', phone: victim.phone } })
    for (const token of [attackersToken, third])
      expect((await call(VERIFY, { json: { token } })).body).toEqual({ token: ['A newer token has replaced this one.'] })
    expect((await call(VERIFY, { json: { email: victim.email, code: attackersCode } })).status).toBe(400)
    const live = await sql('SELECT id FROM accounts_onetimetoken WHERE email = ? AND used_at IS NULL AND voided_at IS NULL', [victim.email])
    expect(live).toEqual([])
  })

  test('X5: a stranger’s sign-up is not confirmed by a click in the owner’s browser', async ({ serverWith, mailbox }) => {
    const { call } = await serverWith(MANDATORY)
    const victim = newPerson({ password: 'Victims-own-Passw0rd' })
    const attacker = { ...newPerson(), email: victim.email }
    const cookie = cookiesOf(await postForm(call, SIGNUP, signupFields(victim)))
    const own = await tokenOf(mailbox, victim.email)
    await call(SIGNUP, signUpFields(attacker))
    const mail = await mailbox.waitFor(victim.email, 2)
    const refused = await postForm(call, VERIFY, { token: tokenIn(mail, PAGE) }, { cookie })
    expect(refused.headers.location).toBe(PAGE)
    await postForm(call, VERIFY, { email: victim.email, code: codeIn(mail) }, { cookie })
    expect((await logIn(call, attacker)).status).toBe(400)
    const done = await postForm(call, VERIFY, { token: own }, { cookie })
    expect([done.status, done.headers.location]).toEqual([303, '/verify-email/confirmed'])
    expect((await logIn(call, victim)).status).toBe(200)
    expect((await logIn(call, attacker)).body).toEqual({ non_field_errors: ['Invalid email or password.'] })
  })

  test('X5: sessions and links from before the proof end with it', async ({ startServer, newDatabase, mailbox }) => {
    const database = await newDatabase()
    const before = await startServer({ database, env: { EMAIL_VERIFICATION: 'optional', SMTP_URL: mailbox.url } })
    const victim = newPerson({ password: 'Victims-own-Passw0rd' })
    const attacker = await signUp(before.call, { email: victim.email })
    const { SECRET_KEY = '' } = before.env
    await mailbox.waitFor(victim.email)
    await before.stop()
    const { call } = await startServer({ database, env: { EMAIL_VERIFICATION: 'mandatory', SMTP_URL: mailbox.url, SECRET_KEY } })
    expect((await openProtected(call, attacker.access)).status).toBe(200)
    await call(SIGNUP, signUpFields(victim))
    await call(VERIFY, { json: { token: await tokenOf(mailbox, victim.email, 2) } })
    expect((await openProtected(call, attacker.access)).status).toBe(401)
    expect((await call('/api/accounts/token/refresh/', { json: { refresh: attacker.refresh } })).status).toBe(401)
    expect((await logIn(call, attacker)).status).toBe(400)
    expect((await logIn(call, victim)).status).toBe(200)
  })

  test('another email in the browser of a sign-up is of that very sign-up', async ({ serverWith, mailbox }) => {
    const { call } = await serverWith(MANDATORY)
    const victim = newPerson({ password: 'Victims-own-Passw0rd' })
    const cookie = cookiesOf(await postForm(call, SIGNUP, signupFields(victim)))
    await mailbox.waitFor(victim.email)
    await call(SIGNUP, signUpFields({ ...newPerson(), email: victim.email }))
    await mailbox.waitFor(victim.email, 2)
    await postForm(call, RESEND, { email: victim.email }, { cookie })
    const code = codeIn(await mailbox.waitFor(victim.email, 3))
    const done = await postForm(call, VERIFY, { email: victim.email, code }, { cookie })
    expect(done.headers.location).toBe('/verify-email/confirmed')
    expect((await logIn(call, victim)).status).toBe(200)
  })

  test('a phone number that another account has taken since is reported, and the token stays valid', async ({ serverWith, mailbox }) => {
    const { call, sql } = await serverWith(MANDATORY)
    const [first, second] = [newPerson(), newPerson()]
    await call(SIGNUP, signUpFields(first))
    // Emails that are sent side by side may arrive in any order.
    await tokenOf(mailbox, first.email, 1)
    await call(SIGNUP, signUpFields({ ...first, phone: second.phone }))
    const token = await tokenOf(mailbox, first.email, 2)
    await call(SIGNUP, signUpFields(second))
    const answer = await call(VERIFY, { json: { token } })
    expect([answer.status, answer.body]).toEqual([400, { phone: ['user with this phone already exists.'] }])
    await sql('UPDATE accounts_user SET phone = ? WHERE email = ?', [`x${unique()}`, second.email])
    expect((await call(VERIFY, { json: { token } })).status).toBe(200)
  })

  test('SU-3: 12 sign-ups with one address at once make one account, and all get the ordinary answer', async ({ serverWith }) => {
    const { call, sql } = await serverWith(MANDATORY)
    const { email } = newPerson()
    const answers = await Promise.all(Array.from({ length: 12 }, () => call(SIGNUP, signUpFields({ ...newPerson(), email }))))
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(12).fill([200, CHECK]))
    expect(await sql('SELECT id FROM accounts_user WHERE email = ?', [email])).toHaveLength(1)
    expect(await sql('SELECT id FROM accounts_onetimetoken WHERE email = ?', [email])).toHaveLength(12)
  })

  test('a bad password is refused as ever, whatever the address', async ({ serverWith, mailbox }) => {
    const { call } = await serverWith(MANDATORY)
    const owner = await verified(call, mailbox)
    for (const email of [owner.email, newPerson().email]) {
      const answer = await call(SIGNUP, signUpFields({ ...newPerson({ password: '12345678' }), email }))
      expect([answer.status, Object.keys(answer.body as object)]).toEqual([400, ['password']])
    }
  })
})
