/** The events of the audit log, declared once: types, labels, the admin area's filter and its history read this. */
import { lookUp } from '../fields/look-up.ts'

interface EventDeclaration<Detail> {
  /** What the account's owner reads. @param device that it came from, in words */
  label: (detail: Partial<Detail>, device: string) => string
  /** Whether it is written in one transaction with a log entry of Django's, so that the history of the object shows it. */
  inHistory: boolean
}

type Label<Detail> = string | EventDeclaration<Detail>['label']

/** @template Detail what the event's `detail` says; nothing secret is ever among it (ASVS 16.2.5) */
const event = <Detail = Record<never, never>>(label: Label<Detail>, inHistory = false): EventDeclaration<Detail> => ({
  label: typeof label === 'string' ? () => label : label,
  inHistory,
})

/** One that the history of its object shows, too. */
const change = <Detail>(label: Label<Detail>) => event<Detail>(label, true)

/** What was made of something that is no account: how it is called, since its number tells nothing once it is gone, and its fields. */
interface ObjectChange {
  name?: string
  fields?: string[]
  changes?: Record<string, unknown>
}

type ModelChange = ObjectChange & { /** As `app.model`. */ model: string; object: number }
type GroupChange = ObjectChange & { group: number }

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

const FAILED_BECAUSE = {
  wrong_credentials: 'Sign-in attempt with a wrong password',
  email_not_verified: 'Sign-in attempt before the email address was confirmed',
  account_closed: 'Sign-in attempt while the account was closed',
  not_staff: 'Sign-in attempt to the admin area without staff status',
  wrong_code: 'Sign-in attempt with the right password, but a wrong code',
  wrong_emailed_code: 'Sign-in attempt with a wrong emailed code',
  wrong_passkey: 'Sign-in attempt with a passkey that wasn’t accepted',
  passkey_copied: 'Sign-in attempt with a passkey that may have been copied',
}

const CHECK_FAILED = {
  wrong_password: 'Password check failed',
  wrong_code: 'Check of a code failed',
  wrong_external_account: 'Identity check failed',
  wrong_passkey: 'Identity check with a passkey failed',
  passkey_copied: 'Identity check with a passkey that may have been copied',
}

/** @param provider of the password manager or device that made a passkey; `Passkey` where it is not known (lib/credentials/passkey-providers.ts) */
const madeBy = (provider = 'Passkey') => (provider === 'Passkey' ? '' : `: ${provider}`)

