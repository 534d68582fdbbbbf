/** Checks of settings that need more than a schema: which secrets will do, and lifetimes against each other. */
import { deflateRawSync } from 'node:zlib'
import type { Report } from './settings-problems.ts'

/**
 * What a key made for development begins with. Next reads .env.local in production, too, so it must be told apart.
 */
export const DEVELOPMENT_KEY_PREFIX = 'development-only-'

/** Keys published in documentation and examples. */
const WELL_KNOWN_KEYS = [
  /^(change|replace)[-_ ]?(me|this)/i,
  /your[-_ ]?(256[-_ ]?bit[-_ ]?)?(super[-_ ]?)?secret/i,
  /^a-string-secret-at-least-256-bits-long$/,
  /^(super)?-?_?(secret|password)[-_]?(key)?[\W\d_]*$/i,
  /^((secret|changeme|password|test|key)[-_]?)+$/i,
]

/** Fewest bytes that a secret compresses to: 32 random bytes or characters, in hex or decimal digits too, stay above 32. */
const MIN_COMPRESSED_BYTES = 24
/**
 * Nearly all of a sequence like `abcdef…` are steps to the same, the next or the previous character; random text has about one
 * in five. A sequence with a word before it stays below: a key that signs the tokens of a running system is kept.
 */
const MAX_SEQUENTIAL_SHARE = 4 / 5

/**
 * Whether a secret is long but predictable: few distinct characters, a repeated word, a sequence (Django's security.W009
 * counts distinct characters alone).
 */
export function isPredictable(secret: string | Uint8Array): boolean {
  const bytes = Buffer.from(secret)
  if (deflateRawSync(bytes, { level: 9 }).length < MIN_COMPRESSED_BYTES) return true
  const sequential = bytes.reduce((count, byte, at) => count + (at > 0 && Math.abs(byte - (bytes[at - 1] ?? 0)) <= 1 ? 1 : 0), 0)
  return sequential > (bytes.length - 1) * MAX_SEQUENTIAL_SHARE
}

/** Reports what is wrong with a secret: missing, well-known, short, predictable, or not made for a deployment (ASVS 11.2.3). */
export function checkSecret(setting: string, value: string | undefined, production: boolean, report: Report) {
  if (value === undefined) return report('E001', setting, 'It is not set.')
  // A public key taken for a secret is known to everyone (algorithm confusion).
  if (value.includes('-----BEGIN')) return report('E041', setting, 'It is a key in PEM form; a secret is needed.')
  const bytes = new TextEncoder().encode(value).length
  if (WELL_KNOWN_KEYS.some((pattern) => pattern.test(value))) report('E003', setting, 'It is a well-known example value.')
  else if (bytes < 32) report('E002', setting, `It is ${bytes} bytes; 32 or more are needed.`)
  else if (production && isPredictable(value)) report('E026', setting, 'It is predictable: too few different characters, or a pattern.')
  else if (production && value.startsWith(DEVELOPMENT_KEY_PREFIX)) report('E015', setting, 'It was made for development.')
  else if (production && value.startsWith('django-insecure-')) report('W001', setting, 'It was made by Django for development.')
}

interface Lifetimes {
  ACCESS_TOKEN_LIFETIME: number
  REFRESH_TOKEN_LIFETIME: number
  SLIDING_TOKEN_REFRESH_LIFETIME: number
  SESSION_IDLE_TIMEOUT: number
  SESSION_ABSOLUTE_LIFETIME: number
  SESSION_REMEMBERED_LIFETIME: number
  EMAIL_VERIFICATION: string
  EMAIL_VERIFICATION_TIMEOUT: number
  AUDIT_RETENTION: number
}

/** Longest between two rounds of the jobs that the settings count on, in seconds: a day without a server, or without cron. */
const LATEST_ROUND = 86_400

/** After how many seconds an unverified sign-up is deleted: its email address was mistyped or belongs to another person. */
export const unverifiedRetention = ({ EMAIL_VERIFICATION_TIMEOUT }: Pick<Lifetimes, 'EMAIL_VERIFICATION_TIMEOUT'>) =>
  7 * EMAIL_VERIFICATION_TIMEOUT

export function reportLifetimes(values: Lifetimes, report: Report): void {
  for (const setting of cutShort(values)) {
    report('W030', setting, 'It is longer than sessions last: SESSION_ABSOLUTE_LIFETIME or SESSION_IDLE_TIMEOUT is shorter.')
  }
  if (values.EMAIL_VERIFICATION === 'mandatory' && values.AUDIT_RETENTION < unverifiedRetention(values) + LATEST_ROUND) {
    const message =
      'It is too short to delete sign-ups whose address is never verified: the log no longer tells them from Django’s accounts.'
    report('W031', 'AUDIT_RETENTION', message)
  }
}

/** The lifetimes that a session's own limits cut short. */
function cutShort(values: Lifetimes): string[] {
  const { SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME } = values
  const longest = Math.min(SESSION_ABSOLUTE_LIFETIME, SESSION_IDLE_TIMEOUT || SESSION_ABSOLUTE_LIFETIME)
  const limits = [
    ['REFRESH_TOKEN_LIFETIME', longest],
    ['ACCESS_TOKEN_LIFETIME', longest],
    ['SLIDING_TOKEN_REFRESH_LIFETIME', SESSION_ABSOLUTE_LIFETIME],
    ['SESSION_REMEMBERED_LIFETIME', SESSION_ABSOLUTE_LIFETIME],
  ] as const
  return limits.flatMap(([setting, limit]) => (values[setting] > limit ? [setting] : []))
}
