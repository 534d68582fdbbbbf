/** Which secrets will do. */
import type { Report } from './settings-problems.ts'

/**
 * What a key made for development begins with. Next reads .env.local in production, too, so it must be told apart.
 */
export const DEVELOPMENT_KEY_PREFIX = 'development-only-'

/** Keys that stand in documentation and examples, so that everyone has them. */
const WELL_KNOWN_KEYS = [
  /^(change|replace)[-_ ]?(me|this)/i,
  /your[-_ ]?(256[-_ ]?bit[-_ ]?)?(super[-_ ]?)?secret/i,
  /^a-string-secret-at-least-256-bits-long$/,
  /^(super)?-?_?(secret|password)[-_]?(key)?[\W\d_]*$/i,
  /^((secret|changeme|password|test|key)[-_]?)+$/i,
]

/** Reports what is wrong with a secret: missing, known to everybody, short, or not made for a deployment (ASVS 11.2.3). */
export function checkSecret(setting: string, value: string | undefined, production: boolean, report: Report) {
  if (value === undefined) return report('E001', setting, 'It is not set.')
  // A public key taken for a secret is known to everyone (algorithm confusion).
  if (value.includes('-----BEGIN')) return report('E041', setting, 'It is a key in PEM form; a secret is needed.')
  const bytes = new TextEncoder().encode(value).length
  if (WELL_KNOWN_KEYS.some((pattern) => pattern.test(value))) report('E003', setting, 'It is a well-known example value.')
  else if (bytes < 32) report('E002', setting, `It is ${bytes} bytes; 32 or more are needed.`)
  else if (production && value.startsWith(DEVELOPMENT_KEY_PREFIX)) report('E015', setting, 'It was made for development.')
  else if (production && value.startsWith('django-insecure-')) report('W001', setting, 'It was made by Django for development.')
}
