/**
 * The cookie of a browser that asked to sign in by email. Its secret binds the email to this browser; the rest lets the page show,
 * also after a reload and without JavaScript, what was asked for.
 */
import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { settings } from '../../settings.ts'
import { cookieName, readCookie, writeCookie } from '../../web/cookies.ts'
import { safeNextPath } from '../../web/routes.ts'

const emailLoginCookieName = () => cookieName('email_login')

const contentSchema = z.object({
  secret: z.string().check(z.regex(/^[\w-]{43}$/)),
  email: z.string(),
  at: z.number(),
  next: z.nullable(z.string()),
  remember: z.boolean(),
})

export interface RequestedLogin {
  secret: string
  /** As it was typed, in canonical form. */
  email: string
  at: Date
  /** Where the sign-in leads; null for the dashboard. */
  next: string | null
  /** Whether the browser is to stay signed in when it is closed. */
  remember: boolean
}

export const newLoginSecret = () => randomBytes(32).toString('base64url')

/** The Set-Cookie that remembers a request for as long as its email works. */
export const emailLoginCookie = (requested: RequestedLogin) =>
  writeCookie(
    emailLoginCookieName(),
    Buffer.from(JSON.stringify({ ...requested, at: requested.at.getTime() })).toString('base64url'),
    Math.round(settings().EMAIL_LOGIN_TIMEOUT),
  )

export const clearedEmailLoginCookie = () => writeCookie(emailLoginCookieName(), '', 0)

/** The request that a Cookie header remembers; null when it remembers none. */
export function readEmailLoginCookie(cookieHeader: string | null): RequestedLogin | null {
  try {
    const encoded = readCookie(cookieHeader, emailLoginCookieName()) ?? ''
    const { at, next, ...content } = contentSchema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString()))
    return { ...content, at: new Date(at), next: safeNextPath(next) }
  } catch {
    return null
  }
}
