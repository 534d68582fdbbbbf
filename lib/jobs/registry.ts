import { BATCH, deliverDue } from '../mail/deliver-outbox.ts'
import { smtpTransport } from '../mail/transport.ts'
import { deleteClosedAccounts, deleteUnverifiedAccounts } from './delete-accounts.ts'
import {
  deleteExpiredCounters,
  deleteExpiredExternalLogins,
  deleteExpiredIdempotencyKeys,
  deleteExpiredLinks,
  deleteExpiredPendingLogins,
  deleteExpiredTrustedDevices,
  deleteOldEvents,
  deleteOldMail,
  deleteOrphanedMail,
  deleteUnusedDevices,
  deleteUsedChallenges,
} from './delete-old-rows.ts'
import { fillPhoneNumbers } from './fill-phone-numbers.ts'
import { flushExpiredSessions, flushExpiredTokens } from './flush-expired-tokens.ts'
import type { Job, JobContext } from './job.ts'
import { reencryptSecrets } from './reencrypt-secrets.ts'

const MINUTE = 60

/** Everything that runs in the background. The server (start-jobs.ts) and the commands run this list and nothing else. */
export const jobs: readonly Job[] = [
  { name: 'deliver-mail', done: 'emails handled', every: 1, run: deliverMail },
  { name: 'delete-closed-accounts', done: 'closed accounts deleted', every: MINUTE, run: deleteClosedAccounts },
  { name: 'delete-unverified-accounts', done: 'unverified accounts deleted', every: 60 * MINUTE, run: deleteUnverifiedAccounts },
  { name: 'flush-expired-tokens', done: 'expired tokens deleted', every: 10 * MINUTE, run: flushExpiredTokens },
  { name: 'flush-expired-sessions', done: 'expired sessions deleted', every: 10 * MINUTE, run: flushExpiredSessions },
  { name: 'delete-expired-links', done: 'expired links and codes deleted', every: 10 * MINUTE, run: deleteExpiredLinks },
  {
    name: 'delete-expired-pending-logins',
    done: 'expired pending logins deleted',
    every: 10 * MINUTE,
    run: deleteExpiredPendingLogins,
  },
  {
    name: 'delete-expired-external-logins',
    done: 'expired logins at identity providers deleted',
    every: 10 * MINUTE,
    run: deleteExpiredExternalLogins,
  },
  {
    name: 'delete-expired-trusted-devices',
    done: 'expired trusted devices deleted',
    every: 60 * MINUTE,
    run: deleteExpiredTrustedDevices,
  },
  { name: 'delete-used-challenges', done: 'used challenges of passkeys deleted', every: 10 * MINUTE, run: deleteUsedChallenges },
  { name: 'delete-expired-counters', done: 'expired throttle counters deleted', every: 10 * MINUTE, run: deleteExpiredCounters },
  {
    name: 'delete-expired-idempotency-keys',
    done: 'expired idempotency keys deleted',
    every: 10 * MINUTE,
    run: deleteExpiredIdempotencyKeys,
  },
  { name: 'delete-old-mail', done: 'old emails deleted', every: 10 * MINUTE, run: deleteOldMail },
  { name: 'delete-orphaned-mail', done: 'emails of accounts that are gone deleted', every: 10 * MINUTE, run: deleteOrphanedMail },
  { name: 'delete-old-events', done: 'old audit events deleted', every: 10 * MINUTE, run: deleteOldEvents },
  { name: 'delete-unused-devices', done: 'unused devices deleted', every: 10 * MINUTE, run: deleteUnusedDevices },
  { name: 'fill-phone-numbers', done: 'phone numbers of Django’s accounts read', every: 60 * MINUTE, run: fillPhoneNumbers },
  { name: 'reencrypt-secrets', done: 'secrets encrypted with the current key', every: 60 * MINUTE, run: reencryptSecrets },
]

/** Sends the emails that are due; without SMTP_URL they stay in the outbox. */
export async function* deliverMail({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const send = smtpTransport()
  if (!send) return
  for (;;) {
    const taken = await deliverDue(send, now, onFailure)
    yield taken
    if (taken < BATCH) return
  }
}
