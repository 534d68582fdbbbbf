/** An account's address changes only when its new mailbox says so, and its former one may take that back (RS-7, EV-5). */
import { bearer, logIn, newPerson, openProtected, PASSWORD, signupFields, unique } from '../../http/testing/accounts.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import {
  askForChange,
  askForReset,
  confirmChange,
  confirmReset,
  mailedToken,
  NEW_PASSWORD,
  undoChange,
} from '../../http/testing/recovery.ts'
import { visible } from '../../http/testing/send.ts'

const address = () => `${unique()}@example.com`

test('EV-5: the address changes when the new mailbox confirms it, and both get mail', async ({ call, mailbox, newAccount }) => {
  const account = await newAccount()
  const to = address()
  const asked = await askForChange(call, account.access, to, PASSWORD)
  expect([asked.status, asked.body]).toEqual([200, { detail: 'A link to confirm the change has been sent to the new address.' }])
  const token = await mailedToken(mailbox, to, '/email-change/confirm')
  await mailbox.waitForSubject(account.email, 'Request to change your email address at Latchkey')
  expect((await logIn(call, { email: to, password: PASSWORD })).status, 'before it is confirmed').toBe(400)
  const confirmed = await confirmChange(call, token)
  expect([confirmed.status, confirmed.body]).toEqual([200, { detail: 'The email address has been changed.' }])
  expect((await logIn(call, { email: to, password: PASSWORD })).status).toBe(200)
  expect((await logIn(call, account)).status).toBe(400)
  expect((await call('/api/accounts/me/', { headers: bearer(account.access) })).body).toMatchObject({ email: to, username: to })
  expect(await mailedToken(mailbox, account.email, '/email-change/undo')).toMatch(/^[\w-]{43}$/)
  expect((await confirmChange(call, token)).body).toEqual({ token: ['The token has been used already.'] })
})

test('RS-7: a change needs the password', async ({ call, mailbox, newAccount }) => {
  const { access, email } = await newAccount()
  const to = address()
  expect((await askForChange(call, access, to, 'wrong')).body).toEqual({ password: ['The password is incorrect.'] })
  expect((await askForChange(call, access, email, PASSWORD)).body).toEqual({
    email: ['The new email address must differ from the current one.'],
  })
  expect((await askForChange(call, access, 'nowhere', PASSWORD)).body).toEqual({ email: ['Enter a valid email address.'] })
  expect((await call('/api/accounts/email/change/', { json: { email: to, password: PASSWORD } })).status).toBe(401)
  expect(mailbox.to(to)).toEqual([])
})

test('EN-3: an address that is taken is answered like a free one, to the byte, and its owner is told', async ({
  call,
  mailbox,
  newAccount,
}) => {
  const [asker, owner] = [await newAccount(), await newAccount()]
  const taken = await askForChange(call, asker.access, owner.email, PASSWORD)
  const free = await askForChange(call, asker.access, address(), PASSWORD)
  expect(visible(taken)).toEqual(visible(free))
  const mail = await mailbox.waitForSubject(owner.email, 'Your email address already has an account at Latchkey')
  expect(mail.text).not.toContain('token=')
})

test('RS-7: of two accounts that confirm one address at once, on two servers, one gets it', async ({
  call,
  mailbox,
  server,
  startServer,
  newAccount,
}) => {
  const second = await startServer({ database: server.database, env: { SECRET_KEY: server.secret } })
  const to = address()
  const tokens: string[] = []
  for (const count of [1, 2]) {
    const { access } = await newAccount()
    await askForChange(call, access, to, PASSWORD)
    tokens.push(await mailedToken(mailbox, to, '/email-change/confirm', count))
  }
  const requests = Array.from({ length: 16 }, (_, index) => confirmChange(index % 4 < 2 ? call : second.call, tokens[index % 2] as string))
  const answers = await Promise.all(requests)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const { status } of answers) expect([200, 400]).toContain(status)
  expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [to])).toHaveLength(1)
})

test('RS-7: a pending change dies with a reset', async ({ call, mailbox, newAccount }) => {
  const account = await newAccount()
  const to = address()
  await askForChange(call, account.access, to, PASSWORD)
  const pending = await mailedToken(mailbox, to, '/email-change/confirm')
  await askForReset(call, account.email)
  expect((await confirmReset(call, await mailedToken(mailbox, account.email, '/password-reset/confirm'))).status).toBe(200)
  const late = await confirmChange(call, pending)
  expect([late.status, late.body]).toEqual([400, { token: ['A newer token has replaced this one.'] }])
  expect((await logIn(call, { email: account.email, password: NEW_PASSWORD })).status).toBe(200)
})

test('RS-7: the owner of the former address takes an account back from a thief who changed all there is', async ({
  call,
  mailbox,
  newAccount,
}) => {
  const owner = await newAccount()
  // The thief has the password: the address, then the password, then the address again.
  const [second, third] = [address(), address()]
  await askForChange(call, owner.access, second, PASSWORD)
  expect((await confirmChange(call, await mailedToken(mailbox, second, '/email-change/confirm'))).status).toBe(200)
  const undo = await mailedToken(mailbox, owner.email, '/email-change/undo')
  const change = { current_password: PASSWORD, password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  expect((await call('/api/accounts/password/change/', { json: change, headers: bearer(owner.access) })).status).toBe(200)
  await askForChange(call, owner.access, third, NEW_PASSWORD)
  expect((await confirmChange(call, await mailedToken(mailbox, third, '/email-change/confirm'), NEW_PASSWORD)).status).toBe(200)
  const thiefs = await mailedToken(mailbox, second, '/email-change/undo')
  const squatter = await call('/api/accounts/signup/', { json: signupFields(newPerson({ email: owner.email })) })
  expect([squatter.status, squatter.body], 'the former address is kept for its owner').toEqual([
    400,
    { email: ['user with this email already exists.'] },
  ])

  const undone = await undoChange(call, undo)
  expect([undone.status, undone.body]).toEqual([
    200,
    { detail: 'The change of the email address has been undone. A link to choose a new password has been sent.' },
  ])
  expect((await openProtected(call, owner.access)).status, 'the thief’s session').toBe(401)
  for (const email of [owner.email, second, third]) {
    for (const password of [PASSWORD, NEW_PASSWORD]) expect((await logIn(call, { email, password })).status).toBe(400)
  }
  expect((await undoChange(call, thiefs)).body).toEqual({ token: ['A newer token has replaced this one.'] })
  const reset = await mailedToken(mailbox, owner.email, '/password-reset/confirm')
  expect((await confirmReset(call, reset, 'Th1rd-horse-battery')).status).toBe(200)
  expect((await logIn(call, { email: owner.email, password: 'Th1rd-horse-battery' })).status).toBe(200)
})
