/** What `manage check` finds out about a database that Django's `migrate` has worked on. Changes nothing. */
import { compactVerify, decodeProtectedHeader } from 'jose'
import { hasTable } from '../db/client.ts'
import { type Connection, readOnly } from '../db/migration-connection.ts'
import { type Keyring, keyring, verifyingKeys } from '../jwt/keyring.ts'
import { isHmac } from '../jwt/keys.ts'
import { findPreference, type HashFormat, type Preference } from '../passwords/hash.ts'
import { readHash } from '../passwords/hashers.ts'
import { settings } from '../settings.ts'
import type { SettingsProblem } from '../settings-problems.ts'
import { databaseTarget } from '../settings-values.ts'

type Rows = Connection['rows']

/** Refresh tokens that the key is tried on, the newest first. */
const TOKENS = 20
/** Hashes that are read at once. */
const PAGE = 5000
/** Most accounts that are listed by id. */
const LISTED = 20

/** What Django needs besides to check a hash. */
const PACKAGES: Record<string, string> = { bcrypt_sha256: 'bcrypt', bcrypt: 'bcrypt', argon2: 'argon2-cffi' }

const LEVELS = { E: 'error', W: 'warning', I: 'info' } as const

const finding = (id: string, setting: string, message: string, hint: string): SettingsProblem => ({
  id: `database.${id}`,
  level: LEVELS[id[0] as keyof typeof LEVELS],
  setting,
  message,
  hint,
})

/** @returns nothing where there is no Django's database @throws where it does not answer */
export async function djangoFindings(): Promise<SettingsProblem[]> {
  const target = databaseTarget(settings().DATABASE_URL)
  const found = await readOnly(target, async (rows) => {
    const has = (table: string) => hasTable(rows, target.provider, table)
    if (!(await has('django_migrations')) || !(await has('accounts_user'))) return []
    const keys = (await has('token_blacklist_outstandingtoken')) ? await keyFindings(rows) : []
    return [...keys, ...(await hashFindings(rows))]
  })
  return found ?? []
}

/** Whether the tokens in people's hands stay valid, tried on those that Django keeps (ours are stored as a digest). */
async function keyFindings(rows: Rows): Promise<SettingsProblem[]> {
  const { ALGORITHM, SIGNING_KEY } = settings()
  const stored = await rows(
    `SELECT "token" FROM "token_blacklist_outstandingtoken" WHERE "token" LIKE 'eyJ%.%.%' ORDER BY "id" DESC LIMIT ${TOKENS}`,
  )
  const tokens = stored.map(({ token }) => String(token))
  if (tokens.length === 0) return []
  const ring = await keyring()
  const verified = await Promise.all(tokens.map((token) => verifies(token, ring)))
  const count = verified.filter(Boolean).length
  const setting = !isHmac(ALGORITHM) ? 'VERIFYING_KEY' : SIGNING_KEY === undefined ? 'SECRET_KEY' : 'SIGNING_KEY'
  const among = tokens.length === 1 ? 'the one refresh token' : `${count} of the ${tokens.length} newest refresh tokens`
  if (verified[0]) {
    const message = `It is Django’s: ${among} that Django stored ${tokens.length === 1 || count === 1 ? 'verifies' : 'verify'} with it.`
    return [finding('I001', setting, message, 'Tokens that Django issued stay valid, and Django takes those issued here.')]
  }
  const others = [...new Set(tokens.map(algorithmOf))].filter((name) => name !== ALGORITHM)
  const message =
    (count === 0
      ? `It is not Django’s: ${tokens.length === 1 ? among : `none of the ${tokens.length} newest refresh tokens`} that Django stored ${tokens.length === 1 ? 'does not verify' : 'verifies'} with it, so everyone has to log in again.`
      : `It is not what Django signs with now: only ${among} verify with it, and the newest does not.`) +
    (others.length > 0 ? ` Some are signed with ${others.join(', ')}; ALGORITHM is ${ALGORITHM}.` : '')
  const hint =
    'Set SECRET_KEY to Django’s, or SIGNING_KEY to Simple JWT’s, with former ones in SECRET_KEY_FALLBACKS; in .env with a backslash before each $ (docs/migrating-from-django.md).'
  return [finding('W010', setting, message, hint)]
}

