/** The answer to OPTIONS: Django REST framework's SimpleMetadata. */
import { fieldOptions } from '../fields/text.ts'
import { PARSED_MEDIA_TYPES } from './body.ts'
import type { Endpoint } from './endpoint.ts'
import { RENDERED_MEDIA_TYPES } from './negotiation.ts'

const labelOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

export function metadata(endpoint: Endpoint) {
  const view = {
    name: endpoint.contract.name,
    description: endpoint.contract.description,
    renders: RENDERED_MEDIA_TYPES,
    parses: PARSED_MEDIA_TYPES,
  }
  if (!endpoint.contract.metadata) return view
  const fields = Object.entries(endpoint.contract.input?.shape ?? {}).map(([name, field]) => {
    const options = fieldOptions(field)
    const limit = options?.maxLength === undefined ? {} : { max_length: options.maxLength }
    return [name, { type: options?.type ?? 'string', required: true, read_only: false, label: options?.label ?? labelOf(name), ...limit }]
  })
  const readOnly = endpoint.contract.metadata.readOnly.map((name) => {
    return [name, { type: 'string', required: false, read_only: true, label: labelOf(name) }]
  })
  return { ...view, actions: { [endpoint.contract.method]: Object.fromEntries([...fields, ...readOnly]) } }
}
