import { modelAdmin } from '../declaration.ts'
import { loadTokens, outstandingTokenAdmin, tokenFields } from './outstanding-tokens.ts'

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
    {
      field: 'user_id',
      title: 'user',
      kind: 'reference',
      through: { table: outstandingTokenAdmin.table, own: 'id', other: 'user_id' },
    },
    { field: 'since', title: 'since', kind: 'since', column: 'blacklisted_at' },
    { field: 'until', title: 'until', kind: 'until', column: 'blacklisted_at' },
  ],
  ordering: ['-blacklisted_at', '-id'],
  // One that is taken off the list meanwhile is none of it.
  load: async (ids: number[]) => (await loadTokens(ids)).filter(({ blacklisted_at }) => blacklisted_at !== null),
})
