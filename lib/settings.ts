/**
 * The settings: the environment, read once, checked as a whole. Names and defaults are Simple JWT's and the tutorial's
 * where those have them. No other module reads process.env.
 */
import * as z from 'zod'
import { HINTS, SettingsError, type SettingsProblem } from './settings-problems.ts'
import { boolean, country, duration, integer, mailbox, name, redisUrl, smtpUrl, throttleRates } from './settings-values.ts'

const HMAC = ['HS256', 'HS384', 'HS512'] as const
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const environment = z.object({
  APP_NAME: z.string().default('Latchkey'),
  APP_URL: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  DATABASE_TIMEOUT: duration('2500ms', 0.1),
  DATABASE_POOL_SIZE: integer(10, 1, 1000),
  PORT: integer(3000, 0, 65_535),
  SECRET_KEY: z.string().optional(),
  SIGNING_KEY: z.string().optional(),
  VERIFYING_KEY: z.string().optional(),
  ALGORITHM: z.enum([...HMAC, ...ASYMMETRIC], { error: () => 'E012' }).default('HS256'),
  AUDIENCE: z.string().optional(),
  ISSUER: z.string().optional(),
  LEEWAY: duration('0'),
  ACCESS_TOKEN_LIFETIME: duration('60m', 1),
  REFRESH_TOKEN_LIFETIME: duration('1d', 1),
  SLIDING_TOKEN_LIFETIME: duration('5m', 1),
  SLIDING_TOKEN_REFRESH_LIFETIME: duration('1d', 1),
  ROTATE_REFRESH_TOKENS: boolean(true),
  ROTATION_GRACE_PERIOD: duration('30s'),
  BLACKLIST_AFTER_ROTATION: boolean(true),
  UPDATE_LAST_LOGIN: boolean(true),
  AUTH_HEADER_TYPES: z
    .string()
    .default('Bearer')
    .refine((text) => /^[\w-]+(\s*,\s*[\w-]+)*$/.test(text), { message: 'E011' })
    .transform((text) => text.split(',').map((type) => type.trim())),
  USER_ID_CLAIM: name('user_id'),
  TOKEN_TYPE_CLAIM: name('token_type'),
  JTI_CLAIM: name('jti'),
  PASSWORD_MIN_LENGTH: integer(8, 8, 128),
  PASSWORD_MAX_LENGTH: integer(128, 64, 1024),
  PASSWORD_BCRYPT_COST: integer(12, 10, 16),
  PASSWORD_HASH_WORKERS: integer(0, 0, 64),
  PASSWORD_HASH_QUEUE: integer(64, 1, 10_000),
  LOGIN_FAILURE_TIME: duration('500ms'),
  SIGNUP_CONFIRM_PASSWORD: boolean(true),
  TRUSTED_PROXY_HOPS: integer(0, 0, 16),
  THROTTLE_RATES: throttleRates,
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: () => 'E040' }).default('info'),
  REDIS_URL: redisUrl.optional(),
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailbox.optional(),
  MAIL_REPLY_TO: mailbox.optional(),
  EMAIL_VERIFICATION: z.enum(['none', 'optional', 'mandatory'], { error: () => 'E018' }).default('optional'),
  EMAIL_VERIFICATION_TIMEOUT: duration('1d', 60),
  PASSWORD_RESET_TIMEOUT: duration('30m', 60),
  EMAIL_CHANGE_TIMEOUT: duration('1h', 60),
  EMAIL_CHANGE_UNDO_TIMEOUT: duration('72h', 3600),
  ACCOUNT_DELETION_GRACE: duration('14d'),
  MAIL_RETENTION: duration('7d'),
  AUDIT_RETENTION: duration('365d', 86_400),
  USERNAME_EDITABLE: boolean(false),
  DEFAULT_PHONE_COUNTRY: country.optional(),
})

/** Every setting, with durations in seconds. */
export type Settings = Omit<z.output<typeof environment>, 'APP_URL' | 'DATABASE_URL' | 'SECRET_KEY' | 'MAIL_FROM'> & {
  APP_URL: URL
  MAIL_FROM: string
  DATABASE_URL: string
  SECRET_KEY: string
  production: boolean
}

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

const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)

/**
 * Reads and checks an environment as a whole.
 * @param env variable names to values; an empty value counts as absent, so that an example file can be used as it is
 * @param production whether the rules of a deployment apply (NODE_ENV=production)
 * @returns every problem found; `settings` is null when one of them is an error
 */
