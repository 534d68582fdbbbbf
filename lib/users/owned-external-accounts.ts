/** What is kept of an account's sign-ins at identity providers, as owned-tables.ts declares it. */
import * as z from 'zod/mini'
import { database } from '../db/client.ts'
import { byId, type OwnedTable, ordered } from './owned-table.ts'

const time = z.iso.datetime()

export const ownedExternalAccounts: readonly OwnedTable[] = [
  {
    table: 'accounts_externalaccount',
    column: 'user_id',
    label: 'Linked accounts of other services',
    onDelete: 'delete',
    export: {
      name: 'external_accounts',
      shape: z.object({ issuer: z.string(), subject: z.string(), email: z.nullable(z.string()), created_at: time, last_used_at: time }),
      read: byId(
        (userId, after) => database().externalAccount.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ issuer, subject, email, createdAt, lastUsedAt }) => ({
          issuer,
          subject,
          email,
          created_at: createdAt,
          last_used_at: lastUsedAt,
        }),
      ),
    },
  },
  {
    table: 'accounts_externallogin',
    column: 'user_id',
    label: 'Unfinished links to other services',
    onDelete: 'delete',
    export: {
      name: 'unfinished_links',
      shape: z.object({ purpose: z.string(), provider: z.string(), created_at: time, expires_at: time, used_at: z.nullable(time) }),
      read: byId(
        (userId, after) => database().externalLogin.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ purpose, provider, createdAt, expiresAt, usedAt }) => ({
          purpose,
          provider,
          created_at: createdAt,
          expires_at: expiresAt,
          used_at: usedAt,
        }),
      ),
    },
  },
]
