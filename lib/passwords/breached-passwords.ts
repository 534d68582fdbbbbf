/** Passwords that have appeared in data breaches: an optional list, in a file (ASVS 6.2.12). */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { withinTime } from '../errors.ts'
import { errorFields, log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import { findHash } from './find-hash.ts'

/** Longest that a new password waits for the list, in milliseconds; then it is accepted. */
const LOOKUP_TIMEOUT = 2000

/** The newest lookup, which the next one waits for: a disk that hangs holds one of libuv's four threads, not all. */
const newest = processValue<Promise<unknown>>('breachedPasswordLookup')

const isReported = processValue<boolean>('breachedPasswordsReported')

/**
 * Whether a password is on the list of BREACHED_PASSWORDS_FILE, exactly as it was typed. A list that cannot be read has no
 * password: it is logged once, and is read again for the next password.
 */
export async function isBreachedPassword(password: string): Promise<boolean> {
  const { BREACHED_PASSWORDS_FILE: path } = settings()
  if (path === undefined) return false
  const hash = createHash('sha1').update(password).digest('hex').toUpperCase()
  const lookup = (newest.current ?? Promise.resolve()).then(() => lookUpIn(path, hash))
  newest.current = lookup.catch(() => {})
  try {
    return await withinTime(lookup, LOOKUP_TIMEOUT, () => Object.assign(new Error('the list is too slow'), { code: 'ETIMEDOUT' }))
  } catch (error) {
    if (!isReported.current) log().error({ setting: 'BREACHED_PASSWORDS_FILE', ...errorFields(error) }, 'breached_passwords_unavailable')
    isReported.current = true
    return false
  }
}

/** Opens the file anew, so that a newer list takes effect when it is renamed into its place. */
async function lookUpIn(path: string, hash: string): Promise<boolean> {
  const file = await open(path)
  try {
    return await findHash(file, hash)
  } finally {
    await file.close()
  }
}
