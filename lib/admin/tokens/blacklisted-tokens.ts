import { modelAdmin } from '../declaration.ts'
import { loadTokens, outstandingTokenAdmin, tokenFields } from './outstanding-tokens.ts'

/** Where what is filtered by stands: in the token's own row. */
const token = { table: outstandingTokenAdmin.table, own: 'id' }

/** Simple JWT's BlacklistedTokenAdmin, the last blacklisted first. A row says no more than which token, whose id is its name. */
export const blacklistedTokenAdmin = modelAdmin({
  ...outstandingTokenAdmin,
  model: 'blacklistedtoken',
  path: 'blacklisted-tokens',
  verboseName: 'blacklisted token',
  verboseNamePlural: 'blacklisted tokens',
  table: 'token_blacklist_blacklistedtoken',
  key: { column: 'token_id' },
  fields: { ...tokenFields, blacklisted_at: { ...tokenFields.blacklisted_at, column: 'blacklisted_at' } },
  sortableBy: ['blacklisted_at'],
  listFilter: [
    { field: 'user_email', title: 'user’s email', kind: 'address', through: { ...token, other: 'user_id' } },
    { field: 'user_id', title: 'user’s number', kind: 'reference', through: { ...token, other: 'user_id' } },
    { field: 'jti', title: 'JTI', kind: 'text', through: { ...token, other: 'jti' } },
    { field: 'since', title: 'since', kind: 'since', column: 'blacklisted_at' },
    { field: 'until', title: 'until', kind: 'until', column: 'blacklisted_at', wholeDay: true },
  ],
  ordering: ['-blacklisted_at', '-id'],
  // One that is taken off the list meanwhile is none of it.
  load: async (ids: number[]) => (await loadTokens(ids)).filter(({ blacklisted_at }) => blacklisted_at !== null),
})
