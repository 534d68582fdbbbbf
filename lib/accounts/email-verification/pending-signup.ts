/**
 * A sign-up whose address is not verified yet, where `EMAIL_VERIFICATION=mandatory`: what was entered travels as the payload
 * of its own one-time token, and the cookie tells the browser it was entered in.
 */
import { createHash, randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import type { OneTimeToken } from '../../db/client.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import { settings } from '../../settings.ts'
import { cookieName, readCookie, writeCookie } from '../../web/cookies.ts'

const schema = z.object({
  name: z.string(),
  phone: z.string(),
  /** As makePassword() made it. */
  passwordHash: z.string(),
  /** SHA-256 of the secret in the browser's cookie, in hex. */
  browser: z.string(),
})

export type PendingSignup = z.infer<typeof schema>

/** What a token is to put in force; null when it only proves the address. */
export const pendingSignupOf = ({ payload }: Pick<OneTimeToken, 'payload'>): PendingSignup | null =>
  payload === null ? null : schema.parse(JSON.parse(payload))

export interface SignupCookie {
  /** The address that the person is waiting to confirm: of a sign-up in canonical form, otherwise as it was entered. */
  email: string
  /** What PendingSignup.browser holds if the address was signed up in this browser; null where an email was only asked for. */
  browser: string | null
}

const signupCookieName = () => cookieName('signup')
const digest = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** The Set-Cookie that says no more than the address. */
export const waitingCookie = (email: string) => write(`.${Buffer.from(email).toString('base64url')}`)

/** The Set-Cookie of a new sign-up, and what its token's payload holds of it. */
export function newSignupCookie(email: string): { cookie: string; browser: string } {
  const secret = randomBytes(32).toString('base64url')
  return { cookie: write(`${secret}.${Buffer.from(email).toString('base64url')}`), browser: digest(secret) }
}

const write = (value: string) => writeCookie(signupCookieName(), value, Math.round(settings().EMAIL_VERIFICATION_TIMEOUT))

/** What a Cookie header says of a sign-up; null when it says nothing. */
export function readSignupCookie(cookieHeader: string | null): SignupCookie | null {
  const [, secret, address] = /^([\w-]*)\.([\w-]+)$/.exec(readCookie(cookieHeader, signupCookieName()) ?? '') ?? []
  if (secret === undefined || address === undefined) return null
  return { email: Buffer.from(address, 'base64url').toString(), browser: secret === '' ? null : digest(secret) }
}

/** What a Cookie header says of the sign-up with an address, however it is spelt; null when it says nothing of it. */
export function signupCookieOf(cookieHeader: string | null, email: string): SignupCookie | null {
  const known = readSignupCookie(cookieHeader)
  return known !== null && [email, canonicalEmail(email)].includes(known.email) ? known : null
}