/** Whether a key that would verify the token verifies its signature, however old it is. */
async function verifies(token: string, ring: Keyring): Promise<boolean> {
  const { ALGORITHM } = settings()
  for (const { verifying } of verifyingKeys(ring, {}, ALGORITHM, Date.now() / 1000)) {
    const valid = await compactVerify(token, verifying, { algorithms: [ALGORITHM] }).then(
      () => true,
      () => false,
    )
    if (valid) return true
  }
  return false
}

function algorithmOf(token: string): string {
  try {
    return /^[\w-]{1,10}$/.exec(decodeProtectedHeader(token).alg ?? '')?.[0] ?? 'another algorithm'
  } catch {
    return 'another algorithm'
  }
}

/** Which formats the hashes have, what Django needs for them, and what becomes of them here. */
async function hashFindings(rows: Rows): Promise<SettingsProblem[]> {
  const counts = new Map<string, number>()
  const unreadable: number[] = []
  let without = 0
  for (let last = 0, page: Record<string, unknown>[]; ; last = Number(page.at(-1)?.id)) {
    page = await rows(`SELECT "id", "password" FROM "accounts_user" WHERE "id" > ${last} ORDER BY "id" LIMIT ${PAGE}`)
    for (const { id, password } of page) {
      const encoded = String(password)
      const algorithm = readHash(encoded)?.algorithm
      if (algorithm !== undefined) counts.set(algorithm, (counts.get(algorithm) ?? 0) + 1)
      else if (encoded === '' || encoded.startsWith('!')) without++
      else unreadable.push(Number(id))
    }
    if (page.length < PAGE) break
  }
  const formats = [...counts].sort(([, one], [, other]) => other - one)
  const listed = [...formats.map(([name, count]) => `${count} ${name}`), ...(without > 0 ? [`${without} without a password`] : [])]
  const needs = formats.flatMap(([name, count]) => (PACKAGES[name] ? [`${PACKAGES[name]} for ${count} ${name}`] : []))
  const message = `Hashes: ${listed.join(', ') || 'none'}.${needs.length > 0 ? ` Django needs a Python package to read some: ${needs.join(', ')}.` : ''}`
  const preference = await findPreference()
  const found = [finding('I002', 'accounts_user.password', message, whatIsWritten(preference))]
  if (preference.tooDear) {
    const text = `Most hashes that Django writes now are ${named(preference.tooDear)}, which costs more than a login may here: they cannot be read, and after each login at Django a person's password does not work here.`
    found.push(finding('E009', 'accounts_user.password', text, TOO_DEAR_HINT))
  }
  if (unreadable.length > 0) {
    const more = unreadable.length > LISTED ? ` and ${unreadable.length - LISTED} more` : ''
    const text = `${unreadable.length === 1 ? 'One hash' : `${unreadable.length} hashes`} cannot be read, so their passwords do not work: accounts ${unreadable.slice(0, LISTED).join(', ')}${more}.`
    found.push(finding('W011', 'accounts_user.password', text, 'These people get in with a password reset.'))
  }
  return found
}

const TOO_DEAR_HINT =
  'Lower the work factor of the hasher in Django before accounts are taken over: a login there then writes hashes that can be read.'

const named = ({ algorithm, costs }: HashFormat) =>
  `${algorithm} (${Object.entries(costs)
    .map(([name, cost]) => `${name} ${cost}`)
    .join(', ')})`

function whatIsWritten({ format, renews, besideDjango }: Preference): string {
  const { PASSWORD_HASHER } = settings()
  const reason =
    PASSWORD_HASHER === undefined
      ? 'the table django_migrations is there and PASSWORD_HASHER is not set'
      : `PASSWORD_HASHER=${PASSWORD_HASHER}`
  const renewed = {
    all: 'a login renews every cheaper one and every other format',
    outdated: 'a login renews md5, sha1 and pbkdf2_sha1 alone',
    none: 'a login renews none',
  }[renews]
  const needed = !besideDjango || format.algorithm !== 'pbkdf2_sha256' ? PACKAGES[format.algorithm] : undefined
  return `New ones are ${named(format)}, because ${reason}; ${renewed}.${needed ? ` Django needs its package ${needed} for them.` : ''}`
}
