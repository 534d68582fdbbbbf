/** The page that a verification email's link leads to (the security requirements EV, SU-6). */
import { newPerson, signUp, signupFields, unique } from '../../lib/http/testing/accounts.ts'
import { HTML, parseSetCookie, postForm } from '../../lib/http/testing/cookies.ts'
import { linkIn } from '../../lib/http/testing/mailbox.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { type Call, expect, test } from '../fixtures.ts'

const VERIFY = '/api/accounts/email/verify/'
const PAGE = '/verify-email'

/** Cookie header of a form's answer, with all that it set. */
const cookiesOf = (answer: Answer) =>
  answer.cookies
    .map(parseSetCookie)
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')

test('RS-5: opening the link takes the token out of the address and uses nothing up', async ({ call, mailbox }) => {
  const { email } = await signUp(call)
  const link = linkIn(await mailbox.waitFor(email), PAGE)
  let cookie = ''
  for (const method of ['GET', 'HEAD', 'GET']) {
    const opened = await call(link.pathname + link.search, { method, headers: { accept: HTML } })
    expect([opened.status, opened.headers['referrer-policy']]).toEqual([303, expect.stringMatching(/no-referrer|same-origin/)])
    cookie = cookiesOf(opened)
    const page = await call(PAGE, { method, headers: { accept: HTML, cookie } })
    expect(page.status).toBe(200)
    expect(page.headers['cache-control']).toContain('no-store')
  }
  expect((await call(VERIFY, { json: { token: link.searchParams.get('token') } })).status).toBe(200)
})

test('SU-6: the page after the form shows nothing that tells a taken address from a new one', async ({ startServer }) => {
  const server = await startServer({ env: { EMAIL_VERIFICATION: 'mandatory' } })
  const call: Call = (path, options) => send(server.url, path, options)
  const owner = newPerson()
  await call('/api/accounts/signup/', { json: signupFields(owner) })
  await server.sql('UPDATE accounts_user SET email_verified_at = date_joined WHERE email = ?', [owner.email])
  for (const email of [owner.email, `${unique()}@example.com`]) {
    const cookie = cookiesOf(await postForm(call, '/api/accounts/signup/', signupFields({ ...newPerson(), email })))
    const page = await call(PAGE, { headers: { accept: HTML, cookie } })
    expect(page.text).toContain('Check your email')
    expect(page.text, 'nothing that a new address would not see').not.toContain('Enter the password you chose')
  }
})
