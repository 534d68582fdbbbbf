import { expect, it } from 'vitest'
import { csvLine } from './csv.ts'

it('nothing in a cell is computed by a spreadsheet, also not in full width, behind what is not seen, or where semicolons separate', () => {
  for (const formula of [
    '=1+1',
    '+1',
    '-1',
    '@x',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '\uff1d1+1',
    '\uff0b1',
    '\uff0d1',
    '\uff20x',
    '\u200b=1',
    '\ufeff=1',
    '\u202e=1',
  ])
    expect(csvLine([formula]).replace(/^"/, '').startsWith("'")).toBe(true)
  expect(csvLine(['a;=cmd|x', 'a\t=1', 'a,=1'])).toBe('"a;=cmd|x","a\t=1","a,=1"\r\n')
  expect(csvLine(['Ada', 'say "hi"', 7, null, true, { a: 1 }])).toBe('Ada,"say ""hi""",7,,true,"{""a"":1}"\r\n')
})
