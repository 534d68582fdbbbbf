/** HTTP without a client's own ideas: the headers and the path go out as the test gives them, redirects are not followed. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { watchAnswer } from './secrets.ts'

export interface SendOptions {
  /** POST with a body, GET without one. */
  method?: string
  headers?: Record<string, string>
  json?: unknown
  form?: Record<string, string> | [string, string][]
  multipart?: Record<string, string> | [string, string][]
  /** Sent as it is; names no content type. */
  body?: string | Uint8Array
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The text as JSON; undefined when it is not JSON. */
  body: unknown
  /** Each Set-Cookie. */
  cookies: string[]
}

/** Sends a request to the server of a test. */
export type Call = (path: string, options?: SendOptions) => Promise<Answer>

/** Longest a request may take, in milliseconds. */
const TIMEOUT = 30_000

/** Told to close, a server hangs up on a body that it refuses while it is still being sent, and its answer may be lost. */
const STAY = { connection: 'keep-alive' }

/** The method that a request with these options has. */
export const methodOf = ({ method, json, form, multipart, body }: SendOptions) =>
  method ?? ([json, form, multipart, body].every((payload) => payload === undefined) ? 'GET' : 'POST')

export async function send(base: string, path: string, options: SendOptions = {}): Promise<Answer> {
  const { hostname, port } = new URL(base)
  const payload = await encode(options)
  const method = methodOf(options)
  return new Promise((resolve, reject) => {
    const length: Record<string, string> = payload.body === null ? {} : { 'content-length': String(payload.body.length) }
    const headers = { ...STAY, ...length, ...payload.headers, ...options.headers }
    const signal = AbortSignal.timeout(TIMEOUT)
    const outgoing = request({ hostname, port, path, method, headers, agent: false, signal }, (incoming) => {
      readText(incoming)
        .then((text) => {
          const answer: Answer = {
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            body: parse(text),
            cookies: incoming.headers['set-cookie'] ?? [],
          }
          watchAnswer(path, options, answer)
          resolve(answer)
        })
        .catch(reject)
    })
    outgoing.once('error', (error) => reject(signal.aborted ? new Error(`${method} ${path}: no answer in ${TIMEOUT} ms`) : error))
    outgoing.end(payload.body ?? undefined)
  })
}

interface Payload {
  body: Uint8Array | null
  headers: Record<string, string>
}

async function encode({ json, form, multipart, body }: SendOptions): Promise<Payload> {
  if (json !== undefined) return { body: Buffer.from(JSON.stringify(json)), headers: { 'content-type': 'application/json' } }
  if (form !== undefined) {
    const encoded = new URLSearchParams(form).toString()
    return { body: Buffer.from(encoded), headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  }
  if (multipart !== undefined) return encodeMultipart(multipart)
  return { body: body === undefined ? null : Buffer.from(body), headers: {} }
}

async function encodeMultipart(fields: Record<string, string> | [string, string][]): Promise<Payload> {
  const data = new FormData()
  for (const [name, value] of Array.isArray(fields) ? fields : Object.entries(fields)) data.append(name, value)
  const encoded = new Response(data)
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * All of an answer that could tell one case from another: without what is new in each (its time, its id, how many requests
 * the caller's address has left), and without cookies, which are compared by themselves.
 */
export function visible({ status, headers, text }: Answer) {
  const { date: _date, 'x-request-id': _id, 'set-cookie': _cookies, ratelimit = '', ...rest } = headers
  return { status, headers: { ...rest, ratelimit: String(ratelimit).replace(/;r=\d+;t=\d+/g, '') }, text }
}
