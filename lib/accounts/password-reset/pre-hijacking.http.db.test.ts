/** What an attacker prepared in an account on another person's address ends when its owner arrives (X5, SU-5). */
import { bearer, logIn, openProtected, PASSWORD, readLogin, refreshWith, unique } from '../../http/testing/accounts.ts'
import { logInByForm, me } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import { askForChange, confirmChange, confirmReset, mailedToken, NEW_PASSWORD, resetToken } from '../../http/testing/recovery.ts'

test('X5: after the owner’s reset nothing of the attacker’s is alive: password, sessions, tokens, pending change, links', async ({
  call,
  mailbox,
  server,
  newAccount,
}) => {
  const victim = `${unique()}@example.com`
  const attacker = await newAccount({ email: victim })
  const cookie = await logInByForm(call, attacker)
  const second = readLogin(await logIn(call, attacker))
  const own = `${unique()}@evil.example`
  await askForChange(call, attacker.access, own, PASSWORD)
  const pending = await mailedToken(mailbox, own, '/email-change/confirm')
  const older = await resetToken(call, mailbox, victim)
  const token = await resetToken(call, mailbox, victim, 2)

  expect((await confirmReset(call, token)).status).toBe(200)

  expect((await logIn(call, attacker)).status, 'the password').toBe(400)
  expect((await me(call, cookie)).status, 'the cookie').toBe(401)
  for (const { access, refresh } of [attacker, second]) {
    expect((await openProtected(call, access)).status, 'the access token').toBe(401)
    expect((await refreshWith(call, refresh)).status, 'the refresh token').toBe(401)
    expect((await askForChange(call, access, own, PASSWORD)).status, 'another change').toBe(401)
  }
  expect((await confirmChange(call, pending)).status, 'the pending change').toBe(400)
  for (const used of [older, token]) expect((await confirmReset(call, used, 'Att4cker-horse-battery')).status, 'the links').toBe(400)
  const [row] = await server.sql('SELECT email, email_verified_at FROM accounts_user WHERE id = ?', [attacker.id])
  expect(row?.email).toBe(victim)
  expect(row?.email_verified_at, 'the owner has verified the address').not.toBeNull()
  const open = await server.sql('SELECT id FROM accounts_session WHERE user_id = ? AND ended_at IS NULL', [attacker.id])
  expect(open).toEqual([])
  const { access } = readLogin(await logIn(call, { email: victim, password: NEW_PASSWORD }))
  expect((await call('/api/accounts/me/', { headers: bearer(access) })).body).toMatchObject({ email: victim })
})

test('X5: a change that the attacker asks for during the reset does not outlive it', async ({ call, mailbox, newAccount }) => {
  const victim = `${unique()}@example.com`
  const attacker = await newAccount({ email: victim })
  const token = await resetToken(call, mailbox, victim)
  const own = `${unique()}@evil.example`
  const [reset] = await Promise.all([confirmReset(call, token), askForChange(call, attacker.access, own, PASSWORD)])
  expect(reset.status).toBe(200)
  const mails = mailbox.to(own)
  for (const mail of mails) {
    const pending = /token=([\w-]+)/.exec(mail.text)?.[1] ?? ''
    expect((await confirmChange(call, pending)).status).toBe(400)
  }
  expect((await logIn(call, { email: victim, password: NEW_PASSWORD })).status).toBe(200)
})

test('X5: a login with the attacker’s password that runs into the reset leaves no session', async ({
  call,
  mailbox,
  server,
  newAccount,
}) => {
  const victim = `${unique()}@example.com`
  const attacker = await newAccount({ email: victim })
  const token = await resetToken(call, mailbox, victim)
  const logins = Array.from({ length: 8 }, () => logIn(call, attacker))
  const [reset] = await Promise.all([confirmReset(call, token), ...logins])
  expect(reset.status).toBe(200)
  const open = await server.sql('SELECT id FROM accounts_session WHERE user_id = ? AND ended_at IS NULL', [attacker.id])
  expect(open).toEqual([])
})
