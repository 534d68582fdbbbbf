import type { AuditSource } from '../audit/audit.ts'
import type { EmailContent } from '../mail/render-email.ts'
import { formatDateTime } from '../mail/render-email.ts'
import { describeDevice } from './describe-device.ts'

/** When and from where something was asked for, as an email tells its reader (what the client claims of itself, and its address). */
export const requestDetails = ({ now, clientIp, userAgent }: AuditSource): NonNullable<EmailContent['details']> => [
  ['Time', formatDateTime(now)],
  ['Address', clientIp ?? 'Not known'],
  ['Device', describeDevice(userAgent)],
]
