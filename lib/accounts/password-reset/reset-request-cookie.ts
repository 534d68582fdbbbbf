/** The cookie that lets the page say, also after a reload and without JavaScript, for which address a link was asked. */
import * as z from 'zod/mini'
import { cookieName, readCookie, writeCookie } from '../../web/cookies.ts'

/** How long the page says so, in seconds. */
const LIFETIME = 900

const resetCookieName = () => cookieName('reset')

const contentSchema = z.object({ email: z.string(), at: z.number() })

export interface ResetRequest {
  /** As it was typed, in canonical form. */
  email: string
  at: Date
}

/** The Set-Cookie that remembers a request. Only browsers' forms are answered with it. */
export const resetRequestCookie = ({ email, at }: ResetRequest) =>
  writeCookie(resetCookieName(), Buffer.from(JSON.stringify({ email, at: at.getTime() })).toString('base64url'), LIFETIME)

export const clearedResetRequestCookie = () => writeCookie(resetCookieName(), '', 0)

/** The request that a Cookie header remembers; null when it remembers none. */
export function readResetRequest(cookieHeader: string | null): ResetRequest | null {
  try {
    const encoded = readCookie(cookieHeader, resetCookieName()) ?? ''
    const { email, at } = contentSchema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString()))
    return { email, at: new Date(at) }
  } catch {
    return null
  }
}
