/** Checks an address and a password: the one place where a login succeeds or fails. */
import { setTimeout } from 'node:timers/promises'
import { database, type User } from '../db/client.ts'
import { canonicalEmail } from '../fields/email.ts'
import { codePoints } from '../fields/text.ts'
import { checkPassword, makePassword, needsRehash } from '../passwords/hash.ts'
import { settings } from '../settings.ts'
import { findUserByEmail } from './find-user.ts'

/** No account's password is longer, in code points; nothing is computed over more. */
const LONGEST_PASSWORD = 1024

/**
 * The account of an address and its password; null when there is none, when it is inactive or has no usable password, and
 * when the password is wrong. Which of these it was shows neither in the answer nor in its time: every failure costs one
 * hash and takes LOGIN_FAILURE_TIME at least, because imported hashes cost more or less than ours (ASVS 6.3.8).
 * @throws ServiceUnavailable when the hashing pool is full
 */
export async function authenticate(address: string, password: string): Promise<User | null> {
  const started = performance.now()
  if (codePoints(password) > LONGEST_PASSWORD) return null
  const email = canonicalEmail(address)
  const user = email === null ? null : await findUserByEmail(email)
  const matches = await checkPassword(password, user?.isActive ? user.password : null)
  if (!user || !matches) {
    await setTimeout(Math.max(0, settings().LOGIN_FAILURE_TIME * 1000 - (performance.now() - started)))
    return null
  }
  await renewHash(user, password)
  return user
}

/** Replaces an outdated hash, unless the password was changed meanwhile. A failure is left to the next login. */
async function renewHash(user: User, password: string): Promise<void> {
  if (!needsRehash(user.password)) return
  try {
    const renewed = await makePassword(password)
    await database().user.updateMany({ where: { id: user.id, password: user.password }, data: { password: renewed } })
  } catch {
    // The person has logged in all the same.
  }
}
