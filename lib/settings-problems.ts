/** What can be wrong with the settings, and how it is told: with stable ids, as Django's system checks do. */

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
