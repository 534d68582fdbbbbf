/**
 * Devices that have logged in to an account, and those that its owner trusts.
 *
 * Known devices (OWASP device cookies): a known device has its own limit, so failed attempts from
 * other devices cannot lock the owner out (ASVS 6.1.1). The owner is notified of a login from an unknown one.
 *
 * Trusted devices: logins in a browser whose cookie has a secret of the account need no second factor until it expires.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import bowser from 'bowser'
import { isSecondFactorRequired } from '../credentials/second-factors.ts'
import { database, type Transaction, type User } from '../db/client.ts'
import { accountSnapshot } from '../sessions/lifetimes.ts'
import { secretKeys, settings } from '../settings.ts'
import { ipPrefix } from '../throttle/policies.ts'
import { deviceCookieName, readCookie, readTrustedDeviceCookie } from '../web/cookies.ts'

/** What of a request tells one device from another. */
export interface DeviceSignals {
  clientIp: string | null
  userAgent: string
  /** The Cookie header. */
  cookies: string | null
}

/**
 * How a device is known: by its cookie, which no other device has, or by its network and kind of program, which its neighbors
 * may share.
 */
export type DeviceMatch = { by: 'cookie' | 'network'; fingerprint: string }

/** Accounts that one browser is remembered for; the longest unused is forgotten. */
const ACCOUNTS_PER_BROWSER = 5
/** A random half and its HMAC for one account, 16 bytes each in base64url. */
const ENTRY = /^[\w-]{44}$/
const HALF = 22

const deviceMac = (nonce: string, userId: number, key: string) =>
  createHmac('sha256', key).update(`latchkey.device\0${userId}\0${nonce}`).digest().subarray(0, 16).toString('base64url')

/** Only digests are stored: a copy of the database identifies no device. */
const digestOf = (kind: string, text: string) => createHash('sha256').update(`${kind}\0${text}`).digest('hex')

const entriesOf = (cookies: string | null) =>
  (readCookie(cookies, deviceCookieName()) ?? '')
    .split('.')
    .filter((entry) => ENTRY.test(entry))
    .slice(0, ACCOUNTS_PER_BROWSER)

/** The entry of a device cookie that was made for this very account, with SECRET_KEY or one of its fallbacks. */
function cookieEntryFor(cookies: string | null, userId: number, keys = secretKeys()): string | undefined {
  const isOwn = (entry: string, key: string) =>
    timingSafeEqual(Buffer.from(entry.slice(HALF)), Buffer.from(deviceMac(entry.slice(0, HALF), userId, key)))
  return entriesOf(cookies).find((entry) => keys.some((key) => isOwn(entry, key)))
}

/** The program's name without its version, which changes by itself. */
const programOf = (userAgent: string) => bowser.parse(userAgent || '-').browser.name || (userAgent.split(/[\s/]/)[0] ?? '')

const networkFingerprint = (userId: number, { clientIp, userAgent }: DeviceSignals) =>
  digestOf('network', `${userId}\0${ipPrefix(clientIp)}\0${programOf(userAgent)}`)

/** How the account knows this device; null when it does not. @param userId 0 for no account, which costs the same */
export async function matchDevice(userId: number, marks: DeviceSignals, db: Transaction = database()): Promise<DeviceMatch | null> {
  const entry = cookieEntryFor(marks.cookies, userId)
  const cookie = entry === undefined ? null : digestOf('cookie', entry)
  const network = networkFingerprint(userId, marks)
  const rows = await db.knownDevice.findMany({
    where: { userId, fingerprint: { in: cookie === null ? [network] : [cookie, network] } },
    select: { fingerprint: true },
  })
  const known = (fingerprint: string | null) => rows.some((row) => row.fingerprint === fingerprint)
  if (cookie !== null && known(cookie)) return { by: 'cookie', fingerprint: cookie }
  return known(network) ? { by: 'network', fingerprint: network } : null
}

/** Tells, of where a request came from, whether the account has been logged in to from that network and program. */
export async function isKnownNetwork(userId: number): Promise<(marks: Pick<DeviceSignals, 'clientIp' | 'userAgent'>) => boolean> {
  const rows = await database().knownDevice.findMany({ where: { userId }, select: { fingerprint: true } })
  const known = new Set(rows.map(({ fingerprint }) => fingerprint))
  return (marks) => known.has(networkFingerprint(userId, { ...marks, cookies: null }))
}

export interface RememberedDevice {
  /** Whether the account knew other devices, but not this one. */
  isNew: boolean
  /** What a browser's device cookie is to hold from now on. */
  cookie: string
}

