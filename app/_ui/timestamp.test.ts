import { describe, expect, it } from 'vitest'
import { formatTime, relativeTime } from './timestamp.tsx'

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

const NOW = new Date('2026-03-01T10:00:00Z')

describe('how long ago something was', () => {
  it.each([
    [0, 'just now'],
    [59, 'just now'],
    [-30, 'just now'],
    [60, '1 minute ago'],
    [3599, '59 minutes ago'],
    [3600, '1 hour ago'],
    [86_399, '23 hours ago'],
    [86_400, '1 day ago'],
    [30 * 86_400, '30 days ago'],
  ])('%i seconds are “%s”', (seconds, words) => {
    expect(relativeTime(new Date(NOW.getTime() - seconds * 1000), NOW)).toBe(words)
  })
})
