/** An event's name as the audit log shows it, `login_failed` as "Login failed". */
export function eventLabel(event: string): string {
  const words = event.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
