/**
 * JSON as Python's json module reads it, which the contract's parse errors and number texts come from: positions in the
 * messages, no byte-order mark, no NaN, numbers kept as they are written, `__proto__` a key like any other.
 */
import { JsonNumber } from '../fields/text.ts'

/** Deeper nesting is refused; Python itself gives up at about a thousand. */
const MAX_DEPTH = 200
/** Longest integer Python converts (sys.int_info.default_max_str_digits). */
const MAX_DIGITS = 4300
const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
const PLAIN = /[^"\\\x00-\x1f]*/y
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const CONSTANTS = [
  ['null', null],
  ['true', true],
  ['false', false],
] as const

/** A text that is not JSON; the message is Python's. */
export class JsonError extends Error {}

/**
 * @returns null, booleans, strings, JsonNumbers, arrays and objects without a prototype; of equal keys the last one wins
 * @throws JsonError
 */
export function parseJson(text: string): unknown {
  return new Parser(text).document()
}

class Parser {
  private at = 0

  constructor(private readonly text: string) {}

  document(): unknown {
    if (this.text.startsWith('\uFEFF')) this.fail('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0)
    this.skip(SPACE)
    const value = this.value(0)
    this.skip(SPACE)
    if (this.at < this.text.length) this.fail('Extra data', this.at)
    return value
  }

  private value(depth: number): unknown {
    const character = this.text[this.at]
    if (depth > MAX_DEPTH) this.fail('Too deeply nested', this.at)
    if (character === '"') return this.string()
    if (character === '{') return this.object(depth)
    if (character === '[') return this.array(depth)
    for (const [word, constant] of CONSTANTS) if (this.take(word)) return constant
    for (const word of ['NaN', 'Infinity', '-Infinity']) {
      if (this.take(word)) throw new JsonError(`Out of range float values are not JSON compliant: '${word}'`)
    }
    return this.number()
  }

  private number(): JsonNumber {
    NUMBER.lastIndex = this.at
    const match = NUMBER.exec(this.text)
    if (!match) this.fail('Expecting value', this.at)
    if (match[0].length > MAX_DIGITS) throw new JsonError(`Exceeds the limit (${MAX_DIGITS} digits) for integer string conversion`)
    this.at = NUMBER.lastIndex
    return JsonNumber.parse(match[0])
  }

  private string(): string {
    const start = this.at++
    let out = ''
    for (;;) {
      PLAIN.lastIndex = this.at
      out += PLAIN.exec(this.text)?.[0] ?? ''
      this.at = PLAIN.lastIndex
      const character = this.text[this.at]
      if (character === undefined) this.fail('Unterminated string starting at', start)
      this.at++
      if (character === '"') return out
      if (character !== '\\') this.fail('Invalid control character at', this.at - 1)
      out += this.escape(start)
    }
  }

  private escape(start: number): string {
    const character = this.text[this.at]
    if (character === undefined) this.fail('Unterminated string starting at', start)
    if (character === 'u') {
      const hex = this.text.slice(this.at + 1, this.at + 5)
      if (!/^[\da-fA-F]{4}$/.test(hex)) this.fail('Invalid \\uXXXX escape', this.at)
      this.at += 5
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const escaped = ESCAPES[character]
    if (escaped === undefined) this.fail('Invalid \\escape', this.at - 1)
    this.at++
    return escaped
  }

  private array(depth: number): unknown[] {
    const items: unknown[] = []
    this.at++
    this.skip(SPACE)
    if (this.take(']')) return items
    for (;;) {
      items.push(this.value(depth + 1))
      this.skip(SPACE)
      if (this.take(']')) return items
      if (!this.take(',')) this.fail("Expecting ',' delimiter", this.at)
      this.skip(SPACE)
    }
  }

  private object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = Object.create(null)
    this.at++
    this.skip(SPACE)
    if (this.take('}')) return members
    for (;;) {
      if (this.text[this.at] !== '"') this.fail('Expecting property name enclosed in double quotes', this.at)
      const key = this.string()
      this.skip(SPACE)
      if (!this.take(':')) this.fail("Expecting ':' delimiter", this.at)
      this.skip(SPACE)
      members[key] = this.value(depth + 1)
      this.skip(SPACE)
      if (this.take('}')) return members
      if (!this.take(',')) this.fail("Expecting ',' delimiter", this.at)
      this.skip(SPACE)
    }
  }

  private skip(pattern: RegExp) {
    pattern.lastIndex = this.at
    pattern.test(this.text)
    this.at = pattern.lastIndex
  }

  private take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private fail(message: string, position: number): never {
    const before = this.text.slice(0, position)
    const line = before.split('\n').length
    const column = position - before.lastIndexOf('\n')
    throw new JsonError(`${message}: line ${line} column ${column} (char ${position})`)
  }
}
