/**
 * The settings: the environment, read once, checked as a whole. Names and defaults are Simple JWT's and the tutorial's
 * where those have them. No other module reads process.env.
 */
import * as z from 'zod'
import { ALGORITHMS, isHmac, splitSecrets } from './jwt/keys.ts'
import { processValue } from './process-state.ts'
import { checkKeys, checkSecret, HINTS, reportLifetimes, SettingsError, type SettingsProblem } from './settings-problems.ts'
import {
  checkAppUrl,
  checkBreachedPasswords,
  checkDatabaseUrl,
  type IdentityProvider,
  isLoopback,
  PROVIDER_HINTS,
  readProviders,
  readRpId,
} from './settings-resources.ts'
import {
  boolean,
  contacts,
  country,
  duration,
  hostName,
  integer,
  mailbox,
  name,
  optionalBoolean,
  origins,
  PASSWORD_HASHERS,
  providerIds,
  redisUrl,
  smtpUrl,
  throttleRates,
} from './settings-values.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const environment = z.object({
  APP_NAME: z.string().default('Latchkey'),
  APP_URL: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  DATABASE_TIMEOUT: duration('2500ms', 0.1),
  DATABASE_POOL_SIZE: integer(10, 1, 1000),
  PORT: integer(3000, 0, 65_535),
  SECRET_KEY: z.string().optional(),
  SECRET_KEY_FALLBACKS: z.string().default('').transform(splitSecrets),
  SIGNING_KEY: z.string().optional(),
  VERIFYING_KEY: z.string().optional(),
  VERIFYING_KEYS: z.string().optional(),
  SIGNING_KEYS_FILE: z.string().optional(),
  ALGORITHM: z.enum(ALGORITHMS, { error: () => 'E012' }).default('HS256'),
  AUDIENCE: z.string().optional(),
  ISSUER: z.string().optional(),
  LEEWAY: duration('0'),
  ACCESS_TOKEN_LIFETIME: duration('60m', 1),
  REFRESH_TOKEN_LIFETIME: duration('1d', 1),
  SLIDING_TOKEN_LIFETIME: duration('5m', 1),
  SLIDING_TOKEN_REFRESH_LIFETIME: duration('1d', 1),
  SESSION_REMEMBERED_LIFETIME: duration('30d', 1),
  SESSION_IDLE_TIMEOUT: duration('14d'),
  SESSION_ABSOLUTE_LIFETIME: duration('30d', 60),
  STAFF_SESSION_IDLE_TIMEOUT: duration('1h'),
  STAFF_SESSION_ABSOLUTE_LIFETIME: duration('12h', 60),
  SESSION_LIMIT: integer(0, 0, 10_000),
  REAUTHENTICATION_TIMEOUT: duration('10m', 60),
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
  CHECK_REVOKE_TOKEN: boolean(false),
  REVOKE_TOKEN_CLAIM: name('hash_password'),
  PASSWORD_MIN_LENGTH: integer(8, 8, 128),
  PASSWORD_MAX_LENGTH: integer(128, 64, 1024),
  BREACHED_PASSWORDS_FILE: z.string().optional(),
  PASSWORD_HASHER: z.enum(PASSWORD_HASHERS, { error: () => 'E027' }).optional(),
  PASSWORD_REHASH_ON_LOGIN: optionalBoolean,
  PASSWORD_BCRYPT_COST: integer(12, 10, 16),
  PASSWORD_HASH_WORKERS: integer(0, 0, 64),
  PASSWORD_HASH_QUEUE: integer(64, 1, 10_000),
  LOGIN_FAILURE_TIME: duration('500ms'),
  SIGNUP_CONFIRM_PASSWORD: boolean(true),
  TRUSTED_PROXY_HOPS: integer(0, 0, 16),
  CORS_ALLOWED_ORIGINS: origins,
  SECURITY_CONTACT: contacts,
  THROTTLE_RATES: throttleRates,
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: () => 'E053' }).default('info'),
  REDIS_URL: redisUrl.optional(),
  SMTP_URL: smtpUrl.optional(),
  SMTP_HELO_NAME: hostName.optional(),
  MAIL_FROM: mailbox.optional(),
  MAIL_REPLY_TO: mailbox.optional(),
  MFA_REQUIRED: z.enum(['none', 'superusers', 'staff', 'everyone'], { error: () => 'E030' }).default('none'),
  TRUSTED_DEVICE_LIFETIME: duration('30d'),
  EMAIL_VERIFICATION: z.enum(['none', 'optional', 'mandatory'], { error: () => 'E018' }).default('optional'),
  EMAIL_VERIFICATION_TIMEOUT: duration('1d', 60),
  EMAIL_LOGIN: z.enum(['none', 'code', 'link'], { error: () => 'E034' }).default('none'),
  EMAIL_LOGIN_TIMEOUT: duration('10m', 60),
  PASSWORD_RESET_TIMEOUT: duration('30m', 60),
  INVITATION_TIMEOUT: duration('7d', 60),
  EMAIL_CHANGE_TIMEOUT: duration('1h', 60),
  EMAIL_CHANGE_UNDO_TIMEOUT: duration('72h', 3600),
  ACCOUNT_DELETION_GRACE: duration('14d'),
  MAIL_RETENTION: duration('7d'),
  AUDIT_RETENTION: duration('365d', 86_400),
  USERNAME_EDITABLE: boolean(false),
  DEFAULT_PHONE_COUNTRY: country.optional(),
  OIDC_PROVIDERS: providerIds,
  PASSKEY_RP_ID: z.string().optional(),
})

/** The variables of the environment that are settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(environment.shape)

/** Every setting, with durations in seconds. */
export type Settings = Omit<
  z.output<typeof environment>,
  'APP_URL' | 'DATABASE_URL' | 'SECRET_KEY' | 'MAIL_FROM' | 'OIDC_PROVIDERS' | 'PASSKEY_RP_ID'
