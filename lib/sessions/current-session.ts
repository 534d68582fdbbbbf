import { describeDevice } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import { endsAtLatest, sessionExpiresAt } from './lifetimes.ts'
import type { Principal } from './principal.ts'
import { splitAmr } from './session.ts'

/** What a person sees of the session they are in. */
export interface CurrentSession {
  /** Browser and system in words. */
  device: string
  address: string | null
  signedInAt: Date
  /** Whether it began with the password. */
  byPassword: boolean
  /** When it ends if it is not used any more. */
  expiresAt: Date
  /** When it ends at the latest, however much it is used. */
  endsAt: Date
}

/** The session behind a principal; null for a token that names none, which only the original's do. */
export async function currentSession({ claims, user }: Principal, now: Date): Promise<CurrentSession | null> {
  if (claims.sid === null) return null
  const row = await database().session.findFirst({ where: { id: claims.sid, userId: user.id } })
  if (!row) return null
  return {
    device: describeDevice(row.userAgent),
    address: row.ipAddress,
    signedInAt: row.createdAt,
    byPassword: splitAmr(row.amr ?? '').includes('pwd'),
    expiresAt: sessionExpiresAt({ ...row, lastUsedAt: now }, user),
    endsAt: endsAtLatest(row, user),
  }
}
