import * as z from 'zod/mini'
import { database } from '../../../db/client.ts'
import { modelAdmin } from '../../core/declaration.ts'

/** A refresh token as staff see it: never the token, nor the digest of it that `token` holds. */
export const tokenShape = z
  .object({
    id: z.int(),
    jti: z.string(),
    /** null for one whose account is gone. */
    user_id: z.nullable(z.int()),
    email: z.nullable(z.string()),
    /** null for one of the original's. */
    session_id: z.nullable(z.string()),
    /** ISO 8601, UTC. */
    created_at: z.nullable(z.iso.datetime()),
    expires_at: z.iso.datetime(),
    blacklisted_at: z.nullable(z.iso.datetime()),
  })
  .register(z.globalRegistry, { id: 'OutstandingToken' })

export type OutstandingTokenItem = z.infer<typeof tokenShape>

const TOKEN_COLUMNS = {
  id: true,
  jti: true,
  userId: true,
  sessionId: true,
  createdAt: true,
  expiresAt: true,
  user: { select: { email: true } },
  blacklisted: { select: { blacklistedAt: true } },
} as const

/** What both lists read of a token. */
interface TokenRow {
  id: number
  jti: string
  userId: number | null
  sessionId: string | null
  createdAt: Date | null
  expiresAt: Date
  user: { email: string } | null
  blacklisted: { blacklistedAt: Date } | null
}

const tokenItem = (row: TokenRow): OutstandingTokenItem => ({
  id: row.id,
  jti: row.jti,
  user_id: row.userId,
  email: row.user?.email ?? null,
  session_id: row.sessionId,
  created_at: row.createdAt?.toISOString() ?? null,
  expires_at: row.expiresAt.toISOString(),
  blacklisted_at: row.blacklisted?.blacklistedAt.toISOString() ?? null,
})

/** The fields that both lists of tokens show, all of the outstanding one's table. */
const tokenFields = {
  id: { label: 'ID', kind: 'integer', column: 'id' },
  jti: { label: 'JTI', kind: 'code', column: 'jti' },
  user_id: { label: 'User', kind: 'account', column: 'userId' },
  session_id: { label: 'Session', kind: 'code', column: 'sessionId', nullable: true },
  created_at: { label: 'Created', kind: 'datetime', column: 'createdAt' },
  expires_at: { label: 'Expires', kind: 'datetime', column: 'expiresAt' },
  blacklisted_at: { label: 'Blacklisted', kind: 'datetime' },
} as const

/** Simple JWT's OutstandingTokenAdmin, which changes nothing either. */
export const outstandingTokenAdmin = modelAdmin({
  appLabel: 'token_blacklist',
  model: 'outstandingtoken',
  path: 'outstanding-tokens',
  verboseName: 'outstanding token',
  verboseNamePlural: 'outstanding tokens',
  delegate: 'outstandingToken',
  table: 'token_blacklist_outstandingtoken',
  key: { column: 'id' },
  fields: tokenFields,
  listDisplay: ['jti', 'user_id', 'created_at', 'expires_at', 'blacklisted_at'],
  listOptional: ['session_id', 'id'],
  sortableBy: ['id', 'expires_at'],
  listFilter: [
    { field: 'user_email', title: 'user’s email', kind: 'email', column: 'userId' },
    { field: 'user_id', title: 'user’s number', kind: 'integer' },
    { field: 'jti', title: 'JTI', kind: 'text' },
    { field: 'session_id', title: 'session', kind: 'text', column: 'sessionId' },
    { field: 'expires_since', title: 'expires since', kind: 'since', column: 'expiresAt' },
    { field: 'expires_until', title: 'expires until', kind: 'until', column: 'expiresAt', wholeDay: true },
  ],
  ordering: ['-id'],
  read: { select: TOKEN_COLUMNS },
  items: (rows: TokenRow[]) => rows.map(tokenItem),
})

async function tokensOf(user: string | number | boolean, take: number): Promise<number[]> {
  const rows = await database().outstandingToken.findMany({ where: { userId: Number(user) }, select: { id: true }, take })
  return rows.map(({ id }) => id)
}

/** Simple JWT's BlacklistedTokenAdmin, the last blacklisted first. A row says no more than which token, whose id is its name. */
export const blacklistedTokenAdmin = modelAdmin({
  ...outstandingTokenAdmin,
  model: 'blacklistedtoken',
  path: 'blacklisted-tokens',
  verboseName: 'blacklisted token',
  verboseNamePlural: 'blacklisted tokens',
  delegate: 'blacklistedToken',
  table: 'token_blacklist_blacklistedtoken',
  key: { column: 'tokenId' },
  fields: { ...tokenFields, blacklisted_at: { ...tokenFields.blacklisted_at, column: 'blacklistedAt' } },
  sortableBy: ['blacklisted_at'],
  listFilter: [
    { field: 'user_email', title: 'user’s email', kind: 'email', where: (userId) => ({ token: { userId } }), keys: tokensOf },
    { field: 'user_id', title: 'user’s number', kind: 'reference', where: (userId) => ({ token: { userId } }), keys: tokensOf },
    { field: 'jti', title: 'JTI', kind: 'text', where: (jti) => ({ token: { jti: String(jti) } }) },
    { field: 'since', title: 'since', kind: 'since', column: 'blacklistedAt' },
    { field: 'until', title: 'until', kind: 'until', column: 'blacklistedAt', wholeDay: true },
  ],
  ordering: ['-blacklisted_at', '-id'],
  read: { select: { tokenId: true, id: true, blacklistedAt: true, token: { select: TOKEN_COLUMNS } } },
  items: (rows: { token: TokenRow }[]) => rows.map(({ token }) => tokenItem(token)),
})
