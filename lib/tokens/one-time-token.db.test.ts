import { afterEach, describe, expect, it } from 'vitest'
import { database, type User } from '../db/client.ts'
import { settings } from '../settings.ts'
import { newUser } from '../users/testing/new-user.ts'
import { ownerOfOneTimeToken } from './done-by-link.ts'
import {
  type ActiveToken,
  CODE_ATTEMPTS,
  consumeOneTimeToken,
  findOneTimeToken,
  findOneTimeTokenByCode,
  invalidateOneTimeTokens,
  issueOneTimeToken,
  type Purpose,
  secretsForEmail,
} from './one-time-token.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const LIFETIME = 1800

async function issue(user: User, purpose: Purpose = 'password_reset', more: Parameters<typeof issueOneTimeToken>[5] = {}) {
  const id = await database().$transaction((tx) => issueOneTimeToken(tx, user, purpose, LIFETIME, NOW, more))
  const secrets = await secretsForEmail(id, NOW)
  if (!secrets) throw new Error('no secrets')
  return { id, ...secrets }
}

const claim = (token: ActiveToken, now = NOW) => database().$transaction((tx) => consumeOneTimeToken(tx, token, now))

async function find(token: string, purpose: Purpose = 'password_reset', now = NOW): Promise<ActiveToken> {
  const found = await findOneTimeToken(purpose, token, now)
  if (typeof found === 'string') throw new Error(found)
  return found
}

const wrongCode = (code: string, by = 1) => String((Number(code) + by) % 1e6).padStart(6, '0')

describe('RS-1: a link', () => {
  it('has 256 bits, and the database holds neither it nor its code', async () => {
    const { id, token, code } = await issue(await newUser())
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const kept = JSON.stringify(await database().oneTimeToken.findUniqueOrThrow({ where: { id } }))
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(`"${code}"`)
  })

  it('counts once', async () => {
    const { token } = await issue(await newUser())
    expect(await claim(await find(token))).toBe(true)
    expect(await findOneTimeToken('password_reset', token, NOW)).toBe('token_used')
  })

  it('counts until it expires, to the second', async () => {
    const { token } = await issue(await newUser())
    const live = await find(token, 'password_reset', later(LIFETIME - 1))
    expect(await findOneTimeToken('password_reset', token, later(LIFETIME))).toBe('token_expired')
    expect(await claim(live, later(LIFETIME))).toBe(false)
  })

  it('is replaced by a newer one of its purpose, and of no other', async () => {
    const user = await newUser()
    const [old, other] = [await issue(user), await issue(user, 'email_verification')]
    const { token } = await issue(user)
    expect(await findOneTimeToken('password_reset', old.token, NOW)).toBe('token_replaced')
    await find(token)
    await find(other.token, 'email_verification')
  })

  it('is not replaced where each is of another request', async () => {
    const user = await newUser()
    const [one, two] = [
      await issue(user, 'email_verification', { payload: '{"a":1}', keepOthers: true }),
      await issue(user, 'email_verification', { payload: '{"b":2}', keepOthers: true }),
    ]
    expect((await find(one.token, 'email_verification')).row.payload).toBe('{"a":1}')
    expect((await find(two.token, 'email_verification')).row.payload).toBe('{"b":2}')
  })

  it('that was never issued is unknown', async () => {
    for (const token of ['', 'x', 'A'.repeat(43)]) expect(await findOneTimeToken('password_reset', token, NOW)).toBe('token_unknown')
  })
})

describe('RS-2: of many concurrent uses of a link', () => {
  it('one succeeds, out of 16', async () => {
    const live = await find((await issue(await newUser())).token)
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => claim(live)))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
  })

  it('none succeeds once it was voided, though it was looked at before', async () => {
    const user = await newUser()
    const live = await find((await issue(user)).token)
    await database().$transaction((tx) => invalidateOneTimeTokens(tx, user.id, ['password_reset'], NOW))
    expect(await claim(live)).toBe(false)
  })

  it('a claim that is rolled back leaves the link as it was', async () => {
    const { token } = await issue(await newUser())
    const live = await find(token)
    const failing = database().$transaction(async (tx) => {
      await consumeOneTimeToken(tx, live, NOW)
      throw new Error('later')
    })
    await expect(failing).rejects.toThrow('later')
    expect(await claim(await find(token))).toBe(true)
  })
})

describe('RS-6: a link is bound', () => {
  it('to its purpose', async () => {
    const { token } = await issue(await newUser(), 'email_verification')
    expect(await findOneTimeToken('password_reset', token, NOW)).toBe('token_unknown')
    expect(await ownerOfOneTimeToken('password_reset', token)).toBeNull()
  })

  it.each([['password'], ['email']] as const)(
    'of a reset or change of address, to the %s of the time, also after it was looked at',
    async (field) => {
      const user = await newUser()
      const { token } = await issue(user)
      const live = await find(token)
      await database().user.update({ where: { id: user.id }, data: { [field]: `new-${user.email}` } })
      expect(await findOneTimeToken('password_reset', token, NOW)).toBe('token_replaced')
      expect(await claim(live)).toBe(false)
    },
  )

  it('but what proves a mailbox or undoes a theft outlives a change of password', async () => {
    const user = await newUser()
    for (const purpose of ['email_verification', 'email_change_undo', 'account_deletion_undo'] as const) {
      const { token } = await issue(user, purpose)
      await database().user.update({ where: { id: user.id }, data: { password: `!${purpose}` } })
      expect(await claim(await find(token, purpose))).toBe(true)
    }
  })

  it('to SECRET_KEY: a row that was put into the database sends no email', async () => {
    const { id } = await issue(await newUser())
    await database().oneTimeToken.update({ where: { id }, data: { nonce: 'another' } })
    expect(await secretsForEmail(id, NOW)).toBeNull()
  })
})

