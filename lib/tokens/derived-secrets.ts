/** The secrets of one-time tokens: derived from the nonce of a row and SECRET_KEY, never stored. */
import { createHash, createHmac } from 'node:crypto'
import type { OneTimeToken } from '../db/client.ts'
import { truncate } from '../fields/text.ts'
import { secretKeys } from '../settings.ts'

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** What the secrets of a row are derived from, and the key that does it. */
export interface Seed {
  purpose: string
  nonce: string
  key: string
}

const derive = (use: string, { purpose, nonce, key }: Seed) =>
  createHmac('sha256', key).update(`latchkey.one-time-token.${use}\0${purpose}\0${nonce}`).digest()

/** The link's token: 256 bits, in base64url. */
export const linkToken = (seed: Seed) => derive('link', seed).toString('base64url')
/** The code: six digits. */
export const shortCode = (seed: Seed) => String(derive('code', seed).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
/** A bare digest of six digits could be searched through; the nonce and the key keep it from that. */
export const codeDigest = (code: string, seed: Seed) => createHmac('sha256', derive('code-digest', seed)).update(code).digest('hex')

/** The seed of a row that was made with SECRET_KEY or one of its fallbacks; null for any other. */
export function seedOf({ purpose, nonce, digest }: Pick<OneTimeToken, 'purpose' | 'nonce' | 'digest'>): Seed | null {
  const seeds = secretKeys().map((key) => ({ purpose, nonce, key }))
  return seeds.find((seed) => sha256(linkToken(seed)) === digest) ?? null
}

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
