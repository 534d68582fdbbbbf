/** Reads a request's body: capped while it streams, strictly decoded, in the three content types of the contract. */
import { ApiError } from '../errors.ts'
import { JsonError, parseJson } from './json.ts'

/** Largest body, in bytes; no endpoint needs a tenth of it. */
export const MAX_BODY_BYTES = 64 * 1024
/** Most fields of a form (Django's DATA_UPLOAD_MAX_NUMBER_FIELDS). */
const MAX_FORM_FIELDS = 1000
const PARSERS = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const
const CHARSETS = ['utf-8', 'utf8', 'us-ascii', 'ascii']

export const PARSED_MEDIA_TYPES: readonly string[] = PARSERS

/** What a body held: JSON's value as it is, or a form's fields (a repeated field becomes a list). */
export interface ParsedBody {
  data: unknown
  form: boolean
}

/**
 * @throws ApiError 413 over the cap, 415 for another content type, charset or encoding, 400 for what cannot be parsed
 */
export async function readBody(request: Request): Promise<ParsedBody> {
  const bytes = await readBytes(request)
  const contentType = request.headers.get('content-type') ?? ''
  const [mediaType, parameters] = parseContentType(contentType)
  const parser = PARSERS.find((candidate) => matches(candidate, mediaType))
  if (bytes.length === 0) return { data: Object.create(null), form: parser !== undefined && parser !== 'application/json' }
  const encoded = request.headers.get('content-encoding') ?? 'identity'
  if (!parser || encoded !== 'identity' || !CHARSETS.includes((parameters.get('charset') ?? 'utf-8').toLowerCase())) {
    throw new ApiError(415, { detail: `Unsupported media type "${contentType}" in request.` })
  }
  if (parser === 'application/json') return { data: readJson(bytes), form: false }
  if (parser === 'multipart/form-data') return { data: collect(await readMultipart(bytes, contentType)), form: true }
  return { data: collect(readUrlEncoded(bytes)), form: true }
}

async function readBytes(request: Request): Promise<Buffer> {
  const tooLarge = () =>
    new ApiError(413, { detail: `The request body is larger than ${MAX_BODY_BYTES} bytes.`, code: 'payload_too_large' })
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    // Cancelling would destroy the request below it, and with it the way to read on past what is refused (server-hook.ts).
    for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
      size += chunk.length
      if (size > MAX_BODY_BYTES) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(400, { detail: 'The request body could not be read.', code: 'parse_error' })
  }
  return Buffer.concat(chunks)
}

function decodeUtf8(bytes: Uint8Array, parser: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ApiError(400, { detail: `${parser} parse error - 'utf-8' codec can't decode the body` })
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeUtf8(bytes, 'JSON'))
  } catch (error) {
    if (error instanceof JsonError) throw new ApiError(400, { detail: `JSON parse error - ${error.message}` })
    throw error
  }
}

function readUrlEncoded(bytes: Uint8Array): [string, unknown][] {
  return decodeUtf8(bytes, 'Form')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]
      return [percentDecode(name), percentDecode(value)]
    })
}

const PLUS = 0x2b
const SPACE = 0x20
const PERCENT = 0x25

/**
 * `+` is a blank, `%zz` stays as it is (as in Python), and bytes that are not UTF-8 are refused, never replaced. Bytes and not
 * characters are decoded: what a client has left unescaped is UTF-8 already.
 */
function percentDecode(text: string): string {
  const encoded = Buffer.from(text)
  const decoded = Buffer.alloc(encoded.length)
  let length = 0
  for (let at = 0; at < encoded.length; at++) {
    const byte = encoded[at] as number
    const escaped = byte === PERCENT ? encoded.toString('latin1', at + 1, at + 3) : ''
    const isEscape = /^[\da-f]{2}$/i.test(escaped)
    decoded[length++] = isEscape ? Number.parseInt(escaped, 16) : byte === PLUS ? SPACE : byte
    if (isEscape) at += 2
  }
  return decodeUtf8(decoded.subarray(0, length), 'Form')
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<[string, unknown][]> {
  decodeUtf8(bytes, 'Multipart form')
  // The platform's parser drops a byte order mark from the start of a value, so it is given characters that stand for bytes.
  const decode = (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'latin1').toString() : value)
  try {
    const form = await new Response(bytes.toString('latin1'), { headers: { 'content-type': contentType } }).formData()
    return [...form.entries()].map(([name, value]) => [String(decode(name)), decode(value)])
  } catch {
    throw new ApiError(400, { detail: 'Multipart form parse error - the body does not follow its boundary' })
  }
}

function collect(fields: [string, unknown][]): Record<string, unknown> {
  if (fields.length > MAX_FORM_FIELDS) {
    throw new ApiError(400, { detail: `The form has more than ${MAX_FORM_FIELDS} fields.`, code: 'parse_error' })
  }
  const data: Record<string, unknown> = Object.create(null)
  for (const [name, value] of fields) {
    const earlier = data[name]
    if (Array.isArray(earlier)) earlier.push(value)
    else data[name] = earlier === undefined ? value : [earlier, value]
  }
  return data
}

function parseContentType(header: string): [string, Map<string, string>] {
  const [mediaType = '', ...rest] = header.split(';')
  const parameters = rest.map((part): [string, string] => {
    const [key = '', value = ''] = part.split('=')
    return [key.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')]
  })
  return [mediaType.trim().toLowerCase(), new Map(parameters)]
}

/** Django REST framework's matching of media types, in which `*` of the request matches too. */
function matches(parser: string, mediaType: string): boolean {
  const [main, sub] = parser.split('/')
  const [givenMain, givenSub] = mediaType.split('/')
  return (givenMain === '*' || givenMain === main) && (givenSub === '*' || givenSub === sub)
}
