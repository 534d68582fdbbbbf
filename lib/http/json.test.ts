import { describe, expect, it } from 'vitest'
import { JsonNumber } from '../fields/text.ts'
import { JsonError, parseJson } from './json.ts'
import recorded from './testing/python-json.json' with { type: 'json' }

const failure = (text: string) => {
  try {
    parseJson(text)
    return null
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    return error.message
  }
}

describe('parse errors are those that Python’s json module words', () => {
  it.each(recorded.bad as [string, string | null][])('%j', (text, message) => {
    // Python refuses the literal 1e400 nowhere, and its own BOM message begins alike.
    expect(failure(text)).toBe(message)
  })
})

describe('a number is taken as the text that Python’s str() makes of it', () => {
  it.each(recorded.nums as [string, string][])('%s → %s', (literal, text) => {
    expect(String(JsonNumber.parse(literal))).toBe(text)
    expect(String(parseJson(`[${literal}]`))).toBe(text)
  })
})

describe('what other parsers get wrong', () => {
  it('__proto__ is a key like any other and changes no prototype', () => {
    const value = parseJson('{"__proto__":{"polluted":1},"constructor":2}') as Record<string, unknown>
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('of equal keys the last one wins', () => {
    expect(parseJson('{"a":"1","a":"2"}')).toEqual(Object.assign(Object.create(null), { a: '2' }))
  })

  it('nesting of any depth is refused without exhausting the stack', () => {
    expect(failure('['.repeat(60_000))).toMatch(/^Too deeply nested/)
    expect(failure(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)).toMatch(/^Too deeply nested/)
  })

  it('an integer of more digits than Python converts is refused', () => {
    expect(failure('9'.repeat(4301))).toMatch(/^Exceeds the limit/)
  })

  it('agrees with JSON.parse on valid texts', () => {
    const value = { a: [true, false, null, 'é\u2028\\"/\b\f\n\r\t', ''], b: { c: {}, d: [] }, '': 'x' }
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(value)
    }
  })
})
