import { formatDuration } from '../mail/render-email.ts'
import { lastEmailRetention } from '../mail/retention.ts'
import { settings } from '../settings.ts'

/** Tells the owner of a deleted account what is kept, and for how long. */
export const retentionNotice = () =>
  `We keep the security log, which includes your email address, for ${formatDuration(settings().AUDIT_RETENTION)}, and our last email to you for ${formatDuration(lastEmailRetention())}.`
