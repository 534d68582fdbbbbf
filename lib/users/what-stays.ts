import { durationWords } from '../mail/letter.ts'
import { lastEmailRetention } from '../mail/retention.ts'
import { settings } from '../settings.ts'

/** What is kept about somebody whose account is deleted, as they are told. */
export const whatStays = () =>
  `Only the security log stays, with your email address, for ${durationWords(settings().AUDIT_RETENTION)}, and our last email to you for ${durationWords(lastEmailRetention())}.`
