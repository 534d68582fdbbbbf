/** The events of the audit log in words, for the person they are about. */
import type { AuditEventName, AuditEvents } from '#lib/audit/audit'
import type { ListedEvent } from '#lib/audit/list-events'
import { lookUp } from '#lib/fields/look-up'

type Words<Name extends AuditEventName> = (detail: Partial<AuditEvents[Name]>, device: string) => string

const FIELDS: Record<string, string> = {
  name: 'name',
  phone: 'phone number',
  first_name: 'first name',
  last_name: 'last name',
  username: 'username',
}

const ENDED_BY = {
  owner: 'A session was signed out from the list of sessions',
  limit: 'Oldest session signed out (session limit reached)',
  admin: 'A session was signed out by an administrator',
  elsewhere: 'A session was signed out by another application',
}

const FAILED_BECAUSE: Record<string, string> = {
  wrong_credentials: 'Sign-in attempt with a wrong password',
  email_not_verified: 'Sign-in attempt before the email address was confirmed',
  account_closed: 'Sign-in attempt while the account was closed',
  not_staff: 'Sign-in attempt to the admin area without staff status',
} satisfies Record<AuditEvents['login_failed']['reason'], string>

const WORDS: { [Name in AuditEventName]: Words<Name> } = {
  signed_up: (_, device) => `Account created from ${device}`,
  logged_in: ({ newDevice }, device) => `Signed in from ${device}${newDevice ? ', a new device' : ''}`,
  login_failed: ({ reason }) => FAILED_BECAUSE[reason ?? 'wrong_credentials'] ?? 'Sign-in failed',
  logged_out: () => 'Signed out',
  session_ended: ({ by }) => ENDED_BY[by ?? 'owner'],
  sessions_ended: ({ current }) => (current ? 'Signed out everywhere' : 'Signed out everywhere else'),
  reauthenticated: () => 'Password confirmed',
  reauthentication_failed: () => 'Password check failed',
  refresh_token_replayed: () => 'A session was ended because an old token was reused',
  request_throttled: () => 'Sign-in blocked: too many attempts',
  login_attempts_reported: () => 'We emailed you about failed sign-ins',
  superuser_created: () => 'Account created by an administrator',
  email_verification_requested: () => 'Requested an email to confirm the address',
  email_verified: () => 'Email address confirmed',
  password_reset_requested: () => 'Requested a password reset email',
  password_reset: () => 'Password reset by email',
  password_changed: ({ by }) => (by === 'command' ? 'Password changed by an administrator' : 'Password changed'),
  email_change_requested: ({ to }) => `Requested to change the email address to ${to}`,
  email_change_cancelled: () => 'Email address change canceled',
  email_changed: ({ from, to }) => `Email address changed from ${from} to ${to}`,
  email_change_undone: ({ to }) => `Email address changed back to ${to}`,
  profile_updated: ({ fields }) => `Profile changed: ${(fields ?? []).map((field) => lookUp(FIELDS, field) ?? field).join(', ')}`,
  data_exported: () => 'Your data downloaded',
  account_deletion_requested: () => 'Account closed',
  account_deletion_undone: () => 'Account restored',
  account_deleted: () => 'Account deleted',
  admin_denied: () => 'Blocked: this account doesn’t have permission',
  user_added: () => 'Account created by an administrator',
  user_changed: () => 'Account changed by an administrator',
  user_password_set: ({ usable }) => (usable === false ? 'Password removed by an administrator' : 'Password changed by an administrator'),
  user_sessions_ended: () => 'Signed out everywhere by an administrator',
  user_reset_sent: () => 'An administrator sent a password reset email',
  users_exported: () => 'List of users downloaded',
  events_exported: () => 'List of events downloaded',
  object_added: () => 'Object added',
  object_changed: () => 'Object changed',
  object_deleted: () => 'Object deleted',
  group_added: () => 'Group added',
  group_changed: () => 'Group changed',
  group_deleted: () => 'Group deleted',
  mail_resent: () => 'An administrator resent an email',
  throttle_released: () => 'An administrator unblocked sign-in',
}

/** @param device the event's device in words */
export function eventLabel({ event, detail }: { event: string; detail: ListedEvent['detail'] }, device: string): string {
  // An event of a newer version, after going back to an older one.
  if (!Object.hasOwn(WORDS, event)) return event.replaceAll('_', ' ')
  return WORDS[event as AuditEventName](detail, device)
}