describe('another SECRET_KEY', () => {
  const present = settings().SECRET_KEY
  const changeTo = (SECRET_KEY: string, ...SECRET_KEY_FALLBACKS: string[]) =>
    Object.assign(settings(), { SECRET_KEY, SECRET_KEY_FALLBACKS })
  afterEach(() => {
    changeTo(present)
  })

  it('with the former one among the fallbacks: link, code and unsent email go on', async () => {
    const user = await newUser()
    const { id, token, code } = await issue(user)
    changeTo('x'.repeat(32), 'y'.repeat(32), present)
    expect(await secretsForEmail(id, NOW)).toEqual({ token, code })
    expect(await findOneTimeTokenByCode('password_reset', user, code, NOW)).toMatchObject({ row: { id } })
    expect(await claim(await find(token))).toBe(true)
  })

  it('without it none of them counts: who had the key could have made them', async () => {
    const user = await newUser()
    const { id, token, code } = await issue(user)
    changeTo('x'.repeat(32), 'y'.repeat(32))
    expect(await secretsForEmail(id, NOW)).toBeNull()
    expect(await findOneTimeToken('password_reset', token, NOW)).toBe('token_unknown')
    expect(await findOneTimeTokenByCode('password_reset', user, code, NOW)).toBe('token_unknown')
  })

  it('makes new ones, also while the former is a fallback', async () => {
    const user = await newUser()
    changeTo('x'.repeat(32), present)
    const { token } = await issue(user)
    changeTo('x'.repeat(32))
    expect(await claim(await find(token))).toBe(true)
  })
})

describe('a code', () => {
  it('finds its token, however it is spaced', async () => {
    const user = await newUser()
    const { id, code } = await issue(user)
    const found = await findOneTimeTokenByCode('password_reset', user, ` ${code.slice(0, 3)}-${code.slice(3)} `, NOW)
    expect(found).toMatchObject({ row: { id } })
  })

  it('has five guesses, one after the other', async () => {
    const user = await newUser()
    const { code, token } = await issue(user)
    for (let guess = 1; guess <= CODE_ATTEMPTS; guess++)
      expect(await findOneTimeTokenByCode('password_reset', user, wrongCode(code, guess), NOW)).toBe('token_unknown')
    expect(await findOneTimeTokenByCode('password_reset', user, code, NOW)).toBe('token_unknown')
    await find(token)
  })

  it('allows at most five of 30 concurrent guesses', async () => {
    const user = await newUser()
    const { id, code } = await issue(user)
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => findOneTimeTokenByCode('password_reset', user, code, NOW)))
    expect(outcomes.filter((outcome) => typeof outcome !== 'string')).toHaveLength(CODE_ATTEMPTS)
    expect((await database().oneTimeToken.findUniqueOrThrow({ where: { id } })).attempts).toBe(CODE_ATTEMPTS)
  })

  it('is compared with one token only, and among several requests with the one it is of', async () => {
    const user = await newUser()
    const first = await issue(user, 'email_verification', { payload: '{"browser":"aa11"}', keepOthers: true })
    const second = await issue(user, 'email_verification', { payload: '{"browser":"bb22"}', keepOthers: true })
    const byCode = (code: string, holding?: string) => findOneTimeTokenByCode('email_verification', user, code, NOW, holding)
    if (first.code !== second.code) expect(await byCode(first.code)).toBe('token_unknown')
    expect(await byCode(first.code, 'aa11')).toMatchObject({ row: { id: first.id } })
    expect(await byCode(second.code)).toMatchObject({ row: { id: second.id } })
    expect(await byCode(second.code, 'cc33')).toBe('token_unknown')
  })

  it('is invalid for an account without a token, for another account or purpose, when used, and when expired', async () => {
    const [user, other] = [await newUser(), await newUser()]
    const { code, token } = await issue(user)
    const outcomes = [
      await findOneTimeTokenByCode('password_reset', null, code, NOW),
      await findOneTimeTokenByCode('password_reset', other, code, NOW),
      await findOneTimeTokenByCode('email_verification', user, code, NOW),
      await findOneTimeTokenByCode('password_reset', user, code, later(LIFETIME)),
      await findOneTimeTokenByCode('password_reset', user, '', NOW),
      await claim(await find(token)),
      await findOneTimeTokenByCode('password_reset', user, code, NOW),
    ]
    expect(outcomes).toEqual([...Array(5).fill('token_unknown'), true, 'token_unknown'])
  })
})
