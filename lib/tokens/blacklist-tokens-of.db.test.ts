import { expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { CLOCK_SKEW } from '../jwt/tokens.ts'
import { newUser } from '../users/testing/new-user.ts'
import { blacklistTokensOf } from './refresh-token.ts'

const NOW = new Date('2026-11-29T13:11:59.000Z')

it('tokens that no server takes any more are not blacklisted, others are, to the millisecond', async () => {
  const { id: userId } = await newUser()
  const ends = [-CLOCK_SKEW * 1000 - 1, -CLOCK_SKEW * 1000, 1 - CLOCK_SKEW * 1000, 0, 1, 86_400_000]
  const tokens = ends.map((end) => ({ token: '', jti: `ends-${end}`, expiresAt: new Date(NOW.getTime() + end), userId }))
  await database().outstandingToken.createMany({ data: tokens })
  await database().$transaction((tx) => blacklistTokensOf(tx, userId, NOW))
  const rows = await database().outstandingToken.findMany({ where: { userId, blacklisted: { isNot: null } }, orderBy: { id: 'asc' } })
  expect(rows.map(({ jti }) => jti)).toEqual(ends.slice(2).map((end) => `ends-${end}`))
})
