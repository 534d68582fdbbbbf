/** What tells finders of a weakness whom to tell (RFC 9116). */

/** How long what the file says may be taken for true, in days; RFC 9116 §2.5.5 wants less than a year. */
const VALID_FOR = 364

/**
 * @param contacts URIs, the preferred one first
 * @param origin of this site
 * @returns the file's text; valid from the day's beginning (UTC), so that it is the same all day
 */
export function securityTxt(contacts: string[], origin: string, now: Date): string {
  const expires = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + VALID_FOR))
  const fields = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: en',
    `Canonical: ${origin}/.well-known/security.txt`,
  ]
  return `${fields.join('\n')}\n`
}
