import * as z from 'zod/mini'
import { ApiError } from '../../errors.ts'
import { endpoint } from '../../http/endpoint.ts'
import { settings } from '../../settings.ts'
import { securityTxt } from './security-txt.ts'

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
