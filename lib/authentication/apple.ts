/**
 * Apple, as far as it is not like other providers of OpenID Connect: its client secret is a token that is made anew for each
 * request, and it says a person's name to the browser alone, once.
 */
import { SignJWT } from 'jose'
import * as z from 'zod/mini'
import type { AppleClient } from '../settings-resources.ts'
import { toName } from './external-identity.ts'

/** How long a client secret is valid, in seconds; Apple accepts up to six months. */
const SECRET_LIFETIME = 300

/** A client secret: a token that this site's key at Apple signs (Sign in with Apple, "Creating a client secret"). */
export function appleSecret({ issuer, clientId, key }: AppleClient, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT({ iss: key.teamId, sub: clientId, aud: issuer, iat: seconds, exp: seconds + SECRET_LIFETIME })
    .setProtectedHeader({ alg: 'ES256', kid: key.id })
    .sign(key.privateKey)
}

/** What Apple posts beside the response when a person signs in for the first time. */
const userShape = z.object({ name: z.object({ firstName: z.optional(z.string()), lastName: z.optional(z.string()) }) })

/** The name in Apple's `user` parameter, which is not signed: it fills in a field, no more. Null where there is none. */
export function nameFromApple(user: string | undefined): string | null {
  if (user === undefined) return null
  try {
    const { name } = userShape.parse(JSON.parse(user))
    return toName([name.firstName, name.lastName].filter(Boolean).join(' '))
  } catch {
    return null
  }
}
