/** The parameters of an endpoint's path: `/api/accounts/sessions/{id}/` has one, `id`. */

import type { Endpoint } from './endpoint.ts'

/** Longest value, in characters; no id has a quarter of it. */
const MAX_LENGTH = 255

/** Neither what a database refuses nor what is a path of its own: control characters, half a character pair, slashes. */
const IMPOSSIBLE = /[\x00-\x1f\x7f/\\]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const segmentsOf = (path: string) => path.replace(/^\/|\/$/g, '').split('/')

/**
 * Matches a request's address against an endpoint's path, with and without the trailing slash.
 * @param url as the request has it, percent-encoded
 * @returns the decoded values by name; null when the address is not of this path, or a value can be none (a broken or
 * non-UTF-8 escape, nothing at all, more than MAX_LENGTH characters)
 */
export function pathParameters(path: string, url: string): Record<string, string> | null {
  if (!path.includes('{')) return {}
  const [names, values] = [segmentsOf(path), segmentsOf(new URL(url).pathname)]
  if (names.length !== values.length) return null
  const parameters: Record<string, string> = {}
  for (const [index, name] of names.entries()) {
    const value = decode(values[index] as string)
    if (value === null) return null
    if (name.startsWith('{')) parameters[name.slice(1, -1)] = value
    else if (name !== value) return null
  }
  return parameters
}

/** Whether a request's address is of a path, with and without the trailing slash. */
export const matchesPath = (path: string, url: string): boolean =>
  path.includes('{') ? pathParameters(path, url) !== null : segmentsOf(path).join('/') === segmentsOf(new URL(url).pathname).join('/')

function decode(segment: string): string | null {
  try {
    const value = decodeURIComponent(segment)
    return value === '' || value.length > MAX_LENGTH || IMPOSSIBLE.test(value) ? null : value
  } catch {
    return null
  }
}

/** An endpoint with the parameters of a request's path filled into its form's pages. */
export function atPath(endpoint: Endpoint, url: string): Endpoint {
  const { form } = endpoint
  if (!form || !/\{/.test(form.page + form.success)) return endpoint
  const params = pathParameters(endpoint.contract.path, url) ?? {}
  const fill = (page: string) => page.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  // Its getters go on being asked when they are read.
  return { ...endpoint, form: Object.create(form, { page: { value: fill(form.page) }, success: { value: fill(form.success) } }) }
}
