/** Checks the lifetimes in the settings against each other. */
import type { Report } from './settings-problems.ts'

interface Lifetimes {
  ACCESS_TOKEN_LIFETIME: number
  REFRESH_TOKEN_LIFETIME: number
  SLIDING_TOKEN_REFRESH_LIFETIME: number
  SESSION_IDLE_TIMEOUT: number
  SESSION_ABSOLUTE_LIFETIME: number
  SESSION_REMEMBERED_LIFETIME: number
  EMAIL_VERIFICATION: string
  EMAIL_VERIFICATION_TIMEOUT: number
  AUDIT_RETENTION: number
}

/** Longest between two rounds of the jobs that the settings count on, in seconds: a day without a server, or without cron. */
const LATEST_ROUND = 86_400

/** After how many seconds an unverified sign-up is deleted: its email address was mistyped or belongs to another person. */
export const unverifiedRetention = ({ EMAIL_VERIFICATION_TIMEOUT }: Pick<Lifetimes, 'EMAIL_VERIFICATION_TIMEOUT'>) =>
  7 * EMAIL_VERIFICATION_TIMEOUT

export function reportLifetimes(values: Lifetimes, report: Report): void {
  for (const setting of cutShort(values)) {
    report('W030', setting, 'It is longer than sessions last: SESSION_ABSOLUTE_LIFETIME or SESSION_IDLE_TIMEOUT is shorter.')
  }
  if (values.EMAIL_VERIFICATION === 'mandatory' && values.AUDIT_RETENTION < unverifiedRetention(values) + LATEST_ROUND) {
    const message =
      'It is too short to delete sign-ups whose address is never verified: the log no longer tells them from Django’s accounts.'
    report('W031', 'AUDIT_RETENTION', message)
  }
}

/** The lifetimes that a session's own limits cut short. */
function cutShort(values: Lifetimes): string[] {
  const { SESSION_IDLE_TIMEOUT, SESSION_ABSOLUTE_LIFETIME } = values
  const longest = Math.min(SESSION_ABSOLUTE_LIFETIME, SESSION_IDLE_TIMEOUT || SESSION_ABSOLUTE_LIFETIME)
  const limits = [
    ['REFRESH_TOKEN_LIFETIME', longest],
    ['ACCESS_TOKEN_LIFETIME', longest],
    ['SLIDING_TOKEN_REFRESH_LIFETIME', SESSION_ABSOLUTE_LIFETIME],
    ['SESSION_REMEMBERED_LIFETIME', SESSION_ABSOLUTE_LIFETIME],
  ] as const
  return limits.flatMap(([setting, limit]) => (values[setting] > limit ? [setting] : []))
}
