import { describe, expect, it } from 'vitest'
import { relativeTime } from './relative-time.ts'

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
