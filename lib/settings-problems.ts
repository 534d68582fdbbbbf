/** What can be wrong with settings beyond what a schema knows, and how it is told: with stable ids, as Django's system checks do. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import {
  isHmac,
  isReadableByOthers,
  isWritableByOthers,
  KeysFileError,
  keyWeakness,
  privateKeyOf,
  readKey,
  readKeysFile,
  splitKeys,
} from './jwt/keys.ts'
import { THROTTLE_POLICIES } from './settings-values.ts'

/** One thing wrong with the settings. `level` error stops the start; warning is only printed; info is what `check` found in order. */
export interface SettingsProblem {
  id: string
  level: 'error' | 'warning' | 'info'
  setting: string
  message: string
  hint: string
}

/** Notes one problem down. */
export type Report = (code: string, setting: string, message: string) => void

/** Thrown where settings are needed and cannot be had; its message lists every problem, values never. */
export class SettingsError extends Error {
  constructor(readonly problems: SettingsProblem[]) {
    super(formatProblems(problems))
    this.name = 'SettingsError'
  }
}

/** What to do about each problem, by its code. */
export const HINTS: Record<string, string> = {
  E001: "Make one with: node -e \"console.log(require('node:crypto').randomBytes(48).toString('base64url'))\"",
  E002: 'HS256 needs 32 random bytes or more (RFC 7518 §3.2).',
  E003: 'Use a random value, not one from documentation.',
  E004: 'Set it to the address people type, for example APP_URL=https://accounts.example.com',
  E005: 'It is an origin such as https://accounts.example.com, with no path behind it.',
  E006: 'Serve it over https; plain http is accepted only for localhost and 127.0.0.1.',
  E007: 'Use file:./data/latchkey.sqlite3 or postgresql://user:password@host:5432/name.',
  E008: 'Write 60m, 1d, 90s, 500ms or a number of seconds.',
  E009: 'Write a whole number in the range.',
  E010: 'Write true or false.',
  E011: 'Use letters, digits, hyphen and underscore.',
  E012: 'Choose one that Simple JWT has: HS256, HS384, HS512, RS256 …, PS256 …, ES256 …, EdDSA.',
  E013: 'Give SIGNING_KEY (PKCS#8 PEM) and VERIFYING_KEY (SPKI PEM); \\n is read as a line break.',
  E014: 'Raise PASSWORD_MAX_LENGTH or lower PASSWORD_MIN_LENGTH.',
  E015: 'It comes from .env.local. Set a separate key in the deployment’s environment.',
  E016: 'Write smtp://user:password@mail.example.com:587 or smtps://user:password@mail.example.com.',
  E017: 'Write name@example.com or Name <name@example.com>.',
  E018: 'Choose none, optional or mandatory.',
  E019: 'Write THROTTLE_RATES=login=20/m,signup=none,*=1000/m; the periods are s, m, h and d.',
  E020: `Known are ${THROTTLE_POLICIES.join(', ')} and * for all others.`,
  E021: 'Write redis://:password@host:6379/0 or rediss://….',
  E029: 'Write a host name with its domain, like mail.example.com.',
  E025: 'Write the two letters of a country, like GB (ISO 3166-1).',
  E026: "Make a random one with: node -e \"console.log(require('node:crypto').randomBytes(48).toString('base64url'))\"",
  E027: 'Choose one of bcrypt_sha256, pbkdf2_sha256, argon2 and scrypt (Django’s names).',
  E030: 'Choose none, superusers, staff or everyone.',
  E034: 'Choose none, code or link.',
  E040: 'Give public keys alone (SPKI PEM), one block after the other; a private key verifies nothing and must not lie about.',
  E041: 'Give keys of the kind and curve that ALGORITHM asks for: for HS… secrets with commas between, for the others SPKI PEM.',
  E042: 'Make an RSA key of 3072 bits or more with the exponent 65537; one of 2048 may verify (VERIFYING_KEYS) until its tokens have expired.',
  E043: 'Make it from the private key: openssl pkey -in private.pem -pubout',
  E044: 'Make it with: npm run manage -- rotatekeys; it must be readable for the user the server runs as.',
  E045: 'chmod 600, owned by the server’s user. Anyone who can write the file can sign any token.',
  E050: 'Write CORS_ALLOWED_ORIGINS=https://app.example.com,https://other.example.com; each with its scheme, and no path, * or null.',
  E051: 'Serve that page over https; plain http is accepted only for localhost and 127.0.0.1.',
  E052: 'Write mailto:security@example.com, https://example.com/report or tel:+44-20-…, several with commas between (RFC 9116).',
  E053: 'Choose one of fatal, error, warn, info, debug, trace and silent.',
  E055: 'Set it to the host of APP_URL or a domain above it: example.com for https://accounts.example.com. At an IP address there are no passkeys.',
  E054: 'Give a list that the server’s user can read, sorted by hash; manage passwords verify-list names its first wrong line.',
  W001: 'Fine while it is moved over from Django and secret; make a new one when the last old token has expired.',
  W002: 'Set DATABASE_URL so that it is plain where the accounts are kept.',
  W030: 'Shorten it, or lengthen SESSION_ABSOLUTE_LIFETIME and SESSION_IDLE_TIMEOUT (0 for none).',
  W031: 'Make it a day longer than seven times EMAIL_VERIFICATION_TIMEOUT, or longer.',
  W003: 'Set SMTP_URL, so that people get the links for a new password and for their address.',
  W004: 'chmod 600 the file and those beside it (-wal, -shm), with the user that the server runs as for their owner.',
  W040: 'Make it with: npm run manage -- rotatekeys',
  W041: 'chmod 600, with the user that the server runs as for its owner.',
  W042: 'Remove it when the last token that it signed has expired.',
  W043: 'Set it to the number of proxies in front of the server; leave it where clients reach the server with none between.',
  W060: "Write it in single quotes with a backslash before each $, as in 'a\\$b#c', or set the variable in the environment.",
}

