/** The fixture that most browser tests start from makes what the sign-up page makes. */
import type { Page } from '@playwright/test'
import { claimsOf } from '../../lib/http/testing/jwt.ts'
import { expect, test } from '../fixtures'
import type { TestServer } from '../server'
import { complaints } from './complaints'
import { newPerson, signUp } from './people'

/** What differs between any two sign-ups: identifiers, times and what people chose. */
const OWN = /^(id|.*_id|email|username|phone|phone_e164|password|password_digest|fingerprint|at|.*_at|date_joined)$/

const shapeOf = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, OWN.test(name) && value !== null ? 'set' : value]))

/** All that the server and the browser have of a signed-in person, without what is each one's own. */
async function stateOf(page: Page, { sql }: TestServer, email: string) {
  const cookies = await page.context().cookies()
  const [user] = await sql('SELECT * FROM accounts_user WHERE email = ?', [email])
  const rows = async (table: string, column: string) =>
    (await sql(`SELECT * FROM ${table} WHERE ${column} = ? ORDER BY id`, [Number(user?.id)])).map(shapeOf)
  const claims = claimsOf(cookies.find(({ name }) => name === 'latchkey')?.value ?? '')
  return {
    user: shapeOf(user ?? {}),
    sessions: await rows('accounts_session', 'user_id'),
    devices: await rows('accounts_knowndevice', 'user_id'),
    events: await rows('accounts_auditevent', 'subject_id'),
    emails: (await rows('accounts_outboxmail', 'user_id')).map(({ kind }) => kind),
    claims: Object.entries(claims).map(([name, value]) => [name, typeof value]),
    lifetime: Number(claims.exp) - Number(claims.iat),
    cookies: cookies
      .filter(({ name }) => ['latchkey', 'latchkey_device'].includes(name))
      .map(({ value: _, expires, ...cookie }) => ({
        ...cookie,
        days: expires === -1 ? null : Math.round((expires - Date.now() / 1000) / 86_400),
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  }
}

test('a session of the fixture equals one of the sign-up page, which logs no error in the browser', async ({
  page,
  browser,
  server,
  loggedIn,
}) => {
  const found = await complaints(page)
  const byPage = await signUp(page)
  expect(found).toEqual([])
  const other = await (await browser.newContext({ baseURL: server.url })).newPage()
  const byFixture = await loggedIn(other, { person: newPerson(), verificationEmail: true })
  expect(await stateOf(other, server, byFixture.email)).toEqual(await stateOf(page, server, byPage.email))
  await other.goto('/dashboard')
  await expect(other).toHaveURL(/\/dashboard$/)
  await other.context().close()
})
