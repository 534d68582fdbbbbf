/** Creates accounts: the one place that fills a row of accounts_user. */
import { createHash, randomBytes } from 'node:crypto'
import { database, type Transaction, type User, uniqueViolation } from '../db/client.ts'
import { ValidationFailed } from '../errors.ts'
import { codePoints, truncate } from '../fields/text.ts'
import { findReservation } from '../tokens/one-time-token.ts'
import { e164 } from './phone.ts'

export interface NewUser {
  /** In canonical form (lib/fields/credentials.ts). */
  email: string
  /** From availableUsername(). */
  username: string
  name: string
  phone: string
  /** As makePassword() made it. */
  passwordHash: string
  /** When the address was verified, or an operator vouched for it. */
  emailVerifiedAt?: Date
  isStaff?: boolean
  isSuperuser?: boolean
}

/** Longest user name, in characters (Django's AbstractUser). */
const USERNAME_LENGTH = 150

/** The user name was taken since it was chosen; where it cannot be chosen again, the email address counts as taken. */
class UsernameTaken extends ValidationFailed {
  constructor() {
    super({ email: ['unique:email'] })
  }
}

/** How often a user name is chosen again. */
const USERNAME_ATTEMPTS = 3

/**
 * Does something with an available user name for an email address, and again with another one where an account took it in
 * between.
 * @throws what `work` throws
 */
export async function withAvailableUsername<Result>(email: string, work: (username: string) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(await availableUsername(email))
    } catch (error) {
      if (!(error instanceof UsernameTaken) || attempt === USERNAME_ATTEMPTS) throw error
    }
  }
}

/**
 * A user name for a new account: its e-mail address, as the original fills the column, shortened to something as unique
 * where it is too long. Asked before the transaction, which in SQLite must begin with its first write.
 */
export async function availableUsername(email: string): Promise<string> {
  const digest = createHash('sha256').update(email).digest('hex').slice(0, 32)
  const username = codePoints(email) <= USERNAME_LENGTH ? email : `${truncate(email, USERNAME_LENGTH - 33)}-${digest}`
  // Another account may have this email as its user name: that must not block the email's owner.
  if ((await database().user.count({ where: { username } })) === 0) return username
  return `${truncate(username, USERNAME_LENGTH - 17)}-${randomBytes(8).toString('hex')}`
}

/**
 * @param tx a transaction that the caller rolls back when this throws
 * @throws ValidationFailed when e-mail or phone belong to an account already, also when it came first by a hair, or when the
 * e-mail's former account may still have it back
 */
export async function createUser(tx: Transaction, user: NewUser, now: Date): Promise<User> {
  const data = {
    email: user.email,
    name: user.name,
    phone: user.phone,
    phoneE164: e164(user.phone),
    password: user.passwordHash,
    username: user.username,
    firstName: '',
    lastName: '',
    isActive: true,
    isStaff: user.isStaff ?? false,
    isSuperuser: user.isSuperuser ?? false,
    dateJoined: now,
    lastLogin: null,
    emailVerifiedAt: user.emailVerifiedAt ?? null,
  }
  try {
    const created = await tx.user.create({ data })
    // A new account must not block an email change from being undone (RS-7).
    if (await findReservation(tx, user.email, now)) throw new ValidationFailed({ email: ['unique:email'] })
    return created
  } catch (error) {
    throw takenField(error) ?? error
  }
}

/**
 * The field error behind a unique violation of accounts_user; null for any other error.
 * @param other the field at fault if it is not the phone: a user name that was not chosen follows from the email
 */
export function takenField(error: unknown, other: 'email' | 'username' = 'email'): ValidationFailed | null {
  const violation = uniqueViolation(error)
  if (violation === null) return null
  if (/phone/.test(violation)) return new ValidationFailed({ phone: ['unique:phone'] })
  if (other === 'email' && /username/.test(violation)) return new UsernameTaken()
  return new ValidationFailed(other === 'email' ? { email: ['unique:email'] } : { username: ['unique_username'] })
}