/** By their names, in the past tense. */
export const auditEvents = {
  signed_up: event<{ method: 'password' | 'external' }>((_, device) => `Account created from ${device}`),
  logged_in: event<{ newDevice: boolean; by?: 'email' }>(
    ({ newDevice, by }, device) => `Signed in ${by === 'email' ? 'by email ' : ''}from ${device}${newDevice ? ', a new device' : ''}`,
  ),
  login_failed: event<{ reason: keyof typeof FAILED_BECAUSE }>(
    ({ reason }) => lookUp(FAILED_BECAUSE as Record<string, string>, reason ?? 'wrong_credentials') ?? 'Sign-in failed',
  ),
  /** A login at an identity provider that ended with no session here. */
  external_login_failed: event<{ provider: string; reason: string }>(
    ({ provider = 'another service' }) => `Sign-in attempt with ${provider} failed`,
  ),
  external_account_linked: event<{ provider: string; by: 'owner' | 'verified_email' | 'sign_up' }>(
    ({ provider = 'another service' }) => `Connected ${provider} for signing in`,
  ),
  external_account_unlinked: event<{ provider: string; by: 'owner' | 'ownership' }>(
    ({ provider = 'another service' }) => `Disconnected ${provider}`,
  ),
  logged_out: event('Signed out'),
  /** One session, by its owner, by staff, because a login made them too many, or by Django beside us. */
  session_ended: event<{ by: keyof typeof ENDED_BY }>(({ by }) => ENDED_BY[by ?? 'owner']),
  sessions_ended: event<{ sessionsEnded: number; current: boolean }>(({ current }) =>
    current ? 'Signed out everywhere' : 'Signed out everywhere else',
  ),
  second_factor_enabled: event<{ method: 'totp' }>('Authenticator app added'),
  second_factor_disabled: event<{ method: 'totp' }>('Authenticator app removed'),
  recovery_codes_replaced: event('Recovery codes replaced'),
  recovery_code_used: event<{ left: number }>(({ left }) => `Recovery code used, ${left} left`),
  device_trusted: event((_, device) => `Marked ${device} as a trusted device`),
  trusted_devices_forgotten: event<{ devices: number }>('Trusted devices forgotten'),
  passkey_added: event<{ passkey: number; provider: string; conditional: boolean }>(({ provider }) => `Passkey added${madeBy(provider)}`),
  passkey_removed: event<{ passkey: number; provider: string; by: 'owner' | 'ownership' | 'email_change_undone' | 'administrator' }>(
    ({ provider, by }) => `Passkey removed${by === 'administrator' ? ' by an administrator' : ''}${madeBy(provider)}`,
  ),
  reauthenticated: event<{ provider?: string; method?: 'totp'; passkey?: number }>(({ provider, method, passkey }) => {
    if (provider) return `Identity confirmed with ${provider}`
    if (passkey !== undefined) return 'Identity confirmed with a passkey'
    return method === 'totp' ? 'Identity confirmed with the authenticator app' : 'Password confirmed'
  }),
  reauthentication_failed: event<{ reason: keyof typeof CHECK_FAILED }>(({ reason }) => CHECK_FAILED[reason ?? 'wrong_password']),
  refresh_token_replayed: event('A session was ended because an old token was reused'),
  /** The first one refused since the window opened. */
  request_throttled: event<{ policy: string; limit: string }>('Sign-in blocked: too many attempts'),
  /** The owner was told of many failures. */
  login_attempts_reported: event('We emailed you about failed sign-ins'),
  superuser_created: event('Account created by an administrator'),
  email_verification_requested: event('Requested an email to confirm the address'),
  email_verified: event<{ by: 'link' | 'code' | 'password_reset' | 'email_login' | 'email_change' }>('Email address confirmed'),
  password_reset_requested: event('Requested a password reset email'),
  password_reset: event<{ sessionsEnded: number }>('Password reset by email'),
  password_changed: event<{ sessionsEnded: number; by: 'owner' | 'command'; first?: true }>(({ by, first }) => {
    if (by === 'command') return 'Password changed by an administrator'
    return first ? 'Password added' : 'Password changed'
  }),
  /** It was chosen before the email address was verified, perhaps by another person. */
  password_removed: event<{ sessionsEnded: number }>('Password removed: it was set before the email address was confirmed'),
  email_login_requested: event('Requested an email to sign in'),
  email_change_requested: event<{ to: string }>(({ to }) => `Requested to change the email address to ${to}`),
  email_change_cancelled: event('Email address change canceled'),
  email_changed: event<{ from: string; to: string }>(({ from, to }) => `Email address changed from ${from} to ${to}`),
  email_change_undone: event<{ from: string; to: string }>(({ to }) => `Email address changed back to ${to}`),
  profile_updated: event<{ fields: string[] }>(
    ({ fields }) => `Profile changed: ${(fields ?? []).map((field) => lookUp(FIELDS, field) ?? field).join(', ')}`,
  ),
  data_exported: event('Your data downloaded'),
  account_deletion_requested: event<{ dueAt: string }>('Account closed'),
  account_deletion_undone: event('Account restored'),
  /** The account's email address at that time, since its id alone identifies no one later. Kept as long as the event (AUDIT_RETENTION). */
  account_deleted: change<{ email?: string }>('Account deleted'),
  /** A request was denied: the missing Django permission, or the reason. */
  admin_denied: event<{ permission: string }>('Blocked: this account doesn’t have permission'),
  /** By staff. `fields` as the API names them; `changes`, by those names, from what to what, for the history of the object. */
  user_added: change<{ invited?: true }>('Account created by an administrator'),
  user_changed: change<{ fields: string[]; changes?: Record<string, unknown> }>('Account changed by an administrator'),
  user_password_set: change<{ usable: boolean; sessionsEnded: number; reason: string }>(({ usable }) =>
    usable === false ? 'Password removed by an administrator' : 'Password changed by an administrator',
  ),
  user_second_factor_reset: event<{ reason: string }>('Second factor removed by an administrator'),
  user_sessions_ended: event<{ sessionsEnded: number }>('Signed out everywhere by an administrator'),
  user_reset_sent: event('An administrator sent a password reset email'),
  users_exported: event<{ filters: string[] }>('List of users downloaded'),
  events_exported: event<{ filters: string[] }>('List of events downloaded'),
  object_added: change<ModelChange>('Object added'),
  object_changed: change<ModelChange>('Object changed'),
  object_deleted: change<ModelChange>('Object deleted'),
  group_added: change<GroupChange>('Group added'),
  group_changed: change<GroupChange>('Group changed'),
  group_deleted: change<GroupChange>('Group deleted'),
  mail_resent: event<{ mail: number; kind: string }>('An administrator resent an email'),
  throttle_released: event<{ policy: string; limit: string }>('An administrator unblocked sign-in'),
}

export type AuditEventName = keyof typeof auditEvents

/** What the `detail` of an event says, by its name. */
export type AuditEvents = {
  [Name in AuditEventName]: (typeof auditEvents)[Name] extends EventDeclaration<infer Detail> ? Detail : never
}

export const AUDIT_EVENT_NAMES = Object.keys(auditEvents) as AuditEventName[]

/** @param device the event's device in words */
export function eventLabel({ event, detail }: { event: string; detail: Record<string, unknown> }, device: string): string {
  const declared: EventDeclaration<Record<string, unknown>> | undefined = lookUp(auditEvents, event)
  // An event of a newer version, after going back to an older one.
  return declared?.label(detail, device) ?? event.replaceAll('_', ' ')
}
