import { describe, expect, it } from 'vitest'
import { database } from '../db/client.ts'
import { settings } from '../settings.ts'
import { type ChallengePurpose, consumeChallenge, isChallenge, newChallenge } from './passkey-challenge.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const PURPOSE: ChallengePurpose = { ceremony: 'login', boundTo: 'a browser' }

describe('PK-1: a challenge', () => {
  it('has 128 random bits, and writes nothing when it is handed out', async () => {
    const before = await database().usedChallenge.count()
    const challenges = Array.from({ length: 100 }, () => newChallenge(PURPOSE, NOW))
    expect(new Set(challenges.map((one) => Buffer.from(one, 'base64url').toString('hex').slice(0, 32))).size).toBe(100)
    expect(await database().usedChallenge.count()).toBe(before)
  })

  it('counts for five minutes', () => {
    const challenge = newChallenge(PURPOSE, NOW)
    expect([0, 299, 300, 301].map((seconds) => isChallenge(challenge, PURPOSE, later(seconds)))).toEqual([true, true, false, false])
  })

  it('counts for its purpose alone, and for who it was handed out to', () => {
    const challenge = newChallenge(PURPOSE, NOW)
    for (const other of [
      { ...PURPOSE, ceremony: 'register' },
      { ...PURPOSE, ceremony: 'second_factor' },
      { ...PURPOSE, ceremony: 'step_up' },
      { ...PURPOSE, boundTo: 'another browser' },
      { ...PURPOSE, boundTo: '' },
    ] as const)
      expect(isChallenge(challenge, other, NOW), JSON.stringify(other)).toBe(false)
  })

  it('is not to be lengthened, changed or spelled in another way', () => {
    const challenge = newChallenge(PURPOSE, NOW)
    const bytes = Buffer.from(challenge, 'base64url')
    const changed = Array.from(bytes, (_, index) => {
      const copy = Buffer.from(bytes)
      copy[index] = (copy[index] as number) ^ 1
      return copy.toString('base64url')
    })
    const spelled = [`${challenge}=`, `${challenge} `, ` ${challenge}`, `${challenge}A`, challenge.slice(0, -1), bytes.toString('base64')]
    for (const other of [...changed, ...spelled.filter((one) => one !== challenge), '', null, 7, {}, [challenge]])
      expect(isChallenge(other, PURPOSE, NOW), String(other)).toBe(false)
  })

  it('10 uses at once: one succeeds', async () => {
    const challenge = newChallenge(PURPOSE, NOW)
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => consumeChallenge(challenge)))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect(await consumeChallenge(challenge)).toBe(false)
  })

  it('survives a change of SECRET_KEY as long as its fallback does', () => {
    const challenge = newChallenge(PURPOSE, NOW)
    const current = settings()
    const former = { SECRET_KEY: current.SECRET_KEY, SECRET_KEY_FALLBACKS: current.SECRET_KEY_FALLBACKS }
    try {
      Object.assign(current, { SECRET_KEY: 'b'.repeat(64), SECRET_KEY_FALLBACKS: [former.SECRET_KEY] })
      expect(isChallenge(challenge, PURPOSE, NOW)).toBe(true)
      Object.assign(current, { SECRET_KEY_FALLBACKS: [] })
      expect(isChallenge(challenge, PURPOSE, NOW)).toBe(false)
    } finally {
      Object.assign(current, former)
    }
  })
})
