import { database } from '../../db/client.ts'
import { modelAdmin } from '../declaration.ts'

/** A refresh token as staff see it: never the token, nor the digest of it that `token` holds. */
export interface OutstandingTokenItem {
  id: number
  jti: string
  /** null for one whose account is gone. */
  user_id: number | null
  email: string | null
  /** null for one of the original's. */
  session_id: string | null
  /** ISO 8601, UTC. */
  created_at: string | null
  expires_at: string
  blacklisted_at: string | null
}

const COLUMNS = {
  id: true,
  jti: true,
  userId: true,
  sessionId: true,
  createdAt: true,
  expiresAt: true,
  user: { select: { email: true } },
  blacklisted: { select: { blacklistedAt: true } },
} as const

/** @param ids of rows of token_blacklist_outstandingtoken */
export async function loadTokens(ids: number[]): Promise<OutstandingTokenItem[]> {
  const rows = await database().outstandingToken.findMany({ where: { id: { in: ids } }, select: COLUMNS })
  return rows.map((row) => ({
    id: row.id,
    jti: row.jti,
    user_id: row.userId,
    email: row.user?.email ?? null,
    session_id: row.sessionId,
    created_at: row.createdAt?.toISOString() ?? null,
    expires_at: row.expiresAt.toISOString(),
    blacklisted_at: row.blacklisted?.blacklistedAt.toISOString() ?? null,
  }))
}

/** The fields that both lists of tokens show, all of the outstanding one's table. */
export const tokenFields = {
  id: { label: 'ID', kind: 'integer', column: 'id' },
  jti: { label: 'JTI', kind: 'code', column: 'jti' },
  user_id: { label: 'User', kind: 'account', column: 'user_id' },
  session_id: { label: 'Session', kind: 'code', column: 'session_id', nullable: true },
  created_at: { label: 'Created', kind: 'datetime', column: 'created_at' },
  expires_at: { label: 'Expires', kind: 'datetime', column: 'expires_at' },
  blacklisted_at: { label: 'Blacklisted', kind: 'datetime' },
} as const

/** Simple JWT's OutstandingTokenAdmin, which changes nothing either. */
export const outstandingTokenAdmin = modelAdmin({
  appLabel: 'token_blacklist',
  model: 'outstandingtoken',
  path: 'outstanding-tokens',
  verboseName: 'outstanding token',
  verboseNamePlural: 'outstanding tokens',
  table: 'token_blacklist_outstandingtoken',
  key: { column: 'id' },
  fields: tokenFields,
  listDisplay: ['jti', 'user_id', 'created_at', 'expires_at', 'blacklisted_at'],
  listOptional: ['session_id', 'id'],
  sortableBy: ['id', 'expires_at'],
  listFilter: [
    { field: 'user_email', title: 'user’s email', kind: 'address', column: 'user_id' },
    { field: 'user_id', title: 'user’s number', kind: 'integer' },
    { field: 'jti', title: 'JTI', kind: 'text' },
    { field: 'session_id', title: 'session', kind: 'text', column: 'session_id' },
    { field: 'expires_since', title: 'expires since', kind: 'since', column: 'expires_at' },
    { field: 'expires_until', title: 'expires until', kind: 'until', column: 'expires_at', wholeDay: true },
  ],
  ordering: ['-id'],
  load: loadTokens,
})
