import { describe, expect, it } from 'vitest'
import { formatTime } from './time-format.ts'

const MOMENT = new Date('2026-11-29T23:18:00Z')

describe('a moment in words', () => {
  it.each([
    ['UTC', 'minute', '29 November 2026 at 23:18 UTC'],
    ['UTC', 'day', '29 November 2026'],
    ['Europe/Paris', 'minute', '30 November 2026 at 00:18 CET'],
    ['Europe/Paris', 'short', '30 Nov 2026, 00:18'],
    ['Europe/Paris', 'day', '30 November 2026'],
    ['America/New_York', 'minute', '29 November 2026 at 18:18 GMT-5'],
  ] as const)('in %s, by the %s: %s', (timeZone, style, words) => {
    expect(formatTime(MOMENT, style, timeZone)).toBe(words)
  })
})
