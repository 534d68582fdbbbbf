/** Tries every way around the middleware without a session, and looks for what only the account may see. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { PASSWORD, signUp, unique } from '../lib/http/testing/accounts.ts'
import { logInByForm, logOutByForm, openPage } from '../lib/http/testing/cookies.ts'
import { accessClaims, base64url, mint } from '../lib/http/testing/jwt.ts'
import { type SendOptions, send } from '../lib/http/testing/send.ts'
import { newSecret } from '../lib/http/testing/test-server.ts'
import { addressOf, protectedPages } from './built-routes.ts'
import { bypassAttempts } from './bypass-attempts.ts'
import { eachOf } from './each-of.ts'
import { projectDirectory } from './places.ts'
import type { TestServer } from './server.ts'

/** Requests that are on their way at the same time. */
const AT_ONCE = 8

/** Pages for which every spelling is tried as well: one with one part in its path, and one with two. */
const EVERY_SPELLING = ['/dashboard', '/settings/profile']

/** @returns how many attempts were made, each of which has an end (http.ts) */
export async function expectNoWayAround(server: TestServer): Promise<number> {
  const call = (path: string, options?: SendOptions) => send(server.url, path, options)
  const marker = `Marker ${unique()}`
  const owner = await signUp(call, { name: marker })
  const cookie = await logInByForm(call, owner)
  // The owner has just been there, so that whatever is kept of the page could be handed out.
  const own = await openPage(call, '/dashboard', cookie)
  expect(own.status).toBe(200)
  expect(own.text).toContain(marker)

  const ended = await logInByForm(call, { email: owner.email, password: PASSWORD })
  await logOutByForm(call, ended)
  const seconds = Math.floor(Date.now() / 1000)
  const forged = accessClaims(owner.id, { token_type: 'sliding', refresh_exp: seconds + 9000 })
  const strangers: Record<string, string>[] = [
    {},
    { cookie: ended },
    { cookie: `latchkey=${mint(forged, newSecret())}` },
    { cookie: `latchkey=${base64url({ alg: 'none' })}.${base64url(forged)}.` },
    { cookie: `latchkey=${owner.access}` },
  ]
  const buildId = (await readFile(join(projectDirectory, '.next', 'BUILD_ID'), 'utf8')).trim()
  const attempts = (await protectedPages()).map(addressOf).flatMap((page) =>
    bypassAttempts(page, buildId)
      .filter(({ id }) => EVERY_SPELLING.includes(page) || !['M3', 'M4', 'M5'].includes(id))
      .flatMap((attempt) =>
        strangers.slice(0, attempt.id === 'M0' ? strangers.length : EVERY_SPELLING.includes(page) ? 2 : 1).map((stranger) => {
          const headers: Record<string, string> = { ...attempt.options.headers, ...stranger }
          return { ...attempt, options: { ...attempt.options, headers } }
        }),
      ),
  )
  const found: string[] = []
  await eachOf(attempts, AT_ONCE, async ({ id, path, options }) => {
    const answer = await call(path, options)
    const wrong = [
      ...[marker, owner.email].filter((secret) => answer.text.includes(secret)),
      ...(answer.status >= 500 || (answer.status === 200 && path !== '/login') ? [answer.status] : []),
      ...(id === 'M0' && ![303, 307].includes(answer.status) ? [answer.status] : []),
      ...(/s-maxage|public|max-age=[1-9]/.exec(answer.headers['cache-control'] ?? '') ?? []),
    ]
    if (wrong.length > 0)
      found.push(`${wrong.join(' ')}: ${id} ${options.method ?? 'GET'} ${path} ${JSON.stringify(options.headers).slice(0, 160)}`)
  })
  expect(found).toEqual([])
  expect((await openPage(call, '/dashboard', cookie)).text, 'the owner is still in').toContain(marker)
  return attempts.length
}
