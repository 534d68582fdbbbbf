/** A forged token in every place where a token is taken, and what must become of it there. */
import { expect } from '@playwright/test'
import { type Account, openProtected, refreshWith } from '../lib/http/testing/accounts.ts'
import { openPage } from '../lib/http/testing/cookies.ts'
import { accessClaims, type Claims, claimsOf, refreshClaims } from '../lib/http/testing/jwt.ts'
import type { Answer, SendOptions } from '../lib/http/testing/send.ts'

type Call = (path: string, options?: SendOptions) => Promise<Answer>

/** One forgery as each of the three types. */
export interface ForgedTokens {
  access: string
  sliding: string
  refresh: string
}

export const INVALID = 'Token is invalid or expired'

/** Simple JWT's body where the Authorization header carries the token. */
export const notValid = (message: string) => ({
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
})

/** What a browser's cookie of the account's session says. */
export const slidingClaims = (userId: unknown, more: Claims = {}): Claims =>
  accessClaims(userId, { token_type: 'sliding', refresh_exp: Math.floor(Date.now() / 1000) + 86_400, ...more })

/** Forges each type from the claims of a live session, so that nothing but the forgery itself is wrong. */
export function forgeAll({ id, access }: Pick<Account, 'id' | 'access'>, forge: (claims: Claims) => string): ForgedTokens {
  const { sid } = claimsOf(access)
  return {
    access: forge(accessClaims(id, { sid })),
    sliding: forge(slidingClaims(id, { sid })),
    refresh: forge(refreshClaims(id)),
  }
}

/** The cookie is not accepted: the API answers 401, and a page redirects to the login form, which is shown. */
export async function expectNoSession(call: Call, cookie: string) {
  expect.soft((await call('/api/accounts/me/', { headers: { cookie } })).status, 'the API with the cookie').toBe(401)
  const page = await openPage(call, '/dashboard', cookie)
  // The middleware says 303 to what was never good, the page itself 307 to what is good no more.
  expect.soft([303, 307], 'a page with the cookie').toContain(page.status)
  expect.soft(page.headers.location, 'a page with the cookie').toMatch(/\/login\?next=%2Fdashboard$/)
  expect.soft((await openPage(call, '/login?next=%2Fdashboard', cookie)).status, 'the login page with the cookie').toBe(200)
}

/** A cookie can hold no blank, line break or semicolon; what is left of such a token is tried all the same. */
export const cookieWith = (token: string) => `latchkey=${token.replace(/[\s;]/g, '')}`

/** The endpoints that take a token in their body, with the field that it goes into. */
export const TOKEN_ENDPOINTS = [
  ['/api/accounts/token/refresh/', 'refresh'],
  ['/api/accounts/token/blacklist/', 'refresh'],
  ['/api/accounts/logout/', 'refresh'],
  ['/api/accounts/token/verify/', 'token'],
] as const

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
  expect((await openPage(call, '/dashboard', cookieWith(sliding))).status, 'a genuine cookie at a page').toBe(200)
  expect((await refreshWith(call, refresh)).status, 'a genuine refresh token').toBe(200)
  expect((await openProtected(call, account.access)).status, 'the account’s own token').toBe(200)
  expect((await refreshWith(call, account.refresh)).status, 'the account’s own refresh token').toBe(200)
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** An HMAC of 32 bytes takes 43 characters, whose last two bits mean nothing: one of them is turned. */
export function flipUnusedBit(token: string): string {
  return token.slice(0, -1) + ALPHABET[ALPHABET.indexOf(token.slice(-1)) ^ 1]
}

/** Other spellings of a token, most of which a lax decoder takes for the token itself. */
export const otherSpellings = (token: string): string[] => [
  `${token}=`,
  `${token}==`,
  `${token}.`,
  `"${token}"`,
  flipUnusedBit(token),
  token.replace('.', '.='),
  token.replace('.', '=.'),
  token.replaceAll('.', '%2E'),
  token.toLowerCase(),
]

/** Spellings with blanks and line breaks, which only a body can carry. */
export const spacedSpellings = (token: string): string[] => [
  `${token}\n`,
  `${token}\r\n`,
  `\t${token}`,
  token.replace('.', '. '),
  token.replace(/^.{10}/, '$& '),
  `${token}\u200b`,
  `\ufeff${token}`,
]
