import { describe, expect, it } from 'vitest'
import { changeWords, dayWords, halves, isMonday, peakOf } from './daily-chart.tsx'

const days = (...counts: number[]) => counts.map((count, index) => ({ day: `2026-11-${String(index + 1).padStart(2, '0')}`, count }))

describe('how a total compares with the one before', () => {
  it.each([
    [0, 0, 'None in the 30 days before either'],
    [5, 5, 'As many as in the 30 days before'],
    [5, 0, 'None in the 30 days before'],
    [0, 1234, '1,234 in the 30 days before'],
    [150, 100, '50% more than in the 30 days before'],
    [50, 100, '50% fewer than in the 30 days before'],
    [1001, 1000, 'About as many as in the 30 days before'],
    [12_000, 100, '120 times as many as in the 30 days before'],
  ])('%i after %i: %s', (total, before, words) => {
    expect(changeWords(total, before, 30)).toBe(words)
  })
})

describe('the days of a chart', () => {
  it('are the second half, and the peak is the latest of the highest', () => {
    const [before, shown] = halves({ label: 'x', days: days(9, 1, 3, 3) })
    expect([before, shown].map((half) => half.map(({ count }) => count))).toEqual([
      [9, 1],
      [3, 3],
    ])
    expect(peakOf(shown)).toMatchObject({ day: '2026-11-04', count: 3, index: 1 })
    expect(peakOf(days(0, 0))).toBeNull()
    expect(peakOf([])).toBeNull()
  })

  it('are those of UTC', () => {
    expect(dayWords('2026-11-23')).toBe('23 Nov')
    expect([isMonday('2026-11-23'), isMonday('2026-11-24')]).toEqual([true, false])
  })
})