/**
 * Records a login to the account from this device.
 * @param tx the transaction of the login, after its first write
 * @param browser whether the answer can carry a cookie
 */
export async function rememberDevice(
  tx: Transaction,
  userId: number,
  marks: DeviceSignals,
  browser: boolean,
  now: Date,
): Promise<RememberedDevice> {
  const [recognised, others] = [await matchDevice(userId, marks, tx), await tx.knownDevice.count({ where: { userId } })]
  const own = cookieEntryFor(marks.cookies, userId)
  const [key = ''] = secretKeys()
  const nonce = randomBytes(16).toString('base64url')
  // One of a fallback is replaced at a login, so that the device stays known when the fallback is taken away.
  const entry = cookieEntryFor(marks.cookies, userId, [key]) ?? nonce + deviceMac(nonce, userId, key)
  const fingerprints = [networkFingerprint(userId, marks), ...(browser ? [digestOf('cookie', entry)] : [])]
  for (const fingerprint of fingerprints) {
    await tx.knownDevice.upsert({
      where: { userId_fingerprint: { userId, fingerprint } },
      create: { userId, fingerprint, createdAt: now, lastSeenAt: now },
      update: { lastSeenAt: now },
    })
  }
  const rest = entriesOf(marks.cookies).filter((other) => other !== own)
  return { isNew: recognised === null && others > 0, cookie: [entry, ...rest].slice(0, ACCOUNTS_PER_BROWSER).join('.') }
}

/** A secret of a trusted device: 256 random bits in base64url. */
const SECRET = /^[\w-]{43}$/

const secretsOf = (cookies: string | null) =>
  (readTrustedDeviceCookie(cookies) ?? '')
    .split('.')
    .filter((secret) => SECRET.test(secret))
    .slice(0, ACCOUNTS_PER_BROWSER)

/** The account is part of it: a row that is copied to another account matches no cookie. */
const trustDigest = (userId: number, secret: string) => digestOf('trusted', `${userId}\0${secret}`)

type TrustingUser = Pick<User, 'id' | 'password' | 'deactivations' | 'isStaff' | 'isSuperuser'>

/** Whether an account may trust devices: not where MFA_REQUIRED obliges it to show a second factor at each login. */
export const canTrustDevices = (user: TrustingUser): boolean => settings().TRUSTED_DEVICE_LIFETIME > 0 && !isSecondFactorRequired(user)

/** The rows of trusted devices that count now. A shorter lifetime takes effect at once, a longer one for new devices. */
const trustedWhere = (user: TrustingUser, now: Date) => ({
  userId: user.id,
  ...accountSnapshot(user),
  createdAt: { gt: new Date(now.getTime() - settings().TRUSTED_DEVICE_LIFETIME * 1000) },
  expiresAt: { gt: now },
})

/** Whether the browser is one that the account trusts. @param cookies the Cookie header; null for API clients, which none trusts */
export async function isTrustedDevice(user: TrustingUser, cookies: string | null, now: Date, db: Transaction): Promise<boolean> {
  const digests = secretsOf(cookies).map((secret) => trustDigest(user.id, secret))
  if (digests.length === 0 || !canTrustDevices(user)) return false
  return (await db.trustedDevice.count({ where: { ...trustedWhere(user, now), digest: { in: digests } } })) > 0
}

/** The devices that the account trusts: how many, and until when the last of them. */
export async function trustedDevicesOf(user: TrustingUser, now: Date): Promise<{ count: number; until: Date | null }> {
  if (!canTrustDevices(user)) return { count: 0, until: null }
  const { _count: count, _max } = await database().trustedDevice.aggregate({
    where: trustedWhere(user, now),
    _count: true,
    _max: { expiresAt: true },
  })
  return { count, until: _max.expiresAt }
}

/**
 * Trusts a browser.
 * @param tx the transaction of a login that has shown a second factor, after its account was claimed
 * @returns what the browser's cookie is to hold from now on: a new secret, so that one that was planted opens nothing
 */
export async function trustDevice(tx: Transaction, user: TrustingUser, cookies: string | null, now: Date): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + settings().TRUSTED_DEVICE_LIFETIME * 1000)
  await tx.trustedDevice.create({
    data: { userId: user.id, digest: trustDigest(user.id, secret), ...accountSnapshot(user), createdAt: now, expiresAt },
  })
  return [secret, ...secretsOf(cookies)].slice(0, ACCOUNTS_PER_BROWSER).join('.')
}
