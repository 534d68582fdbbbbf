import * as z from 'zod/mini'
import { endpoint } from '../http/endpoint.ts'
import { entityTag } from '../http/negotiation.ts'
import { processValue } from '../process-state.ts'
import { catalogue } from './catalogue.ts'
import { describeApi } from './document.ts'
import { referenceOf } from './reference.ts'

interface Described {
  /** The OpenAPI document, as it is sent. */
  json: Uint8Array<ArrayBuffer>
  etag: string
  /** The same as the content of a page. */
  reference: string
}

const described = processValue<Described>('apiDescription')

/** The description of this process's API, written once: settings do not change while it runs. */
export function apiDescription(): Described {
  if (!described.current) {
    const document = describeApi([...catalogue, schemaEndpoint])
    const json = new TextEncoder().encode(JSON.stringify(document))
    described.current = { json, etag: entityTag(document), reference: referenceOf(document) }
  }
  return described.current
}

export const schemaEndpoint = endpoint({
  contract: {
    method: 'GET',
    path: '/api/schema/',
    name: 'Schema',
    description: 'This description: OpenAPI 3.1 with JSON Schema 2020-12.',
    operationId: 'getSchema',
    summary: 'Describe the API',
    tag: 'Service',
    responses: { 200: z.looseObject({ openapi: z.string() }), 304: null },
  },
  policy: { access: 'public' },
  run: async () => {
    const { json, etag } = apiDescription()
    // It is asked for again each time, and answered 304 while it is the same.
    return { body: json, headers: { ETag: etag, 'Cache-Control': 'no-cache' } }
  },
})
