/** Authenticator apps: time-based one-time passwords (RFC 6238), six digits every 30 seconds. */
import { Secret, TOTP } from 'otpauth'
import { database, type TotpDevice, type Transaction, type User } from '../db/client.ts'
import { seal, unseal } from '../encryption.ts'
import { log } from '../log.ts'
import { settings } from '../settings.ts'
import { readEnteredCode } from '../tokens/derived-secrets.ts'

/** In bytes: 160 bits (RFC 4226 §4, R6; MF-3). */
const SECRET_LENGTH = 20
/** Steps of 30 seconds by which the app's clock may differ, to each side (RFC 6238 §5.2). */
const WINDOW = 1
/** How long an app waits for its first code, in milliseconds. */
const ENROLMENT_LIFETIME = 3_600_000

const ownerOf = (userId: number) => `totp\0${userId}`

function generator(secret: string, email: string): TOTP {
  const { APP_NAME } = settings()
  return new TOTP({ issuer: APP_NAME, label: email, secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 })
}

/** What an app is set up with. */
export interface TotpEnrolment {
  /** In base32, to be typed. */
  secret: string
  /** The same as an `otpauth:` address, for a QR code. */
  uri: string
}

const enrolmentOf = (secret: string, email: string): TotpEnrolment => ({ secret, uri: generator(secret, email).toString() })

/**
 * Begins to set up an app. It counts once its first code has been entered; one that waits is replaced.
 * @param tx a transaction that holds the account's lock, and has seen that it has no app yet
 */
export async function beginTotp(tx: Transaction, { id: userId, email }: Pick<User, 'id' | 'email'>, now: Date): Promise<TotpEnrolment> {
  const secret = new Secret({ size: SECRET_LENGTH }).base32
  await tx.totpDevice.deleteMany({ where: { userId, confirmedAt: null } })
  await tx.totpDevice.create({ data: { userId, secret: seal(secret, ownerOf(userId)), createdAt: now } })
  return enrolmentOf(secret, email)
}

/** What an app that waits for its first code is set up with; null where none waits, or no longer. */
export function pendingEnrolment(device: TotpDevice | null, email: string, now: Date): TotpEnrolment | null {
  if (!device || device.confirmedAt !== null || now.getTime() - device.createdAt.getTime() > ENROLMENT_LIFETIME) return null
  const secret = unseal(device.secret, ownerOf(device.userId))
  return secret === null ? null : enrolmentOf(secret, email)
}

/** The time step of a code; null where it is no code of the app's at this time. */
function stepOf(device: TotpDevice, entered: string, now: Date): number | null {
  const code = readEnteredCode(entered)
  if (code === null) return null
  const secret = unseal(device.secret, ownerOf(device.userId))
  if (secret === null) {
    // Without its key no code counts, and the owner needs a recovery code.
    log().error({ userId: device.userId }, 'totp_secret_unreadable')
    return null
  }
  const totp = generator(secret, '')
  const timestamp = now.getTime()
  const delta = totp.validate({ token: code, timestamp, window: WINDOW })
  return delta === null ? null : totp.counter({ timestamp }) + delta
}

/**
 * Uses a code up: no code of the same or an earlier step counts after it (RFC 6238 §5.2, MF-1).
 * @param device confirmed, or waiting for this code, which confirms it
 * @returns whether it is right, and this call was the one that used it
 */
export async function acceptTotpCode(tx: Transaction, device: TotpDevice, entered: string, now: Date): Promise<boolean> {
  const step = stepOf(device, entered, now)
  if (step === null) return false
  const { id, secret, confirmedAt } = device
  const { count } = await tx.totpDevice.updateMany({
    where: { id, secret, confirmedAt, OR: [{ lastUsedStep: null }, { lastUsedStep: { lt: step } }] },
    data: { lastUsedStep: step, lastUsedAt: now, confirmedAt: confirmedAt ?? now },
  })
  return count > 0
}

/** Encrypts a secret again with the current key. @returns how many rows it changed @throws where no key opens it */
export async function resealTotpSecret({ id, userId, secret }: TotpDevice): Promise<number> {
  const text = unseal(secret, ownerOf(userId))
  if (text === null) throw new Error('no key opens its secret')
  const { count } = await database().totpDevice.updateMany({ where: { id, secret }, data: { secret: seal(text, ownerOf(userId)) } })
  return count
}
