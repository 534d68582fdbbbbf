/** What an account has besides its password, as owned-tables.ts lists it. No secret is ever exported. */
import * as z from 'zod/mini'
import { passkeyProvider } from '../credentials/passkey-providers.ts'
import { database } from '../db/client.ts'
import { byId, type OwnedTable, ordered } from './owned-table.ts'

const time = z.iso.datetime()
const maybeTime = z.nullable(time)

export const ownedCredentials: readonly OwnedTable[] = [
  {
    table: 'accounts_passkey',
    column: 'user_id',
    label: 'Passkeys',
    onDelete: 'delete',
    export: {
      name: 'passkeys',
      shape: z.object({
        name: z.string(),
        provider: z.string(),
        backup_eligible: z.boolean(),
        backed_up: z.boolean(),
        created_at: time,
        last_used_at: maybeTime,
      }),
      read: byId(
        (userId, after) => database().passkey.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ name, aaguid, backupEligible, backedUp, createdAt, lastUsedAt }) => ({
          name,
          provider: passkeyProvider(aaguid),
          backup_eligible: backupEligible,
          backed_up: backedUp,
          created_at: createdAt,
          last_used_at: lastUsedAt,
        }),
      ),
    },
  },
  {
    table: 'accounts_totpdevice',
    column: 'user_id',
    label: 'Authenticator apps',
    onDelete: 'delete',
    export: {
      name: 'authenticator_apps',
      shape: z.object({ created_at: time, confirmed_at: maybeTime, last_used_at: maybeTime }),
      read: byId(
        (userId, after) => database().totpDevice.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ createdAt, confirmedAt, lastUsedAt }) => ({ created_at: createdAt, confirmed_at: confirmedAt, last_used_at: lastUsedAt }),
      ),
    },
  },
  {
    table: 'accounts_recoverycode',
    column: 'user_id',
    label: 'Recovery codes',
    onDelete: 'delete',
    export: {
      name: 'recovery_codes',
      shape: z.object({ created_at: time, used_at: maybeTime }),
      read: byId(
        (userId, after) => database().recoveryCode.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ createdAt, usedAt }) => ({ created_at: createdAt, used_at: usedAt }),
      ),
    },
  },
  {
    table: 'accounts_trusteddevice',
    column: 'user_id',
    label: 'Trusted devices',
    onDelete: 'delete',
    export: {
      name: 'trusted_devices',
      shape: z.object({ created_at: time, expires_at: time }),
      read: byId(
        (userId, after) => database().trustedDevice.findMany({ where: { userId, id: { gt: after } }, ...ordered }),
        ({ createdAt, expiresAt }) => ({ created_at: createdAt, expires_at: expiresAt }),
      ),
    },
  },
]
