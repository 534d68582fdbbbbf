import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalEmail, email, knownEmail } from './email.ts'
import { JsonNumber } from './json-number.ts'
import { strip, text, truncate } from './text.ts'

const outcome = (field: ReturnType<typeof text>, value: unknown) => {
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
