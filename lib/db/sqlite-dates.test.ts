import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDjangoDate } from './sqlite-dates.ts'

describe('a date in SQLite', () => {
  it.each([
    ['2026-11-29T13:11:59.644Z', '2026-11-29 13:11:59.644000'],
    ['2026-11-29T13:11:59.000Z', '2026-11-29 13:11:59'],
    ['2026-11-29T13:11:59.001Z', '2026-11-29 13:11:59.001000'],
    ['0001-01-01T00:00:00.000Z', '0001-01-01 00:00:00'],
  ])('%s is spelt as str() of Python’s datetime spells it', (iso, text) => {
    expect(toDjangoDate(new Date(iso))).toBe(text)
  })

  it.each([
    ['+010000-01-01T00:00:00.000Z', '9999-12-31 23:59:59.999000'],
    ['-000001-12-31T00:00:00.000Z', '0001-01-01 00:00:00'],
  ])('%s, which Python’s datetime cannot be, is the last or first one that it can be', (iso, text) => {
    expect(toDjangoDate(new Date(iso))).toBe(text)
  })

  it('sorts as text as the instants do, also those that Django writes to the microsecond', () => {
    const microseconds = fc.oneof(fc.constantFrom(0, 1, 999, 1000, 999_999), fc.integer({ min: 0, max: 999_999 }))
    const instant = fc.record({ second: fc.integer({ min: 0, max: 5 }), microseconds })
    const asDjango = ({ second, microseconds: fraction }: { second: number; microseconds: number }) =>
      `2026-11-29 13:11:5${second}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}`
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 5999 }), (django, milliseconds) => {
        const [theirs, ours] = [django.second * 1_000_000 + django.microseconds, milliseconds * 1000]
        const text = toDjangoDate(new Date(Date.parse('2026-11-29T13:11:50.000Z') + milliseconds))
        expect(Math.sign(Number(asDjango(django) > text) - Number(asDjango(django) < text))).toBe(Math.sign(theirs - ours))
      }),
    )
  })
})
