/** How the values of settings are written, each as a zod schema whose issues are the codes of settings-problems.ts. */
import { resolve } from 'node:path'
import * as z from 'zod'

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `60m`, `1d`, `90s`, `500ms` or a bare number of seconds; yields seconds. */
export const duration = (fallback: string, minimum = 0) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?$/.exec(text.trim())
      const seconds = match ? Number(match[1]) * (UNITS[match[2] ?? 's'] as number) : Number.NaN
      if (!(seconds >= minimum && seconds <= 3650 * 86_400)) {
        context.issues.push({ code: 'custom', input: text, message: 'E008', params: { minimum } })
        return z.NEVER
      }
      return seconds
    })

/** A whole number from `minimum` to `maximum`. */
export const integer = (fallback: number, minimum: number, maximum: number) =>
  z
    .string()
    .default(String(fallback))
    .transform((text, context) => {
      const value = Number(text)
      if (!Number.isInteger(value) || value < minimum || value > maximum) {
        context.issues.push({ code: 'custom', input: text, message: 'E009', params: { minimum, maximum } })
        return z.NEVER
      }
      return value
    })

const TRUE = ['true', '1', 'yes', 'on']
const FALSE = ['false', '0', 'no', 'off']
function readBoolean(text: string, context: z.RefinementCtx): boolean {
  const word = text.trim().toLowerCase()
  if (!TRUE.includes(word) && !FALSE.includes(word)) {
    context.issues.push({ code: 'custom', input: text, message: 'E010' })
    return z.NEVER
  }
  return TRUE.includes(word)
}

/** true, 1, yes, on, or false, 0, no, off. */
export const boolean = (fallback: boolean) => z.string().default(String(fallback)).transform(readBoolean)

/** The same where it matters whether it is set. */
export const optionalBoolean = z.string().transform(readBoolean).optional()

/** In which format passwords may be hashed, by Django's names. */
export const PASSWORD_HASHERS = ['bcrypt_sha256', 'pbkdf2_sha256', 'argon2', 'scrypt'] as const
export type PasswordHasher = (typeof PASSWORD_HASHERS)[number]

/** The name of a claim. */
export const name = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => /^[\w-]{1,64}$/.test(text), { message: 'E011' })

/** `name@example.com` or `Name <name@example.com>`, on one line. */
export const mailbox = z
  .string()
  .refine((text) => /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text.trim()), { message: 'E017' })

/** Where emails are handed over. */
export const smtpUrl = z.string().refine((text) => /^smtps?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''), { message: 'E016' })

/** `mail.example.com`, or an address literal like `[192.0.2.1]` (RFC 5321 §4.1.3). */
export const hostName = z
  .string()
  .refine((text) => /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*|\[[\da-f.:]{3,45}\])$/i.test(text), {
    message: 'E029',
  })

/** Where the counters of throttling are kept. */
export const redisUrl = z
  .string()
  .refine((text) => /^rediss?:$/.test(URL.canParse(text) ? new URL(text).protocol : ''), { message: 'E021' })

/** The kinds of requests whose number is limited (lib/throttle/policies.ts). */
export const THROTTLE_POLICIES = [
  'login',
  'second_factor',
  'email_login',
  'signup',
  'refresh',
  'confirm',
  'resend',
  'reset',
  'change',
  'export',
  'preferences',
  'oidc',
  'passkey',
  'admin',
  'email',
] as const
export type ThrottlePolicy = (typeof THROTTLE_POLICIES)[number]

/** So many in a window, in seconds. */
export interface Rate {
  limit: number
  window: number
}

const PERIODS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `10/m`, `5/min`, `100/hour`, `3/d`: of the period's name the first email counts (Django REST framework); null for what is no rate. */
export function readRate(text: string): Rate | null {
  const match = /^(\d{1,9})\s*\/\s*([smhd])[a-z]*$/.exec(text.trim())
  const limit = Number(match?.[1] ?? 0)
  return match && limit > 0 ? { limit, window: PERIODS[match[2] as string] as number } : null
}

/** `login=20/m,signup=none,*=1000/m`; yields rates by policy, null where it is switched off. */
export const throttleRates = z
  .string()
  .default('')
  .transform((text, context) => {
    const rates: Partial<Record<ThrottlePolicy | '*', Rate | null>> = {}
    const refuse = (message: string) => context.issues.push({ code: 'custom', input: text, message })
    for (const part of text.split(',').map((part) => part.trim())) {
      if (part === '') continue
      const equals = part.indexOf('=')
      const [name, value] = [part.slice(0, Math.max(equals, 0)).trim() as ThrottlePolicy | '*', part.slice(equals + 1).trim()]
      const rate = value === 'none' ? null : readRate(value)
      if (equals < 0 || (rate === null && value !== 'none')) refuse('E019')
      else if (name !== '*' && !THROTTLE_POLICIES.includes(name)) refuse('E020')
      else rates[name] = rate
    }
    return context.issues.length > 0 ? z.NEVER : rates
  })
/** All regions by their English name; an unknown code has no name. */
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** Two emails, like GB (ISO 3166-1). */
export const country = z
  .string()
  .transform((text) => text.trim().toUpperCase())
  .refine((text) => /^[A-Z]{2}$/.test(text) && regions.of(text) !== undefined, { message: 'E025' })

const list = (text: string) => (text.trim() === '' ? [] : text.split(',').map((part) => part.trim()))

/** Origins exactly as browsers send them in `Origin`: `https://app.example.com`, several with commas between. */
export const origins = z
  .string()
  .default('')
  .transform(list)
  .refine((parts) => parts.every((part) => /^https?:[^*]+$/.test(part) && URL.canParse(part) && new URL(part).origin === part), {
    message: 'E050',
  })

/** Where to report a weakness (RFC 9116 §2.5.3): URIs, the preferred one first. */
export const contacts = z
  .string()
  .default('')
  .transform(list)
  .refine((parts) => parts.every((part) => /^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s/]+\S*|tel:\+?[\d().-]+)$/.test(part)), {
    message: 'E052',
  })

/** Which database DATABASE_URL names, and where. */
export type DatabaseTarget =
  | { provider: 'sqlite' /** absolute path of the file */; file: string }
  | { provider: 'postgresql'; connectionString: string; schema: string | undefined }

/** Parameters that Prisma's own URLs carry and PostgreSQL's driver does not know. */
const PRISMA_PARAMETERS = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'socket_timeout', 'connect_timeout']

/** @param url a value that settings.ts has accepted; a relative file is relative to the working directory */
export function databaseTarget(url: string): DatabaseTarget {
  if (url.startsWith('file:')) return { provider: 'sqlite', file: resolve(filePath(url)) }
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema') ?? undefined
  for (const parameter of PRISMA_PARAMETERS) parsed.searchParams.delete(parameter)
  return { provider: 'postgresql', connectionString: parsed.href, schema }
}

function filePath(url: string): string {
  const path = url.slice('file:'.length).split('?')[0] as string
  return decodeURIComponent(path.startsWith('//') ? path.replace(/^\/\/(localhost)?/, '') : path)
}

export const PROVIDER_ID = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/

/** The ids of identity providers: `google,work`, each once. */
export const providerIds = z
  .string()
  .default('')
  .transform(list)
  .refine((ids) => ids.every((id) => PROVIDER_ID.test(id)) && new Set(ids).size === ids.length, { message: 'E070' })
