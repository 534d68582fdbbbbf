/** The errors that serve() answers, each in Django REST framework's shape: which of them an operation can meet, and how they look. */
import type { Endpoint } from '../http/endpoint.ts'
import type { JsonSchema } from './json-schema.ts'

/** What two or more operations share. */
interface ErrorResponse {
  title: string
  description: string
  example: Record<string, unknown>
  headers?: string[]
}

const FORMAT = 'The type asked for'

export const ERRORS: Record<number, ErrorResponse> = {
  400: {
    title: 'BadRequest',
    description: 'What was sent cannot be read, or is not valid: the messages stand by field, all of them at once.',
    example: { email: ['Enter a valid email address.'], non_field_errors: ['Invalid email or password.'] },
  },
  401: {
    title: 'Unauthorized',
    description: 'There are no credentials, or they are not accepted.',
    example: { detail: 'Authentication credentials were not provided.' },
    headers: ['WWW-Authenticate'],
  },
  403: {
    title: 'Forbidden',
    description:
      'The request carries a cookie, or comes from a browser, and does not come from this site; or it requires recent authentication (`reauthentication_required`), or a login a second factor (`mfa_required`).',
    example: { detail: 'CSRF Failed: the request does not come from this site.', code: 'csrf_failed' },
  },
  404: {
    title: 'NotFound',
    description: 'There is nothing of this kind, or `?format=` names a format that is not served.',
    example: { detail: 'Not found.' },
  },
  405: {
    title: 'MethodNotAllowed',
    description: 'Answered to methods that the path does not have; `Allow` lists those that it has.',
    example: { detail: 'Method "PUT" not allowed.' },
  },
  406: {
    title: 'NotAcceptable',
    description: `${FORMAT} by \`Accept\` is not served.`,
    example: { detail: 'Could not satisfy the request Accept header.' },
  },
  409: {
    title: 'Conflict',
    description:
      'Conflicts with the current state, as `code` says (`still_referenced`: rows of other tables, which `references` counts by table); or the first request with this `Idempotency-Key` is being answered.',
    example: { detail: 'The first request with this Idempotency-Key is being answered.', code: 'idempotency_key_in_use' },
  },
  412: {
    title: 'PreconditionFailed',
    description: 'The resource has changed since the state that `If-Match` names.',
    example: { detail: 'The resource has changed since you fetched it.', code: 'precondition_failed' },
  },
  413: {
    title: 'PayloadTooLarge',
    description: 'The body is larger than 64 KiB.',
    example: { detail: 'The request body is larger than 65536 bytes.', code: 'payload_too_large' },
  },
  415: {
    title: 'UnsupportedMediaType',
    description: 'The body is neither JSON nor a form, is compressed, or is not in UTF-8.',
    example: { detail: 'Unsupported media type "text/plain" in request.' },
  },
  422: {
    title: 'UnprocessableContent',
    description: 'This `Idempotency-Key` came with another request.',
    example: { detail: 'This Idempotency-Key was already used with a different request.', code: 'idempotency_key_reused' },
  },
  429: {
    title: 'TooManyRequests',
    description: 'Too often. `Retry-After` says in how many seconds it may be tried again.',
    example: { detail: 'Request was throttled. Expected available in 60 seconds.' },
    headers: ['Retry-After', 'RateLimit-Policy', 'RateLimit'],
  },
  503: {
    title: 'ServiceUnavailable',
    description: 'The database is away, or too many passwords wait to be hashed. Nothing was done; `Retry-After` says when to try again.',
    example: { detail: 'The service is busy or not available. Try again later.', code: 'database_unavailable' },
    headers: ['Retry-After'],
  },
}

