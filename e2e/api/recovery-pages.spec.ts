/** The pages that links in emails and password managers lead to (the security requirements RS-5, RS-10, G-18). */
import { bearer, logIn, PASSWORD, signUp } from '../../lib/http/testing/accounts.ts'
import { HTML, openPage, parseSetCookie } from '../../lib/http/testing/cookies.ts'
import { tokenIn } from '../../lib/http/testing/mailbox.ts'
import { confirmReset, resetToken } from '../../lib/http/testing/recovery.ts'
import { expect, test } from '../fixtures.ts'

const RESET_PAGE = '/password-reset/confirm'
const UNDO_PAGE = '/account-deletion/undo'

test('RS-5: opening the link uses nothing up, and its token is in no URL and goes to no other site', async ({ call, mailbox }) => {
  const { email } = await signUp(call)
  const token = await resetToken(call, mailbox, email)
  for (const method of ['GET', 'HEAD', 'GET']) {
    const opened = await call(`${RESET_PAGE}?token=${token}`, { method, headers: { accept: HTML } })
    expect([opened.status, new URL(opened.headers.location ?? '', 'http://base').pathname]).toEqual([303, RESET_PAGE])
    expect(opened.headers.location).not.toContain(token)
    expect(opened.headers['referrer-policy']).toBe('no-referrer')
    const { name, value, attributes } = parseSetCookie(opened.cookies.at(-1) ?? '')
    expect(attributes).toMatchObject({ httponly: true, samesite: 'Lax' })
    const page = await openPage(call, RESET_PAGE, `${name}=${value}`)
    expect(page.status).toBe(200)
    expect(page.headers).toMatchObject({ 'referrer-policy': 'same-origin', 'cache-control': 'private, no-store' })
    expect(page.text).toContain('Choose a new password')
    expect(page.text).not.toMatch(/(src|href)="https?:/)
  }
  expect((await confirmReset(call, token)).status).toBe(200)
})

test('RS-5: looking at the page that restores an account, as a mail scanner does, uses nothing up', async ({ call, mailbox }) => {
  const account = await signUp(call)
  const json = { password: PASSWORD }
  await call('/api/accounts/me/', { method: 'DELETE', headers: bearer(account.access), json })
  const token = tokenIn(await mailbox.waitForSubject(account.email, 'Your Latchkey account will be deleted'), UNDO_PAGE)
  for (let visits = 0; visits < 3; visits++) await openPage(call, `${UNDO_PAGE}?token=${token}`)
  expect((await logIn(call, account)).status).toBe(400)
  expect((await call('/api/accounts/account-deletion/undo/', { json: { token } })).status).toBe(200)
  expect((await logIn(call, account)).status).toBe(200)
})

test('RS-10, G-18: /.well-known/change-password leads to the form, and no other address there exists', async ({ call }) => {
  for (const [path, accept] of [
    ['/.well-known/change-password', HTML],
    ['/.well-known/change-password', '*/*'],
    ['/.well-known/change-password/', HTML],
  ] as const) {
    const answer = await call(path, { headers: { accept } })
    expect([answer.status, answer.headers.location]).toEqual([303, '/settings/password'])
  }
  const form = await call('/settings/password', { headers: { accept: HTML } })
  expect(form.status).toBe(303)
  expect(form.headers.location).toMatch(/\/login\?next=%2Fsettings%2Fpassword$/)
  expect((await call('/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200')).status).toBe(404)
})

test('RS-10: an unknown well-known address is a real 404 that no cache keeps', async ({ call }) => {
  for (const name of [
    'x',
    'resource-that-should-not-exist-whose-status-code-should-not-be-200',
    'security.txt.bak',
    'change-password/x',
    '',
  ]) {
    const answer = await call(`/.well-known/${name}`, { headers: { accept: HTML } })
    expect.soft(answer.status, name).toBe(404)
    expect.soft(answer.headers['cache-control'], name).toBe('private, no-store')
    expect.soft(answer.headers.location, name).toBeUndefined()
  }
  expect((await call('/.well-known/change-password')).status).toBe(303)
})