/** One problem as Django's `check` prints it. */
export const formatProblem = ({ setting, id, message, hint }: SettingsProblem) => `${setting}: (${id}) ${message}\n\tHINT: ${hint}`

/** The problems as Django's `check` prints them. */
export function formatProblems(problems: SettingsProblem[]): string {
  const section = (level: SettingsProblem['level'], title: string) => {
    const lines = problems.filter((problem) => problem.level === level)
    return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(formatProblem)]
  }
  return ['System check identified some issues:', ...section('error', 'ERRORS'), ...section('warning', 'WARNINGS')].join('\n')
}

/** What a key made for development begins with. Next reads .env.local in production, too, so it must be told apart. */
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

/** Reports lifetimes that do not fit each other. */
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

/** Reports what is wrong with the keys that the settings give or name. @param env without empty values @param algorithm one of Simple JWT's @param production whether a deployment's rules apply */
export function checkKeys(env: Record<string, string | undefined>, algorithm: string, production: boolean, report: Report): void {
  const fileHasKeys = env.SIGNING_KEYS_FILE !== undefined && checkFile(env.SIGNING_KEYS_FILE, production, report)
  // Secrets are checked as SECRET_KEY is.
  if (isHmac(algorithm)) return
  const { SIGNING_KEY, VERIFYING_KEY, VERIFYING_KEYS } = env
  if (SIGNING_KEY !== undefined || VERIFYING_KEY !== undefined || !fileHasKeys) checkPair(SIGNING_KEY, VERIFYING_KEY, algorithm, report)
  for (const text of splitKeys(VERIFYING_KEYS ?? '')) checkVerifyingKey(text, algorithm, report)
}

function checkPair(signingText: string | undefined, verifyingText: string | undefined, algorithm: string, report: Report) {
  const [signing, verifying] = [readKey(signingText ?? '', algorithm, 'private'), readKey(verifyingText ?? '', algorithm, 'public')]
  if (!signing || !verifying) return report('E013', 'SIGNING_KEY', `${algorithm} needs a private and a public key in PEM form.`)
  checkFlaw('SIGNING_KEY', signing, algorithm, true, report)
  if (!createPublicKey(signing).equals(verifying)) report('E043', 'VERIFYING_KEY', 'It does not belong to SIGNING_KEY.')
}

function checkVerifyingKey(text: string, algorithm: string, report: Report): void {
  const key = readKey(text, algorithm, 'public')
  if (text.includes('PRIVATE KEY-----')) report('E040', 'VERIFYING_KEYS', 'It holds a private key.')
  else if (!key) report('E041', 'VERIFYING_KEYS', `It holds something that is no key for ${algorithm}.`)
  else checkFlaw('VERIFYING_KEYS', key, algorithm, false, report)
}

function checkFlaw(setting: string, key: KeyObject, algorithm: string, signs: boolean, report: Report): void {
  const flaw = keyWeakness(key, algorithm)
  if (flaw === 'mismatch') report('E041', setting, `It is a key of another kind than ${algorithm} needs.`)
  else if (flaw === 'weak' || (flaw === 'short' && signs)) report('E042', setting, 'It is an RSA key that is too weak.')
  else if (flaw === 'short') report('W042', setting, 'It holds an RSA key of less than 3072 bits.')
}

/** @returns whether it has keys */
function checkFile(path: string, production: boolean, report: Report): boolean {
  try {
    const file = readKeysFile(path)
    if (!file) report('W040', 'SIGNING_KEYS_FILE', 'There is no such file; the keys of the environment sign.')
    else if (isWritableByOthers(path))
      report(production ? 'E045' : 'W041', 'SIGNING_KEYS_FILE', 'Others than the owner can change the file.')
    else if (isReadableByOthers(path)) report('W041', 'SIGNING_KEYS_FILE', 'Others than the owner can read the file.')
    const secrets = (file?.keys ?? []).filter(({ alg }) => isHmac(alg)).map((entry) => privateKeyOf(entry).export())
    if (production && secrets.some(isPredictable)) report('E026', 'SIGNING_KEYS_FILE', 'It holds a predictable secret.')
    return (file?.keys.length ?? 0) > 0
  } catch (error) {
    if (!(error instanceof KeysFileError)) throw error
    report('E044', 'SIGNING_KEYS_FILE', `The file does not serve. ${error.message}`)
    return false
  }
}
