import { truncate } from '../fields/text.ts'

const CODE_DIGITS = 6

/** As much of what was entered as is looked at, in code points. */
const MAX_LENGTH = 256

const DIGIT = /\p{Nd}/u

/** Digits of every script come in runs of tens, zero first. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  let first = code
  while (DIGIT.test(String.fromCodePoint(first - 1))) first--
  return (code - first) % 10
}

/**
 * The six digits of a code as it was typed or pasted: full width digits and those of other scripts count, and everything that is
 * no digit (blanks, dashes, invisible marks, a full stop) is left out.
 * @returns null for what has not six digits, which is no attempt at a code
 */
export function readEnteredCode(entered: string): string | null {
  const digits = [...truncate(entered, MAX_LENGTH).normalize('NFKC')].filter((character) => DIGIT.test(character))
  return digits.length === CODE_DIGITS ? digits.map(digitValue).join('') : null
}
