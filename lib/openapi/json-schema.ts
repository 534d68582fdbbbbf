/** JSON Schema (2020-12) of what endpoints take and answer, out of the declarations that serve() itself works by. */
import * as z from 'zod/mini'
import { fieldOptions } from '../fields/text.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { exampleOf } from './examples.ts'

export type JsonSchema = Record<string, unknown>

/** Schemas with a name of their own, which others refer to. */
export type Definitions = Record<string, JsonSchema>

const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** What an API client sends; null when the endpoint takes nothing. */
export function requestSchema(endpoint: Endpoint, definitions: Definitions): JsonSchema | null {
  const fields = Object.entries(endpoint.contract.input?.shape ?? {}).filter(([name]) => isRead(endpoint, name))
  if (fields.length === 0) return null
  const required = fields.filter(
    ([name, field]) =>
      !endpoint.contract.partial && !fieldOptions(field)?.optional && !isCompleted(endpoint, name) && !isCurrentPassword(endpoint, name),
  )
  const name = `${capitalised(endpoint.contract.operationId)}Request`
  definitions[name] = {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([key, field]) => [key, { ...fieldSchema(key, field), ...(isCurrentPassword(endpoint, key) && CURRENT_PASSWORD) }]),
    ),
    ...(required.length > 0 && { required: required.map(([key]) => key) }),
  }
  return reference(name)
}

/** Whether an API client's value reaches the endpoint at all. */
function isRead({ prepareInput: complete }: Endpoint, name: string): boolean {
  const probe = 'probe'
  return complete === undefined || complete({ [name]: probe }, 'api')[name] === probe
}

/** Whether the endpoint makes up for the field when it is left out. */
const isCompleted = ({ prepareInput: complete }: Endpoint, name: string) => complete !== undefined && name in complete({}, 'api')

const isCurrentPassword = ({ policy: { currentPassword } }: Endpoint, name: string) => name === currentPassword
const CURRENT_PASSWORD = {
  description: 'Required of accounts that have a password. Others need a recent authentication (`reauthentication_required`).',
}

export function fieldSchema(name: string, field: object): JsonSchema {
  const { label, maxLength, blank, secret, type, choices } = fieldOptions(field) ?? { label: name }
  if (type === 'boolean' || type === 'integer') return { type, title: label }
  if (type === 'object') return { type, title: label }
  if (type === 'integers') return { type: 'array', items: { type: 'integer' }, title: label }
  if (choices) return { type: 'string', title: label, enum: choices }
  return {
    type: 'string',
    title: label,
    ...(!blank && { minLength: 1 }),
    ...(maxLength !== undefined && { maxLength }),
    ...(type === 'email' && { format: 'email' }),
    ...(secret && { format: 'password', writeOnly: true }),
    examples: [exampleOf(name)],
  }
}

/** What an API client is answered. */
export function responseSchema(endpoint: Endpoint, status: number, schema: z.ZodMiniType, definitions: Definitions): JsonSchema {
  const converted = z.toJSONSchema(schema, { io: 'output', override: ({ jsonSchema }) => simplify(jsonSchema) })
  const {
    $schema: _dialect,
    $defs = {},
    ...own
  } = JSON.parse(JSON.stringify(converted).replaceAll('#/$defs/', '#/components/schemas/')) as JsonSchema & { $defs?: Definitions }
  Object.assign(definitions, $defs)
  if ('$ref' in own) return own
  const name = `${capitalised(endpoint.contract.operationId)}Answer${Object.keys(endpoint.contract.responses)[0] === String(status) ? '' : status}`
  definitions[name] = own
  return reference(name)
}

/** Leaves out what says nothing to a reader, and what forbids fields that a later release may add. */
function simplify(schema: JsonSchema): void {
  if (schema.format === 'date-time') delete schema.pattern
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.additionalProperties === false) delete schema.additionalProperties
  delete schema.propertyNames
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
