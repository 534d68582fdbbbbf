import { formatDuration } from '../mail/render-email.ts'
import { lastEmailRetention } from '../mail/retention.ts'
import { settings } from '../settings.ts'

/** What is kept about somebody whose account is deleted, as they are told. */
export const retentionNotice = () =>
  `Only the security log stays, with your email address, for ${formatDuration(settings().AUDIT_RETENTION)}, and our last email to you for ${formatDuration(lastEmailRetention())}.`
