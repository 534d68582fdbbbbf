/** Remembers for a while that an account's owner wants no passkey. */
import { stringifySetCookie } from 'cookie'
import { isSecureOrigin } from '../settings.ts'
import { cookieName, readCookie } from './cookies.ts'

const name = () => cookieName('declined')

/** For how long a passkey that was declined is not offered again, in seconds. */
const LIFETIME = 30 * 86_400

/** What a page's script sets as `document.cookie`: a choice of this browser, no secret, so it is not httpOnly. */
export const declinedPasskeyCookie = (userId: number): string =>
  stringifySetCookie({ name: name(), value: String(userId), path: '/', sameSite: 'lax', secure: isSecureOrigin(), maxAge: LIFETIME })

/** Whether a Cookie header says that the account's owner has declined a passkey. */
export const hasDeclinedPasskey = (header: string | null, userId: number): boolean => readCookie(header, name()) === String(userId)
