/** The API's description: OpenAPI 3.1, made of the endpoints' declarations and of nothing else. */

import { PARSED_MEDIA_TYPES } from '../http/body.ts'
import { type Contract, type Endpoint, TAGS } from '../http/endpoint.ts'
import { PROBLEM_MEDIA_TYPE } from '../http/negotiation.ts'
import { type ListedLimit, listLimits } from '../http/throttling.ts'
import { settings } from '../settings.ts'
import { effectivePolicy } from '../throttle/policies.ts'
import { sessionCookieName } from '../web/cookies.ts'
import { exampleFor } from './examples.ts'
import { type Definitions, fieldSchema, type JsonSchema, requestSchema, responseSchema } from './json-schema.ts'
import { badRequestSchema, ERROR_SCHEMAS, ERRORS, errorStatuses, HEADERS } from './responses.ts'

export interface MediaType {
  schema: JsonSchema
  example?: unknown
}

export interface ResponseObject {
  description: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, MediaType>
}

export interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, ResponseObject>
  'x-rate-limits'?: ListedLimit[]
}

export interface ApiDocument {
  openapi: string
  info: { title: string; version: string; summary: string; description: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Definitions; headers: Record<string, unknown>; securitySchemes: Record<string, JsonSchema> }
}

const JSON_TYPE = 'application/json'
const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: {
    type: 'string',
    description: 'In quotes. For 24 hours the same request with the same key is answered as the first time and not done again.',
  } as JsonSchema,
}
const PROBLEM = { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } }

/** @param endpoints in the order of the document */
export function describeApi(endpoints: readonly Endpoint[]): ApiDocument {
  const schemas: Definitions = {}
  const paths: ApiDocument['paths'] = {}
  for (const endpoint of endpoints) {
    paths[endpoint.contract.path] ??= {}
    Object.assign(paths[endpoint.contract.path] as object, { [endpoint.contract.method.toLowerCase()]: operation(endpoint, schemas) })
  }
  const headers = Object.entries(HEADERS).map(([name, header]) => [name, header])
  return {
    openapi: '3.1.1',
    info: {
      title: `${settings().APP_NAME} accounts`,
      version: '1.0.0',
      summary: 'Sign-up, login, tokens and accounts.',
      description:
        'Bodies are JSON or forms; answers are JSON in Django REST framework’s shapes. Paths are served with and without their last slash. Fields that are not known are ignored. Later releases add operations and fields and take none away.',
    },
    servers: [{ url: settings().APP_URL.origin }],
    tags: TAGS.map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...ERROR_SCHEMAS, ...Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) },
      headers: Object.fromEntries(headers),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' },
        cookie: { type: 'apiKey', in: 'cookie', name: sessionCookieName(), description: 'A browser’s session.' },
      },
    },
  }
}

/** An empty alternative is OpenAPI's way to say that a token may be left out. */
function securityOf({ policy: { access, optionalPrincipal } }: Endpoint): Record<string, string[]>[] {
  if (access === 'authenticated') return [{ bearer: [] }, { cookie: [] }]
  return optionalPrincipal ? [{}, { bearer: [] }] : []
}

function operation(endpoint: Endpoint, schemas: Definitions): Operation {
  const body = requestSchema(endpoint, schemas)
  const policy = endpoint.policy.throttle && effectivePolicy(endpoint.policy.throttle.policy)
  const limits = endpoint.policy.throttle && policy ? listLimits(endpoint.policy.throttle.policy, policy) : []
  const parameters = [...endpoint.contract.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    return { name, in: 'path', required: true, schema: { type: 'string' } as JsonSchema }
  })
  for (const [name, field] of Object.entries(endpoint.contract.query?.shape ?? {})) {
    parameters.push({ name, in: 'query', required: false, schema: fieldSchema(name, field) })
  }
  if (endpoint.policy.idempotencyKey) parameters.push(IDEMPOTENCY_KEY)
  return {
    operationId: endpoint.contract.operationId,
    summary: endpoint.contract.summary ?? endpoint.contract.name,
    description: endpoint.contract.description,
    tags: [endpoint.contract.tag],
    security: securityOf(endpoint),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !endpoint.contract.partial, content: requestContent(body, schemas) } }),
    responses: responses(endpoint, schemas, limits.length > 0),
    ...(limits.length > 0 && { 'x-rate-limits': limits }),
  }
}