> & {
  APP_URL: URL
  MAIL_FROM: string
  DATABASE_URL: string
  SECRET_KEY: string
  OIDC_PROVIDERS: IdentityProvider[]
  /** The domain that passkeys are made for; null where there can be none, at an IP address. */
  PASSKEY_RP_ID: string | null
  production: boolean
}

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
    const hint = HINTS[code] ?? PROVIDER_HINTS[code] ?? ''
    problems.push({ id: `settings.${code}`, level: code.startsWith('W') ? 'warning' : 'error', setting, message, hint })
  }

  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const setting = String(issue.path[0])
    report(issue.message, setting, describeIssue(issue, setting))
  }

  const algorithm = given.ALGORITHM ?? 'HS256'
  checkSecret('SECRET_KEY', given.SECRET_KEY, production, report)
  for (const key of splitSecrets(given.SECRET_KEY_FALLBACKS ?? '')) checkSecret('SECRET_KEY_FALLBACKS', key, production, report)
  if (isHmac(algorithm)) {
    if (given.SIGNING_KEY) checkSecret('SIGNING_KEY', given.SIGNING_KEY, production, report)
    for (const key of splitSecrets(given.VERIFYING_KEYS ?? '')) checkSecret('VERIFYING_KEYS', key, production, report)
  }
  if ((ALGORITHMS as readonly string[]).includes(algorithm)) checkKeys(given, algorithm, production, report)
  if (given.BREACHED_PASSWORDS_FILE) checkBreachedPasswords(given.BREACHED_PASSWORDS_FILE, report)

  const appUrl = checkAppUrl(given.APP_URL ?? (production ? undefined : `http://localhost:${given.PORT ?? '3000'}`), production, report)
  const databaseUrl = given.DATABASE_URL ?? 'file:./data/latchkey.sqlite3'
  checkDatabaseUrl(databaseUrl, report)
  if (
    production &&
    parsed.data?.CORS_ALLOWED_ORIGINS.some((origin) => origin.startsWith('http:') && !isLoopback(new URL(origin).hostname))
  ) {
    report('E051', 'CORS_ALLOWED_ORIGINS', 'Plain http on another host: anyone on the network path could impersonate that page.')
  }
  if (production && !given.DATABASE_URL) report('W002', 'DATABASE_URL', 'It is not set; the SQLite file data/latchkey.sqlite3 is used.')
  if (production && !given.SMTP_URL) report('W003', 'SMTP_URL', 'It is not set; emails stay in the outbox.')
  if (production && appUrl?.protocol === 'https:' && parsed.data?.TRUSTED_PROXY_HOPS === 0) {
    report('W043', 'TRUSTED_PROXY_HOPS', 'It is 0 and APP_URL is https. Where a proxy ends TLS, all clients are limited as one.')
  }
  if (parsed.data) reportLifetimes(parsed.data, report)
  if (parsed.data && parsed.data.PASSWORD_MIN_LENGTH > parsed.data.PASSWORD_MAX_LENGTH) {
    report('E014', 'PASSWORD_MIN_LENGTH', 'It is greater than PASSWORD_MAX_LENGTH.')
  }

  const PASSKEY_RP_ID = readRpId(given.PASSKEY_RP_ID, appUrl, report)
  const providers = readProviders(parsed.data?.OIDC_PROVIDERS ?? [], given, isLoopback, report)

  if (!parsed.data || !appUrl || problems.some((problem) => problem.level === 'error')) return { settings: null, problems }
  const MAIL_FROM = parsed.data.MAIL_FROM ?? defaultSender(parsed.data.APP_NAME, appUrl)
  const settings = {
    ...parsed.data,
    APP_URL: appUrl,
    DATABASE_URL: databaseUrl,
    SECRET_KEY: given.SECRET_KEY as string,
    MAIL_FROM,
    OIDC_PROVIDERS: providers,
    PASSKEY_RP_ID,
    production,
  }
  return { settings, problems }
}

function describeIssue(issue: z.core.$ZodIssue, setting: string): string {
  const { minimum, maximum } = (issue as { params?: { minimum?: number; maximum?: number } }).params ?? {}
  if (issue.message === 'E008') return `It is not a duration of ${minimum} seconds or more.`
  if (issue.message === 'E009') return `It is not a whole number from ${minimum} to ${maximum}.`
  if (issue.message === 'E010') return 'It is neither true nor false.'
  if (issue.message === 'E019') return 'Invalid rate.'
  if (issue.message === 'E020') return 'Unknown throttle policy.'
  return `${setting} has a value that is not accepted.`
}

const defaultSender = (name: string, { hostname }: URL) => `"${name.replaceAll(/["\\\r\n]/g, '')}" <no-reply@${hostname}>`

const known = processValue<Settings>('settings')

/**
 * The settings of this process, read from its environment at the first call.
 * @throws SettingsError listing every problem
 */
export function settings(): Settings {
  if (!known.current) {
    const { settings: read, problems } = readSettings(process.env, process.env.NODE_ENV === 'production')
    if (!read) throw new SettingsError(problems)
    known.current = read
  }
  return known.current
}

/**
 * What was ever derived from SECRET_KEY and still counts was derived from one of these; the first is the one to derive new
 * things from (Django's SECRET_KEY_FALLBACKS).
 */
export const secretKeys = (): string[] => [settings().SECRET_KEY, ...settings().SECRET_KEY_FALLBACKS]

/** Whether cookies carry `Secure` and the `__Host-` prefix: on https only, since browsers drop them on http. */
export const isSecureOrigin = () => settings().APP_URL.protocol === 'https:'
