import * as z from 'zod/mini'
import { endpoint } from '../../http/endpoint.ts'
import { endOwnSession } from './end-own-session.ts'
import { listSessions } from './list-sessions.ts'
import { logOutEverywhere } from './log-out-everywhere.ts'
import { logoutAllSchema } from './schema.ts'

const PAGE = '/settings/sessions'

/** A session as its owner sees it. */
const sessionShape = z.object({
  id: z.string(),
  current: z.boolean(),
  device: z.string(),
  ip_address: z.nullable(z.string()),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})

export const listSessionsEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/accounts/sessions/',
    name: 'Sessions',
    description: 'The sessions of the account that still stand, the one that asks first',
    operationId: 'listSessions',
    summary: 'List the sessions',
    tag: 'Sessions',
    responses: { 200: z.array(sessionShape) },
  },
  policy: { access: 'authenticated' },
  run: async (_input, { principal, now }) => ({
    body: (await listSessions(principal, now)).map(({ id, current, device, address, createdAt, lastUsedAt, expiresAt }) => ({
      id,
      current,
      device,
      ip_address: address,
      created_at: createdAt,
      last_used_at: lastUsedAt,
      expires_at: expiresAt,
    })),
  }),
})

export const endSessionEndpoint = endpoint({
  contract: {
    method: 'DELETE',
    path: '/api/accounts/sessions/{id}/',
    name: 'Session',
    description: 'Ends one session of the account',
    operationId: 'endSession',
    summary: 'End a session',
    tag: 'Sessions',
    responses: { 204: null },
  },
  policy: {
    access: 'authenticated',
    // ASVS 7.5.2; a thief who ends the owner's sessions keeps the owner out.
    recentAuthentication: true,
    throttle: { policy: 'change' },
  },
  form: { page: PAGE, success: PAGE },
  run: endOwnSession,
})

export const logoutAllEndpoint = endpoint({
  contract: {
    method: 'POST',
    path: '/api/accounts/logout/all/',
    name: 'Logout Everywhere',
    description: 'Ends all sessions of the account but the one that asks, and with `current` that one too',
    operationId: 'logOutEverywhere',
    summary: 'Log out everywhere',
    tag: 'Sessions',
    responses: { 200: z.object({ detail: z.string(), sessions_ended: z.int() }) },
    input: logoutAllSchema,
  },
  policy: { access: 'authenticated', recentAuthentication: true, throttle: { policy: 'change' } },
  form: { page: PAGE, success: PAGE },
  run: logOutEverywhere,
})
