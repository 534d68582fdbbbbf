/** Calls of an operation that can be copied: for the shell and for JavaScript. */
import type { Operation } from './document.ts'

interface Call {
  method: string
  url: string
  headers: Record<string, string>
  body: unknown
}

function callOf(origin: string, path: string, method: string, { security, requestBody }: Operation): Call {
  const body = requestBody?.content['application/json']?.example
  const headers = {
    ...(security.length > 0 && { Authorization: 'Bearer ACCESS_TOKEN' }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  }
  return { method: method.toUpperCase(), url: `${origin}${path}`, headers, body }
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

export function curlSnippet(origin: string, path: string, method: string, operation: Operation): string {
  const call = callOf(origin, path, method, operation)
  return [
    `curl ${call.method === 'GET' ? '' : `-X ${call.method} `}${quoted(call.url)}`,
    ...Object.entries(call.headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(call.body === undefined ? [] : [`  -d ${quoted(JSON.stringify(call.body))}`]),
  ].join(' \\\n')
}

export function fetchSnippet(origin: string, path: string, method: string, operation: Operation): string {
  const { url, headers, body, ...call } = callOf(origin, path, method, operation)
  const options = [
    ...(call.method === 'GET' ? [] : [`  method: '${call.method}',`]),
    ...(Object.keys(headers).length === 0 ? [] : [`  headers: ${JSON.stringify(headers)},`]),
    ...(body === undefined ? [] : [`  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),`]),
  ]
  const request = options.length === 0 ? `'${url}'` : `'${url}', {\n${options.join('\n')}\n}`
  return `const response = await fetch(${request})${Object.keys(operation.responses).includes('204') ? '' : '\nconst body = await response.json()'}`
}
