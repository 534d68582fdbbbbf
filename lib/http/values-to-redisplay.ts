import { fieldOptions } from '../fields/text.ts'
import type { Endpoint } from './endpoint.ts'

/** What a form held, as text and without its secrets, to be shown again. */
export function valuesToRedisplay(endpoint: Endpoint, data: Record<string, unknown>): Record<string, string> {
  const shown = Object.entries(endpoint.contract.input?.shape ?? {}).filter(([, field]) => !fieldOptions(field)?.secret)
  return Object.fromEntries(
    shown.flatMap(([name, field]) => {
      const value = fieldOptions(field)?.preprocess?.(data[name]) ?? data[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}
