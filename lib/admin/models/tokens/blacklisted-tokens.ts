import { database } from '../../../db/client.ts'
import { modelAdmin } from '../../core/declaration.ts'
import { outstandingTokenAdmin, TOKEN_COLUMNS, type TokenRow, tokenFields, tokenItem } from './outstanding-tokens.ts'

async function tokensOf(user: string | number, take: number): Promise<number[]> {
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
