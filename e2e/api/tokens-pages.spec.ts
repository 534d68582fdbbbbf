/** Forged and revoked cookies at a page (the security requirements, J1 to J25); the API's side is lib/jwt/forgeries.http.test.ts. */
import { signUp } from '../../lib/http/testing/accounts.ts'
import { ageSessions, DAY } from '../../lib/http/testing/aging.ts'
import { logInByForm, logOutByForm, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import {
  claimsThatDoNotHold,
  cookieWith,
  forgeAll,
  forgeries,
  genuine,
  otherSpellings,
  slidingClaims,
} from '../../lib/http/testing/forgeries.ts'
import { base64url, claimsOf, mint } from '../../lib/http/testing/jwt.ts'
import { type Call, expect, test } from '../fixtures.ts'

/** A page leads to the login form, which is shown and leads nowhere else. */
async function expectClosed(call: Call, cookie: string, what: string) {
  const page = await openPage(call, '/dashboard', cookie)
  // The gate says 303 to what was never good, the page itself 307 to what is good no more.
  expect.soft([303, 307], what).toContain(page.status)
  expect.soft(page.headers.location, what).toMatch(/\/login\?next=%2Fdashboard$/)
  expect.soft((await openPage(call, '/login?next=%2Fdashboard', cookie)).status, `the login page, ${what}`).toBe(200)
}

test('J1 to J25: a page stays closed to every forged cookie, and opens to a genuine one', async ({ call, server }) => {
  const account = await signUp(call)
  const { sliding } = forgeAll(account, (claims) => genuine(claims, server.secret))
  expect((await openPage(call, '/dashboard', cookieWith(sliding))).status, 'a genuine cookie').toBe(200)
  for (const [id, what, forge] of forgeries) {
    const forged = forgeAll(account, (claims) => forge(claims, server.secret))
    await expectClosed(call, cookieWith(forged.sliding), `${id}: ${what}`)
  }
  for (const [id, what, change] of claimsThatDoNotHold) {
    if (what === 'type sliding') continue
    const sign = (claims: Record<string, unknown>) => mint(change(claims), server.secret)
    const forged = forgeAll(account, sign)
    // A cookie past exp counts until refresh_exp, which ends with it here.
    const cookie = id === 'J11' ? sign({ ...claimsOf(forged.sliding), refresh_exp: claimsOf(forged.access).exp }) : forged.sliding
    await expectClosed(call, cookieWith(cookie), `${id}: ${what}`)
  }
  for (const userId of ['', 0, -1, null, true, [1], { $ne: 1 }, "1' OR '1'='1", 2_000_000_000])
    await expectClosed(call, cookieWith(mint(slidingClaims(userId), server.secret)), `J15: user_id ${JSON.stringify(userId)}`)
})

test('J25: unsigned claims are not believed: a page stays closed', async ({ call }) => {
  const account = await signUp(call)
  const claims = slidingClaims(account.id, { sid: claimsOf(account.access).sid, is_staff: true, is_superuser: true })
  for (const signature of ['', 'e30', base64url('x'.repeat(32))]) {
    for (const alg of ['none', 'HS256']) {
      await expectClosed(call, `latchkey=${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}.${signature}`, `${alg} ${signature}`)
    }
  }
})

test('J19, RT-7, JW-6: a page opens to a cookie in its own spelling alone, and to none of them after its logout', async ({ call }) => {
  const account = await signUp(call)
  const cookie = await logInByForm(call, account)
  const spellings = otherSpellings(cookie.slice('latchkey='.length)).map((token) => `latchkey=${token}`)
  for (const spelling of spellings) await expectClosed(call, spelling, spelling.slice(-6))
  expect((await openPage(call, '/dashboard', cookie)).status, 'before the logout').toBe(200)
  await logOutByForm(call, cookie)
  for (const spelling of [cookie, ...spellings]) await expectClosed(call, spelling, spelling.slice(-6))
})

test('J24: a page stays closed to the genuine cookie of a session that is gone, and of an account deactivated or deleted', async ({
  call,
  server,
}) => {
  const no = server.database.kind === 'sqlite' ? 0 : false
  for (const [what, statement, values] of [
    ['a deactivated account', 'UPDATE accounts_user SET is_active = ? WHERE id = ?', [no]],
    ['a session row that is gone', 'DELETE FROM accounts_session WHERE user_id = ?', []],
    ['a deleted account', 'DELETE FROM accounts_user WHERE id = ?', []],
  ] as const) {
    const account = await signUp(call)
    const cookie = await logInByForm(call, account)
    expect((await openPage(call, '/dashboard', cookie)).status, what).toBe(200)
    await server.sql(statement, [...values, account.id])
    await expectClosed(call, cookie, what)
  }
})

test('RT-5, RT-7: a page stays closed to the cookie of a session that was ended elsewhere, or is 30 days old', async ({ call, server }) => {
  const account = await signUp(call)
  for (const [what, end] of [
    ['ended elsewhere', async () => postForm(call, '/api/accounts/logout/all/', {}, { cookie: await logInByForm(call, account) })],
    ['30 days old', () => ageSessions(server, account.id, { created_at: 30 * DAY })],
  ] as const) {
    const cookie = await logInByForm(call, account)
    expect((await openPage(call, '/dashboard', cookie)).status, what).toBe(200)
    await end()
    await expectClosed(call, cookie, what)
  }
})