function requestContent(schema: JsonSchema, schemas: Definitions): Record<string, MediaType> {
  const example = exampleFor(schema, schemas)
  return Object.fromEntries(PARSED_MEDIA_TYPES.map((type) => [type, { schema, example }]))
}

function responses(endpoint: Endpoint, schemas: Definitions, limited: boolean): Record<string, ResponseObject> {
  const found: Record<string, ResponseObject> = {}
  for (const [status, schema] of Object.entries(endpoint.contract.responses))
    found[status] = success(endpoint, Number(status), schema, schemas, limited)
  if (endpoint.form) found[303] ??= redirect('A browser’s form (`Accept: text/html`) is led on, or back to itself with what is wrong.')
  if (endpoint.form?.leaves) {
    const page = { 'text/html': { schema: { type: 'string' } } }
    found[200] ??= { description: 'A page that leads the browser to the other site.', headers: headerRefs([]) }
    found[200].content = { ...found[200].content, ...page }
  }
  if (endpoint.policy.recentAuthentication) found[303] ??= redirect('A browser is led to the page that asks for the password again.')
  for (const status of errorStatuses(endpoint)) found[status] = failure(endpoint, status)
  return found
}

const headerRefs = (names: string[]) =>
  Object.fromEntries(['X-Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const redirect = (description: string): ResponseObject => ({ description, headers: headerRefs(['Location']) })

function success(
  endpoint: Endpoint,
  status: number,
  answer: Contract['responses'][number] | undefined,
  schemas: Definitions,
  limited: boolean,
): ResponseObject {
  if (status === 303) return redirect(endpoint.contract.description)
  const headers = headerRefs([
    ...(limited ? ['RateLimit-Policy', 'RateLimit'] : []),
    ...(304 in endpoint.contract.responses || endpoint.contract.errorStatuses?.includes(412) ? ['ETag'] : []),
    ...(status === 201 ? ['Location'] : []),
    ...(status === 503 ? ['Retry-After'] : []),
  ])
  if (!answer) return { description: status === 304 ? 'Nothing has changed since.' : 'No content.', headers }
  if (endpoint.contract.mediaType !== undefined) {
    return {
      description: 'Done.',
      headers,
      content: { [endpoint.contract.mediaType.split(';', 1)[0] as string]: { schema: { type: 'string' } } },
    }
  }
  const schema = responseSchema(endpoint, status, answer, schemas)
  const description = status >= 400 ? 'Not ready.' : status === 201 ? 'Created.' : 'Done.'
  return { description, headers, content: { [JSON_TYPE]: { schema, example: exampleFor(schema, schemas) } } }
}

function failure(endpoint: Endpoint, status: number): ResponseObject {
  const { description, example, headers = [] } = ERRORS[status] ?? { description: 'Refused.', example: { detail: 'Refused.' } }
  const fields = [
    ...Object.keys(endpoint.contract.query?.shape ?? {}),
    ...Object.keys(endpoint.contract.input?.shape ?? {}),
    ...(endpoint.contract.errorFields ?? []),
  ]
  const schema = status === 400 ? badRequestSchema(fields) : { $ref: '#/components/schemas/Error' }
  // A form that cannot be shown again with what is wrong, or a download that fails, ends on a page that says so.
  const hasPage = endpoint.form !== undefined || typeof endpoint.policy.recentAuthentication === 'object'
  const page = hasPage && ![405, 406].includes(status) ? { 'text/html': { schema: { type: 'string' } } } : {}
  return { description, headers: headerRefs(headers), content: { [JSON_TYPE]: { schema, example }, ...PROBLEM, ...page } }
}
