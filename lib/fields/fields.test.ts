import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod/mini'
import { account, boolean, choice, type DateTime, datetime, idList, idsIn, MAX_ID, number } from './choice.ts'
import { canonicalEmail, email, knownEmail } from './credentials.ts'
import { type Field, JsonNumber, strip, text, truncate, validateFields } from './text.ts'

const outcome = (field: Field<unknown>, value: unknown) => {
  const result = field.safeParse(value)
  return result.success ? result.data : result.error.issues.map((issue) => issue.message)
}

describe('text is what CharField takes', () => {
  const field = text({ label: 'Name', maxLength: 5 })

  it.each([
    [undefined, ['required']],
    [null, ['null']],
    ['', ['blank']],
    [' \t\u00a0\u2003\x1c\x85', ['blank']],
    ['\ufeff', '\ufeff'],
    [' a b ', 'a b'],
    [true, ['invalid']],
    [['x'], ['invalid']],
    [{}, ['invalid']],
    [5, '5'],
    [JsonNumber.parse('1.0'), '1.0'],
    [JsonNumber.parse('12345678901234567890'), ['max_length:5']],
    ['🔑🔑🔑🔑🔑', '🔑🔑🔑🔑🔑'],
    ['🔑🔑🔑🔑🔑🔑', ['max_length:5']],
    ['a\0', ['null_characters_not_allowed']],
    ['\ud83d', ['surrogate_characters_not_allowed:D83D']],
    ['a\udd11b', ['surrogate_characters_not_allowed:DD11']],
    ['abcdef\0', ['max_length:5', 'null_characters_not_allowed']],
  ])('%j → %j', (value, expected) => {
    expect(outcome(field, value)).toEqual(expected)
  })

  it('a secret keeps its outer blanks', () => {
    expect(outcome(text({ label: 'Password', secret: true }), '  spaced  ')).toBe('  spaced  ')
  })
})

describe('text is cut at code points', () => {
  // What Python's str.strip() takes off; JavaScript's expression is quadratic, and right.
  const OUTER =
    /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(' ', '\t', '\x1c', '\u0085', '\u00a0', '\u2003', '\u2028', '\ufeff', 'a', '👍', '\ud83d') }),
  )

  it('strip() takes off what Python takes off, and nothing inside', () => {
    fc.assert(fc.property(texts, (given) => strip(given) === given.replace(OUTER, '')))
  })

  it('truncate() keeps as many code points as it says, never half of one', () => {
    fc.assert(fc.property(texts, fc.nat(40), (given, length) => truncate(given, length) === [...given].slice(0, length).join('')))
  })
})

describe('what is no text', () => {
  it.each([[[]], [{}], [true], [false]])('%j is no email address, and for any other field no string', (value) => {
    expect(outcome(email({ label: 'Email' }), value)).toEqual(['email'])
    expect(outcome(text({ label: 'Name' }), value)).toEqual(['invalid'])
  })
})

describe('an address has one canonical form', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['a+tag@example.com', 'a+tag@example.com'],
    ['user@localhost', 'user@localhost'],
    ['x@bücher.example', 'x@xn--bcher-kva.example'],
    ['x@xn--bcher-kva.example', 'x@xn--bcher-kva.example'],
    ['a@[127.0.0.1]', 'a@[127.0.0.1]'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    ['\ufeffada@example.com', 'ada@example.com'],
    ['\u200f\u202a ada@example.com\u202c\u200b', 'ada@example.com'],
    ['\u2060\u200d ada@bücher.example \u200e', 'ada@xn--bcher-kva.example'],
  ])('%s → %s', (address, canonical) => {
    expect(canonicalEmail(address)).toBe(canonical)
  })

  it.each([
    'not-an-address',
    'a＠b.co',
    '\u212a@example.com',
    'mıke@example.com',
    'ſam@example.com',
    'аda@example.com',
    'a\u200bb@example.com',
    'ada\u200b@example.com',
    '\u200b',
    '"a b"@c',
    'a,b@c.com',
    'a@b@c',
    'a@b@c.com',
    '@example.com',
    'a@',
    'a@example',
    'a@-example.com',
    'a@example.com.',
    'a@exa mple.com',
    'a@example..com',
    '.a@example.com',
    'a..b@example.com',
    'a@[::1',
    'a@b.co\r\nBcc: c@d.co',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b.'.repeat(126)}com`,
    'a@ex%61mple.com',
    'a@exämple.com/path',
  ])('%j is not one', (address) => {
    expect(canonicalEmail(address)).toBeNull()
  })

  it('the field yields the canonical form and reports every failure', () => {
    const field = email({ label: 'Email', maxLength: 10 })
    expect(outcome(field, ' A@B.Co ')).toBe('a@b.co')
    expect(outcome(field, 'not an address')).toEqual(['max_length:10', 'email'])
    expect(outcome(email({ label: 'Email' }), '\u200ea@b.co\ufeff')).toBe('a@b.co')
    expect(outcome(email({ label: 'Email' }), `a@${'中'.repeat(30_000)}.example`)).toEqual(['email'])
  })
})

describe('an address by which an account is found is what Django’s EmailField takes', () => {
  const field = knownEmail({ label: 'Email' })

  it.each(['"q\\"uoted"@a.example', `${'l'.repeat(70)}@a.example`, 'kel\u212ain@a.example', 'A@bücher.example'])(
    '%s, handed on as it was entered',
    (address) => {
      expect(outcome(field, ` ${address} `)).toBe(address)
    },
  )

  it.each([
    'noat',
    'josé@a.example',
    'dots..two@a.example',
    '.dot@a.example',
    '@a.example',
    '"open@a.example',
    'a@b',
    `a@${'b.'.repeat(400)}c`,
  ])('and not %s', (address) => {
    expect(outcome(field, address)).toEqual(['email'])
  })
})

