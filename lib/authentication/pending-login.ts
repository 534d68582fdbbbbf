/**
 * Logins that wait for a further step: one row each, used once. The ticket names it: an API client gets it in the response, a
 * browser in a cookie. The database has its digest only. It is no session: nothing but resumeLogin() takes it.
 */
import { randomBytes } from 'node:crypto'
import { database, type PendingLogin as Row, type Transaction } from '../db/client.ts'
import { accountSnapshot, matchesSnapshot } from '../sessions/lifetimes.ts'
import { joinAmr, type SessionKind, splitAmr } from '../sessions/session.ts'
import { sha256 } from '../tokens/derived-secrets.ts'
import { PENDING_LOGIN_LIFETIME, readPendingLogin } from '../web/cookies.ts'
import type { Identity } from './identify.ts'

/** What of a request tells which client it is. */
interface Client {
  now: Date
  client: SessionKind
  /** The Cookie header of a browser's form. */
  cookies: string | null
}

export interface FoundLogin {
  row: Row
  /** With the account as it is now. */
  identity: Identity
}

/** Keeps a login for PENDING_LOGIN_LIFETIME. @returns its ticket */
export async function storePendingLogin(
  tx: Transaction,
  { user, amr, credentialId }: Identity,
  remember: boolean,
  { client, now }: Client,
): Promise<string> {
  const ticket = randomBytes(32).toString('base64url')
  await tx.pendingLogin.create({
    data: {
      userId: user.id,
      digest: sha256(ticket),
      kind: client,
      amr: joinAmr(amr),
      credentialId,
      remember,
      ...accountSnapshot(user),
      createdAt: now,
      expiresAt: new Date(now.getTime() + PENDING_LOGIN_LIFETIME * 1000),
    },
  })
  return ticket
}

/**
 * The login of a ticket, which is not used up.
 * @returns null when it is unknown, used or expired, when another client began it (a browser's counts only with its cookie),
 * and when the account was given another password or deactivated since
 */
export async function findPendingLogin(ticket: string, { client, cookies, now }: Client): Promise<FoundLogin | null> {
  if (client === 'browser' && readPendingLogin(cookies) !== ticket) return null
  const row = await database().pendingLogin.findUnique({ where: { digest: sha256(ticket) }, include: { user: true } })
  if (!row || row.kind !== client || row.usedAt !== null || row.expiresAt <= now) return null
  const { user } = row
  if (!user.isActive || !matchesSnapshot(row, user)) return null
  return { row, identity: { user, amr: splitAmr(row.amr), credentialId: row.credentialId } }
}

/** Uses a pending login up, with one conditional UPDATE. @returns whether this call was the one */
export async function consumePendingLogin(tx: Transaction, { row }: FoundLogin, now: Date): Promise<boolean> {
  const { count } = await tx.pendingLogin.updateMany({
    where: { id: row.id, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  return count > 0
}
