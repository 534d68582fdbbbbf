import * as z from 'zod/mini'
import { endpoint } from '../http/endpoint.ts'
import { checkReadiness } from './check-readiness.ts'

const outcome = z.enum(['ok', 'failed', 'unknown'])
const checks = z.object({ database: outcome, migrations: outcome })

export const healthEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/health/',
    name: 'Health',
    description: 'Whether the process is alive. Asks nothing else, so that a database that is away restarts no server.',
    operationId: 'getHealth',
    summary: 'Liveness',
    tag: 'Service',
    responses: { 200: z.object({ status: z.literal('ok') }) },
  },
  policy: { access: 'public' },
  run: async () => ({ body: { status: 'ok' } }),
})

export const readyEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/ready/',
    name: 'Ready',
    description: 'Whether the database answers, can be written and has all migrations. 503 names the check that failed.',
    operationId: 'getReadiness',
    summary: 'Can it serve requests?',
    tag: 'Service',
    responses: {
      200: z.object({ status: z.literal('ok'), checks }),
      503: z.object({ detail: z.string(), code: z.string(), checks }),
    },
  },
  policy: { access: 'public' },
  run: () => checkReadiness(),
})
