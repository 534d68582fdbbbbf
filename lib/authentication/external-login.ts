/**
 * What waits for an identity provider, or for its user: one row each, used once by one conditional UPDATE. A state belongs to the
 * browser that began it, which holds a secret in a cookie; nonce and PKCE's verifier are derived from both and stored nowhere.
 */
import { createHmac, randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { type Database, database, type ExternalLogin as Row, type Transaction, uniqueViolation } from '../db/client.ts'
import type { SessionKind } from '../sessions/session.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { EXTERNAL_LOGIN_LIFETIME, externalLoginCookie, readExternalLoginCookie, readPendingLogin } from '../web/cookies.ts'
import type { ExternalIdentity } from './external-identity.ts'
import type { LoginSecrets } from './identity-provider.ts'

/** What of a request tells which client it is. */
interface Client {
  now: Date
  client: SessionKind
  /** The Cookie header of a browser's form. */
  cookies: string | null
}

/** How a login goes on once it is complete. */
export interface Continuation {
  /** Where the browser is led. */
  next: string | null
  /** Whether it is to stay signed in when it is closed. */
  remember: boolean
}

/** What a login at a provider is begun for. */
export interface Intent extends Continuation {
  provider: string
  purpose: 'login' | 'link' | 'confirm'
  /** Whose account is to be linked, or who is to confirm that it is theirs. */
  owner?: { userId: number; sid: string | null }
}

const newSecret = () => randomBytes(32).toString('base64url')
const expiryAt = (now: Date) => new Date(now.getTime() + EXTERNAL_LOGIN_LIFETIME * 1000)

function secretsOf(browser: string, state: string): LoginSecrets {
  const derive = (use: string) => createHmac('sha256', browser).update(`latchkey.external-login.${use}\0${state}`).digest('base64url')
  return { state, nonce: derive('nonce'), verifier: derive('verifier') }
}

/** Begins a login at a provider. @returns its secrets, and the cookie that binds them to this browser */
export async function beginExternalLogin(intent: Intent, { now, cookies }: Client): Promise<{ secrets: LoginSecrets; cookie: string }> {
  // One secret for all that a browser has begun: a second tab does not end the login of the first.
  const browser = readExternalLoginCookie(cookies) ?? newSecret()
  const state = newSecret()
  await database().externalLogin.create({
    data: {
      purpose: intent.purpose,
      provider: intent.provider,
      digest: sha256(state),
      kind: 'browser',
      browserDigest: sha256(browser),
      userId: intent.owner?.userId ?? null,
      sessionId: intent.owner?.sid ?? null,
      next: intent.next,
      remember: intent.remember,
      createdAt: now,
      expiresAt: expiryAt(now),
    },
  })
  return { secrets: secretsOf(browser, state), cookie: externalLoginCookie(browser) }
}

/** Uses up what a state was begun for. @returns null for one that is unknown, used, expired, another provider's or another browser's */
export async function consumeExternalLogin(
  state: string,
  provider: string,
  { now, cookies }: Client,
): Promise<{ row: Row; secrets: LoginSecrets } | null> {
  const browser = readExternalLoginCookie(cookies)
  if (browser === null) return null
  const digest = sha256(state)
  const { count } = await database().externalLogin.updateMany({
    where: {
      digest,
      provider,
      purpose: { in: ['login', 'link', 'confirm'] },
      browserDigest: sha256(browser),
      usedAt: null,
      expiresAt: { gt: now },
    },
    data: { usedAt: now },
  })
  const row = count > 0 ? await database().externalLogin.findUnique({ where: { digest } }) : null
  return row && { row, secrets: secretsOf(browser, state) }
}

/** Uses up an ID token that a native client shows. @returns false for one that was used */
export async function consumeIdToken(provider: string, idToken: string, expiresAt: Date, now: Date): Promise<boolean> {
  // What is signed: a signature can be written in several ways.
  const signed = idToken.slice(0, idToken.lastIndexOf('.'))
  const row = { purpose: 'id_token', provider, digest: sha256(signed), kind: 'api' }
  try {
    await database().externalLogin.create({ data: { ...row, createdAt: now, expiresAt, usedAt: now } })
    return true
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    return false
  }
}

const identityShape = z.object({
  issuer: z.string(),
  subject: z.string(),
  email: z.nullable(z.string()),
  emailVerified: z.boolean(),
  name: z.nullable(z.string()),
})

/** A person who has signed in at a provider and has no account here yet. */
export interface PendingSignUp extends Continuation {
  id: number
  provider: string
  identity: ExternalIdentity
}

/** Keeps who signed in until they have completed their sign-up. @returns its ticket */
export async function storePendingSignUp(
  provider: string,
  identity: ExternalIdentity,
  { next, remember }: Continuation,
  { now, client }: Client,
): Promise<string> {
  const ticket = newSecret()
  await database().externalLogin.create({
    data: {
      purpose: 'sign_up',
      provider,
      digest: sha256(ticket),
      kind: client,
      next,
      remember,
      identity: JSON.stringify(identityShape.parse(identity)),
      createdAt: now,
      expiresAt: expiryAt(now),
    },
  })
  return ticket
}

/**
 * The sign-up of a ticket, which is not used up. A browser's is in its cookie.
 * @param given an API client's ticket
 * @returns null when it is unknown, used or expired, or another kind of client began it
 */
export async function findPendingSignUp(given: string | undefined, { now, client, cookies }: Client): Promise<PendingSignUp | null> {
  const ticket = client === 'browser' ? readPendingLogin(cookies) : given
  if (!ticket) return null
  const row = await database().externalLogin.findUnique({ where: { digest: sha256(ticket) } })
  const isValid = row?.purpose === 'sign_up' && row.kind === client && row.usedAt === null && row.expiresAt > now
  if (!isValid || row.identity === null) return null
  const { id, provider, next, remember } = row
  return { id, provider, identity: identityShape.parse(JSON.parse(row.identity)), next, remember }
}

/** Uses a sign-up up. @returns whether this call was the one */
export async function consumePendingSignUp(tx: Transaction | Database, { id }: PendingSignUp, now: Date): Promise<boolean> {
  const { count } = await tx.externalLogin.updateMany({ where: { id, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } })
  return count > 0
}
