/** How long emails stay in the outbox that were not sent, in seconds. */
import { settings } from '../settings.ts'

const DAY = 86_400
/** One that no mail server took for so long has failed. */
export const RETRY_PERIOD = 3 * DAY
/** Failed ones, for staff to see. */
export const FAILED_EMAIL_RETENTION = 30 * DAY

/** The email that tells of an account's deletion belongs to no account any more: so long after it was written it goes, sent or not. */
export const lastEmailRetention = () => Math.max(settings().MAIL_RETENTION, RETRY_PERIOD)
