import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readEnteredCode } from './derived-secrets.ts'

it.each([
  '042137',
  ' 042 137\t\n',
  '042-137',
  '042\u2013137',
  '042\u2011137',
  '042\u00a0137',
  '０４２１３７',
  '٠٤٢١٣٧',
  '०४२१३७',
  '𝟎𝟒𝟐𝟏𝟑𝟕',
  '\u200b042\u200d137\ufeff',
  '\u200e042137\u2069',
  '042\u2060137',
  '042137.',
  'Code: 042137',
])('%j is the code 042137', (entered) => {
  expect(readEnteredCode(entered)).toBe('042137')
})

it.each(['', '04213', '0421370', 'abcdef', '１２３４５', '0421 37 2026', '1'.repeat(65_000)])('%.20j is no code', (entered) => {
  expect(readEnteredCode(entered)).toBeNull()
})

it('characters around and between the digits are ignored', () => {
  const noise = fc.string({ unit: fc.constantFrom(' ', '-', '\u2013', '\u00a0', '\u200b', '\u202e', 'x', '.', '👍', '\n') })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), fc.array(noise, { minLength: 7, maxLength: 7 }), (number, between) => {
      const code = String(number).padStart(6, '0')
      const entered = between.map((text, index) => text + (code[index] ?? '')).join('')
      return entered.length > 256 || readEnteredCode(entered) === code
    }),
  )
})
