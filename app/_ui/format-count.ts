/** How many sessions a change ended, in a sentence. @param count as the flash carries it */
export function sessionsEndedText(count: string): string {
  const sessions = Number.parseInt(count, 10)
  if (!(sessions > 0)) return 'You’re not signed in anywhere else.'
  return sessions === 1 ? 'One session was signed out.' : `${sessions} sessions were signed out.`
}
