/**
 * A number from a JSON text, keeping the digits that JavaScript's own number would lose, so that a phone number sent as
 * a number is taken as the text the original makes of it: Python's `str()` of an int or a float.
 */
export class JsonNumber {
  private constructor(private readonly text: string) {}

  /** @param literal the number as written in the JSON text */
  static parse(literal: string): JsonNumber {
    if (/^-?\d+$/.test(literal)) return new JsonNumber(literal === '-0' ? '0' : literal)
    return new JsonNumber(pythonFloat(Number(literal), literal.startsWith('-')))
  }

  toString(): string {
    return this.text
  }
}

/** Python's repr of a float: the same shortest digits as JavaScript's, but an exponent from 1e16 up and below 1e-4. */
function pythonFloat(value: number, negative: boolean): string {
  if (value === 0) return negative ? '-0.0' : '0.0'
  if (!Number.isFinite(value)) return negative ? '-inf' : 'inf'
  const [digits, power] = value.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= 16 || exponent < -4) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return `${negative ? '-' : ''}0.${'0'.repeat(-exponent - 1)}${digits.replace(/[-.]/g, '')}`
  const plain = digits.replace(/[-.]/g, '').padEnd(exponent + 2, '0')
  return `${negative ? '-' : ''}${plain.slice(0, exponent + 1)}.${plain.slice(exponent + 1)}`
}
