/** Holds answers against the API's own description: what it does not declare is not to be answered. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { ApiDocument, Operation, ResponseObject } from '../../openapi/document.ts'
import { PROBLEM_MEDIA_TYPE } from '../negotiation.ts'
import type { Answer } from './send.ts'

type Schema = Record<string, unknown>

export interface Contract {
  document: ApiDocument
  operations: { path: string; method: string; operation: Operation }[]
  /** @returns what is wrong with the answer; null when it is declared, or the request went to no endpoint */
  complaint: (method: string, path: string, answer: Pick<Answer, 'status' | 'headers' | 'text'>) => string | null
}

/** Objects have the fields that are declared and no other, so that nothing gets out unseen. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'example' || key === 'examples' ? value : closed(value)]),
  )
  const open = copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined
  return open ? { ...copy, additionalProperties: false } : copy
}

export function readContract(document: ApiDocument): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'api', components: closed(document.components) as Schema })
  const compiled = new Map<string, ValidateFunction>()
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  // As OpenAPI has it: a path that is written out is meant before one with a parameter in its place.
  const places = Object.entries(document.paths)
    .map(([path, methods]) => ({
      matches: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replace(/\/$/, '/?')}$`),
      methods,
      path,
    }))
    .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))

  const validates = (name: string, schema: Schema, value: unknown): string | null => {
    const known = compiled.get(name) ?? ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"api#/')))
    compiled.set(name, known)
    return known(value) ? null : ajv.errorsText(known.errors)
  }

  const complaint: Contract['complaint'] = (method, target, { status, headers, text }) => {
    // Tests send what is no address, too, and more headers than Node reads: neither reaches an endpoint.
    if (!URL.canParse(target, 'http://base.invalid') || status === 431) return null
    const url = new URL(target, 'http://base.invalid')
    const place = places.find(({ matches }) => matches.test(url.pathname))
    if (!place) return null
    const named = method === 'POST' ? url.searchParams.get('_method') : null
    const meant = (named !== null && named.toLowerCase() in place.methods ? named : method).toLowerCase()
    const operation = place.methods[meant === 'head' ? 'get' : meant]
    const what = `${method} ${place.path} answered ${status}`
    if (headers['x-request-id'] === undefined) return `${what} without X-Request-Id`
    if (status === 429 && headers['retry-after'] === undefined) return `${what} without Retry-After`
    // OPTIONS, and methods that the path does not have.
    const response = operation ? operation.responses[status] : [200, 204, 400, 401, 403, 404, 405, 406].includes(status) ? undefined : null
    if (response === null || (operation && response === undefined)) return `${what}, which is not declared`
    const errorName = headers['content-type'] === PROBLEM_MEDIA_TYPE ? 'Problem' : 'Error'
    if (method === 'HEAD') return text === '' ? null : `${what} with a body`
    if (!response)
      return meant === 'options'
        ? null
        : (validates(errorName, { $ref: `#/components/schemas/${errorName}` }, parsed(text))?.replace(/^/, `${what}: `) ?? null)
    return bodyComplaint(response, headers['content-type'], text, `${place.path} ${meant} ${status}`)?.replace(/^/, `${what}: `) ?? null
  }

  const bodyComplaint = (response: ResponseObject, type: string | undefined, text: string, name: string): string | null => {
    if (!response.content) return text === '' ? null : 'a body where none is declared'
    const media = response.content[(type ?? '').split(';')[0] as string]
    if (!media) return `the type ${type} is not declared`
    if (type?.startsWith('text/')) return null
    const value = parsed(text)
    return value === undefined ? 'no JSON' : validates(`${name} ${type}`, media.schema, value)
  }
  return { document, operations, complaint }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
