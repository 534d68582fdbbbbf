import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'

/** 404 until SECURITY_CONTACT is set: better no file than one without a contact. */
export const securityTxtEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/.well-known/security.txt/',
    name: 'Security Contact',
    description: 'Says where to report a weakness.',
    operationId: 'getSecurityContact',
    summary: 'Security contact',
    tag: 'Service',
    responses: { 200: z.string() },
    mediaType: 'text/plain; charset=utf-8',
  },
  policy: { access: 'public' },
  run: async (_input, { now }) => {
    const { SECURITY_CONTACT, APP_URL } = settings()
    if (SECURITY_CONTACT.length === 0) throw new ApiError(404, { detail: 'Not found.', code: 'not_found' })
    return { body: securityTxt(SECURITY_CONTACT, APP_URL.origin, now) }
  },
})

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