describe('a field yields what its text means', () => {
  const label = 'Field'
  const big = '9'.repeat(17)

  it.each<[string, Field<unknown>, unknown, unknown]>([
    ['boolean', boolean({ label }), true, true],
    ['boolean', boolean({ label }), ' On ', true],
    ['boolean', boolean({ label }), '0', false],
    ['boolean', boolean({ label }), ['false', 'true'], true],
    ['boolean', boolean({ label }), '', ['blank']],
    ['boolean', boolean({ label }), null, ['null']],
    ['boolean', boolean({ label }), 'maybe', ['not_a_boolean']],
    ['boolean with a value for nothing', boolean({ label, empty: false }), ' ', false],
    ['boolean that is no list', boolean({ label, once: true }), [true], ['invalid']],
    ['number', number({ label, max: 20 }), '07', 7],
    ['number', number({ label, max: 20 }), 20, 20],
    ['number', number({ label, max: 20 }), '21', ['not_an_integer']],
    ['number', number({ label, max: 20 }), '0', ['not_an_integer']],
    ['number', number({ label, max: 20 }), JsonNumber.parse('1.5'), ['not_an_integer']],
    ['number', number({ label, max: MAX_ID }), big, ['not_an_integer']],
    ['number', number({ label, min: -5, max: 5 }), '-5', -5],
    ['number', number({ label, min: -5, max: 5 }), '-6', ['not_an_integer']],
    ['number with a value for nothing', number({ label, max: 20, empty: null }), '', null],
    ['account', account({ label }), ' 12 ', 12],
    ['account', account({ label }), ' Ada@Example.com ', 'Ada@Example.com'],
    ['account', account({ label }), '0', ['not_an_account']],
    ['account with a value for nothing', account({ label, empty: null }), '', null],
    ['choice', choice(['on', 'off'], { label }), 'off', 'off'],
    ['choice', choice(['on', 'off'], { label }), 'Off', ['invalid_choice:Off']],
    ['choice with a value for nothing', choice(['on'], { label, empty: '' }), '', ''],
    ['ids', idList({ label }), '', []],
    ['ids', idList({ label }), [], []],
    ['ids', idList({ label }), '3,1,3', [3, 1]],
    ['ids', idList({ label }), ['', '3', '4'], [3, 4]],
    ['ids', idList({ label }), [3, JsonNumber.parse('4')], [3, 4]],
    ['ids', idList({ label }), '1,,2', ['not_an_integer']],
    ['ids', idList({ label }), [{}], ['invalid']],
    ['ids', idList({ label }), '1,'.repeat(5000), ['max_items:5000']],
    ['ids', idList({ label }), `1,${big}`, ['not_an_integer']],
  ])('%s: %#', (_name, field, given, expected) => {
    expect(outcome(field, given)).toEqual(expected)
  })

  it.each([
    ['2026-11-24', true, '2026-11-24T00:00:00.000Z'],
    ['2026-11-24T10:30', false, '2026-11-24T10:30:00.000Z'],
    ['2026-11-24 10:30:01.5', false, '2026-11-24T10:30:01.500Z'],
    ['2026-11-24T10:30+02:00', false, '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T10:30:00Z', false, '2026-11-24T10:30:00.000Z'],
  ])('a time, %s, knows whether it is a day, and is written as it was entered', (entered, isDay, at) => {
    const value = datetime({ label }).parse(` ${entered} `)
    expect([value.isDay, value.at.toISOString(), String(value)]).toEqual([isDay, at, entered])
  })

  it.each(['2026-02-31', '2026-11-24T25:00', '24.11.2026', '0999-01-01', '2026-11-24T10', 'now'])('%s is no time', (entered) => {
    expect(outcome(datetime({ label }), entered)).toEqual(['datetime'])
    expect(outcome(datetime({ label, empty: null }), '')).toBeNull()
  })

  it('and the compiler knows it; String() makes of a value the text that it came of', () => {
    const schema = z.object({
      on: boolean({ label }),
      page: number({ label, max: 9 }),
      group: number({ label, max: 9, empty: null }),
      owner: account({ label }),
      way: choice(['a', 'b'], { label }),
      ids: idList({ label }),
      since: datetime({ label }),
    })
    const given = { on: 'true', page: '2', group: '3', owner: 'a@b.co', way: 'b', ids: '1,2', since: '2026-11-24' }
    const { values } = validateFields(schema, given)
    expectTypeOf(values).toEqualTypeOf<{
      on?: boolean
      page?: number
      group?: number | null
      owner?: number | string
      way?: 'a' | 'b'
      ids?: number[]
      since?: DateTime
    }>()
    expect(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))).toEqual(given)
  })

  it('ids that a form shows again need not be valid', () => {
    expect(idsIn('')).toEqual([])
    expect(idsIn(`1,x,3,-4,${big}`)).toEqual([1, 3])
  })

  it.each([
    boolean({ label }),
    number({ label, max: 9 }),
    account({ label }),
    choice(['a'], { label }),
    idList({ label }),
    datetime({ label }),
  ])('overlong input is read in linear time: %#', (field) => {
    const time = (length: number) => {
      const started = performance.now()
      for (const run of ['1', '1,', ' ', 'a.', '-', '1:']) field.safeParse(`a${run.repeat(length / run.length)}a`)
      return performance.now() - started
    }
    time(64_000)
    expect(Math.min(time(640_000), time(640_000))).toBeLessThan(500)
  })
})
