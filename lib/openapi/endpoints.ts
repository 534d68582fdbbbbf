import * as z from 'zod/mini'
import { endpoint } from '../http/endpoint.ts'
import { entityTag } from '../http/entity-tag.ts'
import { catalogue } from './catalogue.ts'
import { type ApiDocument, describeApi } from './document.ts'

interface Described {
  document: ApiDocument
  etag: string
}

let described: Described | undefined

/** The description of this process's API: settings do not change while it runs. */
export function apiDescription(): Described {
  if (!described) {
    const document = describeApi([...catalogue, schemaEndpoint])
    described = { document, etag: entityTag(document) }
  }
  return described
}

export const schemaEndpoint = endpoint({
  method: 'GET',
  path: '/api/schema/',
  name: 'Schema',
  description: 'This description: OpenAPI 3.1 with JSON Schema 2020-12.',
  operationId: 'getSchema',
  summary: 'Describe the API',
  tag: 'Service',
  answers: { 200: z.looseObject({ openapi: z.string() }), 304: null },
  access: 'public',
  run: async () => {
    const { document, etag } = apiDescription()
    // It is asked for again each time, and answered 304 while it is the same.
    return { body: document, headers: { ETag: etag, 'Cache-Control': 'no-cache' } }
  },
})
