/** CHECK_REVOKE_TOKEN: tokens and the password that they were made with, as Simple JWT has it from 5.3 on. */
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { database, type User } from '../../db/client.ts'
import { contextAt, contextOf } from '../../http/testing/context.ts'
import { type Claims, signToken, verifyToken } from '../../jwt/tokens.ts'
import { makePassword } from '../../passwords/hash.ts'
import { hashingPool } from '../../passwords/pool.ts'
import { principalFromHeader } from '../../sessions/principal.ts'
import { settings } from '../../settings.ts'
import { newTokenId, outstandingRow, seconds } from '../../tokens/refresh-token.ts'
import { newUser } from '../../users/testing/new-user.ts'
import { changePassword } from '../password-change/endpoints.ts'
import { obtainTokenPair } from '../token-obtain/endpoints.ts'
import { refreshTokens } from './refresh-tokens.ts'

const START = new Date('2026-03-01T10:00:00Z')
const later = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const PASSWORD = 'Corr3ct-horse-battery'
/** With the digest that Python's hashlib makes of it. */
const [DJANGOS_HASH, DJANGOS_CLAIM] = ['pbkdf2_sha256$1$salt$AAAA', '516EFF43EEDA82C4E296A2862F55560C'] as const

type Pair = { access: string; refresh: string }

const former = { ...settings() }
const hash = await makePassword(PASSWORD)
let user: User
beforeEach(async () => {
  Object.assign(settings(), { CHECK_REVOKE_TOKEN: true })
  user = await newUser({ password: hash })
})
afterEach(() => Object.assign(settings(), former))
afterAll(() => hashingPool().close())

const logIn = async () => (await obtainTokenPair({ email: user.email, password: PASSWORD }, contextAt(START))).body as Pair
const refreshed = async (refresh: string, at = later(1)) => (await refreshTokens({ refresh }, contextAt(at))).body as Pair
const claimOf = async (token: string) => (await verifyToken(token, null, later(1))).extra.hash_password
const opens = (token: string) => principalFromHeader(`Bearer ${token}`, later(1))

async function issuedByDjango(type: 'access' | 'refresh', extra: Claims['extra']): Promise<string> {
  const claims = { jti: newTokenId(), iat: seconds(START), exp: seconds(START) + 3600, refreshExp: null, userId: user.id, sid: null, extra }
  const token = await signToken(type, claims)
  if (type === 'refresh') await outstandingRow(database(), { ...claims, type }, token)
  return token
}

it('a login’s and a refresh’s tokens carry Django’s claim, of the password of that moment', async () => {
  const first = await logIn()
  const claim = await claimOf(first.access)
  expect([claim, await claimOf(first.refresh)]).toEqual([expect.stringMatching(/^[0-9A-F]{32}$/), claim])
  const { sid } = await verifyToken(first.access, 'access', START)
  const input = { current_password: PASSWORD, password: 'An0ther-quartz', confirm_password: 'An0ther-quartz' }
  await changePassword(input, contextOf(user, later(1), sid))
  expect(await opens(first.access), 'its own session goes on').not.toBeNull()
  const second = await refreshed(first.refresh)
  const present = await claimOf(second.access)
  expect(present).not.toBe(claim)
  expect(await claimOf(second.refresh)).toBe(present)
  const again = await refreshed(first.refresh, later(2))
  expect([await claimOf(again.access), again.refresh]).toEqual([present, second.refresh])
  Object.assign(settings(), { ROTATE_REFRESH_TOKENS: false })
  expect(await claimOf((await refreshed(second.refresh)).access)).toBe(present)
})

it('a token of Django’s counts with the password that it was made with, and no other', async () => {
  user = await database().user.update({ where: { id: user.id }, data: { password: DJANGOS_HASH } })
  const right = { hash_password: DJANGOS_CLAIM }
  expect(await opens(await issuedByDjango('access', right))).toMatchObject({ user: { id: user.id } })
  const pair = await refreshed(await issuedByDjango('refresh', right))
  expect([await claimOf(pair.access), await claimOf(pair.refresh)]).toEqual([DJANGOS_CLAIM, DJANGOS_CLAIM])
  const detail = "The user's password has been changed."
  for (const extra of [{ hash_password: DJANGOS_CLAIM.toLowerCase() }, {}]) {
    const body = { detail, code: 'password_changed' }
    await expect(opens(await issuedByDjango('access', extra))).rejects.toMatchObject({ status: 401, body })
    for (const rotates of [true, false]) {
      Object.assign(settings(), { ROTATE_REFRESH_TOKENS: rotates })
      await expect(refreshed(await issuedByDjango('refresh', extra))).rejects.toMatchObject({ status: 401, body: { detail } })
    }
  }
})

it('the claim has the name that REVOKE_TOKEN_CLAIM says', async () => {
  Object.assign(settings(), { REVOKE_TOKEN_CLAIM: 'pw' })
  const { extra } = await verifyToken((await logIn()).access, 'access', START)
  expect(Object.keys(extra)).toEqual(['pw'])
})

it('without the setting tokens carry no claim, and any token of Django’s counts', async () => {
  Object.assign(settings(), { CHECK_REVOKE_TOKEN: false })
  expect(await claimOf((await logIn()).access)).toBeUndefined()
  expect(await opens(await issuedByDjango('access', { hash_password: 'X' }))).not.toBeNull()
})
