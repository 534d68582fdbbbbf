/** What must become of tokens, forged and genuine, wherever the API takes one. */
import { expect } from 'vitest'
import { type Account, openProtected, refreshWith } from './accounts.ts'
import { me } from './cookies.ts'
import { cookieWith, type ForgedTokens, INVALID, notValid, TOKEN_ENDPOINTS } from './forgeries.ts'
import type { Call } from './send.ts'

/** The API takes the cookie for no one's. Pages are e2e/api/tokens-pages.spec.ts's. */
export async function expectNoSession(call: Call, cookie: string) {
  expect.soft((await me(call, cookie)).status, 'the API with the cookie').toBe(401)
}

/** The tokens open nothing and end nothing: not as Bearer, not in the cookie, not in a body. */
export async function expectRefused(call: Call, { access, sliding, refresh }: ForgedTokens, message: string | RegExp = INVALID) {
  const opened = await openProtected(call, access)
  expect.soft(opened.status, 'as Bearer').toBe(401)
  expect.soft(opened.headers['www-authenticate'], 'as Bearer').toBe('Bearer realm="api"')
  if (typeof message === 'string') expect.soft(opened.body, 'as Bearer').toEqual(notValid(message))
  await expectNoSession(call, cookieWith(sliding))
  for (const [path, field] of TOKEN_ENDPOINTS) {
    // A field of nothing is no token at all.
    if (refresh === '') continue
    const answer = await call(path, { json: { [field]: refresh } })
    expect.soft(answer.status, path).toBe(401)
    expect.soft(answer.headers['www-authenticate'], path).toBe('Bearer realm="api"')
    expect.soft(answer.body, path).toMatchObject({ code: 'token_not_valid' })
  }
}

/** The account's own tokens work: what was refused before it was refused for being forged. */
export async function expectGenuineToWork(call: Call, account: Account, { access, sliding, refresh }: ForgedTokens) {
  expect((await openProtected(call, access)).status, 'a genuine access token').toBe(200)
  expect((await call('/api/accounts/me/', { headers: { cookie: cookieWith(sliding) } })).status, 'a genuine cookie').toBe(200)
  expect((await refreshWith(call, refresh)).status, 'a genuine refresh token').toBe(200)
  expect((await openProtected(call, account.access)).status, 'the account’s own token').toBe(200)
  expect((await refreshWith(call, account.refresh)).status, 'the account’s own refresh token').toBe(200)
}
