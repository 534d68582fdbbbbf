/** Whether the account and the session behind a token still stand. */
import { database, type User } from '../db/client.ts'
import { isUnavailable } from '../db/errors.ts'
import type { Claims } from '../gate/tokens.ts'
import { stillStanding, touchInterval } from './lifetimes.ts'

export type Refusal = 'no_user_id' | 'user_not_found' | 'user_inactive' | 'session_ended'

/** Most sessions remembered as touched; forgetting one costs a write, no more. */
const TOUCH_MEMORY = 10_000
const touched = new Map<string, number>()

/**
 * The live account of a verified token, asked in one query, so that logout, deactivation and deletion hold from the next
 * request on. Tokens that the original made name no session; their account alone decides.
 */
export async function liveUser(claims: Claims, now: Date): Promise<User | Refusal> {
  if (claims.userId === null) return 'no_user_id'
  const session = { id: claims.sid ?? '', ...stillStanding(now) }
  const user = await database().user.findFirst({
    where: { id: claims.userId, isActive: true, ...(claims.sid !== null && { sessions: { some: session } }) },
  })
  if (!user) return refusal(claims.userId)
  if (claims.sid !== null) await touch(claims.sid, now)
  return user
}

async function refusal(userId: number): Promise<Refusal> {
  const user = await database().user.findUnique({ where: { id: userId } })
  if (!user) return 'user_not_found'
  return user.isActive ? 'session_ended' : 'user_inactive'
}

async function touch(sid: string, now: Date): Promise<void> {
  const last = touched.get(sid)
  if (last !== undefined && Math.abs(now.getTime() - last) < touchInterval() * 1000) return
  if (touched.size >= TOUCH_MEMORY) touched.clear()
  touched.set(sid, now.getTime())
  try {
    await database().session.updateMany({ where: { id: sid, lastUsedAt: { lt: now } }, data: { lastUsedAt: now } })
  } catch (error) {
    // Reading goes on where writing does not: a locked file, a full disk, a replica.
    if (!isUnavailable(error)) throw error
  }
}