/** Headers that answers carry besides those of HTTP itself. */
export const HEADERS: Record<string, { description: string; schema: JsonSchema; example: string }> = {
  'X-Request-Id': {
    description: 'Names the request in the log; a well-formed one that the client sent is kept.',
    schema: { type: 'string', maxLength: 64 },
    example: '0b8f2c56-1c3e-4a57-9f5c-2d8f6f7f2f5e',
  },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' }, example: 'Bearer realm="api"' },
  'Retry-After': { description: 'In seconds.', schema: { type: 'string', pattern: '^[1-9]\\d*$' }, example: '60' },
  'RateLimit-Policy': {
    description: 'The limits: `q` requests in `w` seconds (draft-ietf-httpapi-ratelimit-headers-11).',
    schema: { type: 'string' },
    example: '"refresh-address-minute";q=600;w=60',
  },
  RateLimit: {
    description: 'Where the caller’s own limits stand: `r` requests are left for the next `t` seconds.',
    schema: { type: 'string' },
    example: '"refresh-address-minute";r=599;t=60',
  },
  ETag: {
    description: 'Send it as `If-None-Match` to be answered 304 while nothing has changed, as `If-Match` to change only what you saw.',
    schema: { type: 'string' },
    example: '"…"',
  },
  Location: { description: 'Where what was created is, or where a browser goes on.', schema: { type: 'string' }, example: '/dashboard' },
}

/** The errors that an operation can answer, from who may call it, what it takes and how often it may be called. */
export function errorStatuses(endpoint: Endpoint): number[] {
  const reads = endpoint.contract.method !== 'GET' || endpoint.contract.input !== undefined
  const asks = endpoint.policy.access === 'authenticated' || endpoint.policy.throttle !== undefined || reads
  const statuses = [
    ...(reads ? [400, 413, 415] : endpoint.contract.query ? [400] : []),
    ...(endpoint.policy.access === 'authenticated' || endpoint.policy.optionalPrincipal ? [401] : []),
    ...(endpoint.contract.method === 'GET' && !endpoint.policy.recentAuthentication && !endpoint.policy.permission ? [] : [403]),
    ...[404, 405, 406],
    ...(endpoint.policy.throttle ? [429] : []),
    ...(endpoint.policy.idempotencyKey ? [409, 422] : []),
    ...(asks ? [503] : []),
    ...(endpoint.contract.errorStatuses ?? []),
  ]
  return [...new Set(statuses)].filter((status) => !(status in endpoint.contract.responses)).sort((a, b) => a - b)
}

const ERROR = { $ref: '#/components/schemas/Error' }

/** What is wrong with the fields of one operation, and with none of them. */
export const badRequestSchema = (fields: string[]): JsonSchema => {
  const messages = { $ref: '#/components/schemas/Messages' }
  const named = Object.fromEntries([...fields, 'non_field_errors'].map((name) => [name, messages]))
  return { anyOf: [ERROR, { type: 'object', properties: named, minProperties: 1 }] }
}

/** Shapes of errors that the answers above refer to. */
export const ERROR_SCHEMAS: Record<string, JsonSchema> = {
  Error: {
    type: 'object',
    description: 'An error that concerns no single field. `code` is stable; `detail` is for people.',
    properties: {
      detail: { type: 'string' },
      code: { type: 'string' },
      messages: {
        type: 'array',
        items: {
          type: 'object',
          properties: { token_class: { type: 'string' }, token_type: { type: 'string' }, message: { type: 'string' } },
          required: ['token_class', 'token_type', 'message'],
        },
      },
      ticket: { type: 'string', description: 'Of a login that waits for a further step: names it, for ten minutes.' },
      methods: { type: 'array', items: { type: 'string' }, description: 'Of a login that waits: the ways to complete it.' },
      version: { type: 'string', description: 'Of `changed_meanwhile`: the present version.' },
      changes: {
        type: 'array',
        description: 'Of `changed_meanwhile`: what was done since the version that was sent, the newest first.',
        items: {
          type: 'object',
          properties: {
            at: { type: 'string', format: 'date-time' },
            by: { type: ['string', 'null'] },
            words: { type: 'string' },
            changes: { type: 'object', description: 'From what to what, by field.', additionalProperties: { type: 'object' } },
          },
          required: ['at', 'by', 'words', 'changes'],
        },
      },
    },
    required: ['detail'],
  },
  Problem: {
    type: 'object',
    description: 'Any error, with the fields that it has otherwise, for `Accept: application/problem+json` (RFC 9457).',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      instance: { type: 'string' },
      'violated-policies': { type: 'array', items: { type: 'string' } },
    },
    required: ['type', 'title', 'status', 'instance'],
    additionalProperties: true,
  },
  Messages: { type: 'array', items: { type: 'string' }, minItems: 1 },
}
