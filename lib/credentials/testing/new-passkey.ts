/** For tests that need no key: a passkey's row of its own for each call. */
import { randomBytes } from 'node:crypto'
import { database, type Passkey } from '../../db/client.ts'
import { settings } from '../../settings.ts'

export function newPasskey(userId: number, createdAt: Date, more: Partial<Passkey> = {}): Promise<Passkey> {
  const data = {
    userId,
    credentialId: randomBytes(16).toString('base64url'),
    publicKey: 'AA',
    userHandle: 'AA',
    rpId: settings().PASSKEY_RP_ID ?? 'localhost',
    aaguid: '00000000-0000-0000-0000-000000000000',
    name: 'Passkey',
    transports: '',
    signCount: 0,
    uvInitialized: true,
    backupEligible: true,
    backedUp: true,
    createdAt,
    ...more,
  }
  return database().passkey.create({ data })
}
