import type { OutboxMail } from '../db/client.ts'
import { lookUp } from '../fields/look-up.ts'

/** What an email is about, and what pages call that. */
const LABELS = {
  email_verification: 'Email verification',
  already_registered: 'Account already exists',
  phone_taken: 'Phone number already in use',
  address_reserved: 'Email address reserved',
  password_reset: 'Password reset',
  email_login: 'Sign-in code',
  email_login_refused: 'Sign-in by email refused',
  address_restored: 'Email address restored',
  invitation: 'Invitation',
  password_changed: 'Password changed',
  email_change: 'Email change to confirm',
  email_change_notice: 'Email change requested',
  email_changed: 'Email address changed',
  email_change_undone: 'Email change undone',
  new_device: 'Sign-in from a new device',
  login_attempts: 'Sign-in attempts blocked',
  second_factor_attempts: 'Second factor attempts blocked',
  second_factor_enabled: 'Authenticator app added',
  second_factor_disabled: 'Authenticator app removed',
  recovery_codes_replaced: 'Recovery codes replaced',
  recovery_code_used: 'Recovery code used',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  refresh_token_replayed: 'Reused refresh token',
  external_account_linked: 'Provider connected',
  external_account_unlinked: 'Provider disconnected',
  account_deletion: 'Account closed',
  account_deleted: 'Account deleted',
} as const

export type EmailType = keyof typeof LABELS

export const EMAIL_TYPES = Object.keys(LABELS) as EmailType[]

/** @param kind as the outbox stores it: one that this version does not have is shown as it is */
export const emailLabel = (kind: string): string => lookUp<string>(LABELS, kind) ?? kind

export type EmailStatus = 'waiting' | 'sent' | 'failed'

export const emailStatus = ({ sentAt, failedAt }: Pick<OutboxMail, 'sentAt' | 'failedAt'>): EmailStatus =>
  sentAt ? 'sent' : failedAt ? 'failed' : 'waiting'