export function readSettings(
  env: Record<string, string | undefined>,
  production: boolean,
): { settings: Settings | null; problems: SettingsProblem[] } {
  const problems: SettingsProblem[] = []
  const report = (code: string, setting: string, message: string) => {
    const hint = HINTS[code] ?? ''
    problems.push({ id: `settings.${code}`, level: code.startsWith('W') ? 'warning' : 'error', setting, message, hint })
  }

  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const setting = String(issue.path[0])
    report(issue.message, setting, describeIssue(issue, setting))
  }

  const algorithm = given.ALGORITHM ?? 'HS256'
  const asymmetric = (ASYMMETRIC as readonly string[]).includes(algorithm)
  const keys = !asymmetric && given.SIGNING_KEY ? (['SECRET_KEY', 'SIGNING_KEY'] as const) : (['SECRET_KEY'] as const)
  for (const key of keys) checkSecret(key, given[key], production, report)
  if (asymmetric && !(isPem(given.SIGNING_KEY, 'PRIVATE KEY') && isPem(given.VERIFYING_KEY, 'PUBLIC KEY'))) {
    report('E013', 'SIGNING_KEY', `${algorithm} needs a private and a public key in PEM form.`)
  }

  const appUrl = checkAppUrl(given.APP_URL ?? (production ? undefined : `http://localhost:${given.PORT ?? '3000'}`), production, report)
  const databaseUrl = given.DATABASE_URL ?? 'file:./data/latchkey.sqlite3'
  if (!/^(file:.|postgres(ql)?:\/\/.)/.test(databaseUrl))
    report('E007', 'DATABASE_URL', 'It names no SQLite file and no PostgreSQL database.')
  if (production && !given.DATABASE_URL) report('W002', 'DATABASE_URL', 'It is not set; the SQLite file data/latchkey.sqlite3 is used.')
  if (production && !given.SMTP_URL) report('W003', 'SMTP_URL', 'It is not set; letters stay in the outbox.')
  if (parsed.data && parsed.data.PASSWORD_MIN_LENGTH > parsed.data.PASSWORD_MAX_LENGTH) {
    report('E014', 'PASSWORD_MIN_LENGTH', 'It is greater than PASSWORD_MAX_LENGTH.')
  }

  if (!parsed.data || !appUrl || problems.some((problem) => problem.level === 'error')) return { settings: null, problems }
  const MAIL_FROM = parsed.data.MAIL_FROM ?? defaultSender(parsed.data.APP_NAME, appUrl)
  const settings = {
    ...parsed.data,
    APP_URL: appUrl,
    DATABASE_URL: databaseUrl,
    SECRET_KEY: given.SECRET_KEY as string,
    MAIL_FROM,
    production,
  }
  return { settings, problems }
}

function describeIssue(issue: z.core.$ZodIssue, setting: string): string {
  const { minimum, maximum } = (issue as { params?: { minimum?: number; maximum?: number } }).params ?? {}
  if (issue.message === 'E008') return `It is not a duration of ${minimum} seconds or more.`
  if (issue.message === 'E009') return `It is not a whole number from ${minimum} to ${maximum}.`
  if (issue.message === 'E010') return 'It is neither true nor false.'
  if (issue.message === 'E019') return 'It holds something that is no rate.'
  if (issue.message === 'E020') return 'It names a policy that there is not.'
  return `${setting} has a value that is not accepted.`
}

type Report = (code: string, setting: string, message: string) => void

function checkSecret(setting: string, value: string | undefined, production: boolean, report: Report) {
  if (value === undefined) return report('E001', setting, 'It is not set.')
  const bytes = new TextEncoder().encode(value).length
  if (WELL_KNOWN_KEYS.some((pattern) => pattern.test(value))) report('E003', setting, 'It is a well-known example value.')
  else if (bytes < 32) report('E002', setting, `It is ${bytes} bytes; 32 or more are needed.`)
  else if (production && value.startsWith(DEVELOPMENT_KEY_PREFIX)) report('E015', setting, 'It was made for development.')
  else if (production && value.startsWith('django-insecure-')) report('W001', setting, 'It was made by Django for development.')
}

function checkAppUrl(text: string | undefined, production: boolean, report: Report): URL | null {
  if (text === undefined) {
    report('E004', 'APP_URL', 'It is not set; links and redirects must not be guessed from requests.')
    return null
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username) {
    report('E005', 'APP_URL', 'It is not an http or https origin.')
    return null
  }
  if (production && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    report('E006', 'APP_URL', 'It is plain http on a host that is not this machine; passwords would travel in clear.')
    return null
  }
  return url
}

const defaultSender = (name: string, { hostname }: URL) => `"${name.replaceAll(/["\\\r\n]/g, '')}" <no-reply@${hostname}>`

const isPem = (text: string | undefined, label: string) => text?.includes(`-----BEGIN ${label}-----`) ?? false

let current: Settings | undefined

/**
 * The settings of this process, read from its environment at the first call.
 * @throws SettingsError listing every problem
 */
export function settings(): Settings {
  if (!current) {
    const { settings: read, problems } = readSettings(process.env, process.env.NODE_ENV === 'production')
    if (!read) throw new SettingsError(problems)
    current = read
  }
  return current
}

/** Whether cookies carry `Secure` and the `__Host-` prefix: on https only, since browsers drop them on http. */
export const isSecureOrigin = () => settings().APP_URL.protocol === 'https:'
