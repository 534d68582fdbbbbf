import type { OutboxMail } from '../db/client.ts'

/** What an email is about; also how the outbox lists it. */
export const EMAIL_TYPES = [
  'email_verification',
  'already_registered',
  'phone_taken',
  'address_reserved',
  'password_reset',
  'address_restored',
  'invitation',
  'password_changed',
  'email_change',
  'email_change_notice',
  'email_changed',
  'email_change_undone',
  'new_device',
  'login_attempts',
  'refresh_token_replayed',
  'account_deletion',
  'account_deleted',
] as const

export type EmailType = (typeof EMAIL_TYPES)[number]

export type EmailStatus = 'waiting' | 'sent' | 'failed'

export const emailStatus = ({ sentAt, failedAt }: Pick<OutboxMail, 'sentAt' | 'failedAt'>): EmailStatus =>
  sentAt ? 'sent' : failedAt ? 'failed' : 'waiting'
