/** The audit log: who did what to which account, from where. Events are written in the transaction of the change they record. */
import type { Transaction } from '../db/client.ts'
import { truncate } from '../fields/text.ts'

/** What was made of something that is no account: how it is called, since its number tells nothing once it is gone, and its fields. */
interface ObjectChange {
  name?: string
  fields?: string[]
  changes?: Record<string, unknown>
}

/** Every event there is, in the past tense, with what its `detail` may say. Nothing secret is ever among it (ASVS 16.2.5). */
export interface AuditEvents {
  signed_up: { method: 'password' }
  logged_in: { newDevice: boolean }
  login_failed: { reason: 'wrong_credentials' | 'email_not_verified' | 'account_closed' | 'not_staff' }
  logged_out: Record<never, never>
  /** One session, by its owner, by staff, because a login made them too many, or by Django beside us. */
  session_ended: { by: 'owner' | 'limit' | 'admin' | 'elsewhere' }
  sessions_ended: { sessionsEnded: number; current: boolean }
  reauthenticated: Record<never, never>
  reauthentication_failed: { reason: 'wrong_password' }
  refresh_token_replayed: Record<never, never>
  /** The first one refused since the window opened. */
  request_throttled: { policy: string; limit: string }
  /** The owner was told of many failures. */
  login_attempts_reported: Record<never, never>
  superuser_created: Record<never, never>
  email_verification_requested: Record<never, never>
  email_verified: { by: 'link' | 'code' | 'password_reset' | 'email_change' }
  password_reset_requested: Record<never, never>
  password_reset: { sessionsEnded: number }
  password_changed: { sessionsEnded: number; by: 'owner' | 'command' }
  email_change_requested: { to: string }
  email_change_cancelled: Record<never, never>
  email_changed: { from: string; to: string }
  email_change_undone: { from: string; to: string }
  profile_updated: { fields: string[] }
  data_exported: Record<never, never>
  account_deletion_requested: { dueAt: string }
  account_deletion_undone: Record<never, never>
  /** The account's email address at that time, since its id alone identifies no one later. Kept as long as the event (AUDIT_RETENTION). */
  account_deleted: { email?: string }
  /** A request was denied: the missing Django permission, or the reason. */
  admin_denied: { permission: string }
  /** By staff. `fields` as the API names them; `changes`, by those names, from what to what, for the history of the object. */
  user_added: { invited?: true }
  user_changed: { fields: string[]; changes?: Record<string, unknown> }
  user_password_set: { usable: boolean; sessionsEnded: number; reason: string }
  user_sessions_ended: { sessionsEnded: number }
  user_reset_sent: Record<never, never>
  users_exported: { filters: string[] }
  events_exported: { filters: string[] }
  /** Of a model that has no events of its own, named as `app.model`. */
  object_added: ObjectChange & { model: string; object: number }
  object_changed: ObjectChange & { model: string; object: number }
  object_deleted: ObjectChange & { model: string; object: number }
  group_added: ObjectChange & { group: number }
  group_changed: ObjectChange & { group: number }
  group_deleted: ObjectChange & { group: number }
  mail_resent: { mail: number; kind: string }
  throttle_released: { policy: string; limit: string }
}

export type AuditEventName = keyof AuditEvents

/** From where something was done. A request's context is one; commands say `command`. */
export interface AuditSource {
  now: Date
  requestId: string
  clientIp: string | null
  userAgent: string
}

export interface AuditEntry<Name extends AuditEventName> {
  outcome?: 'success' | 'failure'
  /** The account that did it; null for an unknown client or the system. */
  actorId: number | null
  /** The account it was done to. */
  subjectId: number | null
  sessionId?: string | null
  /** The log entry of Django's that tells of the same change. */
  logEntryId?: number | null
  detail: AuditEvents[Name]
}

/** Where a command of `npm run manage` comes from: this very machine. */
export const commandSource = (command: string, now: Date): AuditSource => ({
  now,
  requestId: 'command',
  clientIp: null,
  userAgent: `manage ${command}`,
})

/** Longest user agent kept, in code points. */
const USER_AGENT_LENGTH = 512

/** A user agent as both databases take it: PostgreSQL refuses a NUL and half a character pair. */
export const storableUserAgent = (userAgent: string) => truncate(userAgent.replaceAll('\0', '').toWellFormed(), USER_AGENT_LENGTH)

/**
 * Writes down an event (ASVS 16.3).
 * @param tx the transaction of the change itself: neither is kept without the other
 */
export async function recordEvent<Name extends AuditEventName>(
  tx: Transaction,
  event: Name,
  { outcome = 'success', actorId, subjectId, sessionId = null, logEntryId = null, detail }: AuditEntry<Name>,
  { now, requestId, clientIp, userAgent }: AuditSource,
): Promise<void> {
  await tx.auditEvent.create({
    data: {
      at: now,
      event,
      outcome,
      actorId,
      subjectId,
      sessionId,
      ipAddress: clientIp,
      userAgent: storableUserAgent(userAgent),
      requestId,
      detail: JSON.stringify(detail),
      logEntryId,
    },
  })
}
