/** Requests made out of the API's description: what each operation takes, and what it does not expect. */
import fc from 'fast-check'
import type { Contract } from '../../lib/http/testing/contract.ts'

export interface FuzzRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: string | Uint8Array | null
}

/** What the owner of an account, present or former, may send; renewed from time to time, since requests use it up. */
export interface Known {
  email: string
  password: string
  phone: string
  access: string
  refresh: string
  /** name=value */
  cookie: string
}

type Schema = { properties?: Record<string, { format?: string; maxLength?: number; examples?: unknown[] }> }

const QUERIES = [
  '?format=json',
  '?format=xml',
  '?_method=DELETE',
  '?_method=PATCH',
  '?next=//evil.example',
  '?%ff=%zz',
  '?a=1&a=2',
  '?__proto__[x]=1',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT', 'M-SEARCH']
const POISON = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', '', '\0', 'is_superuser', 'id', 'next']

/** Text that something chokes on somewhere. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud83d',
    '\udd11x',
    '\ufeff',
    '\u202e',
    'ﬃ',
    'İ',
    "'; DROP TABLE accounts_user; --",
    '`{7*7}',
    '<script>alert(1)</script>',
    'a\r\nSet-Cookie: x=y',
    '../../etc/passwd',
    '%00%ff%zz',
    '9'.repeat(400),
    'e\u0301'.repeat(2000),
    'x'.repeat(10_000),
    '+44 20 7946 0958',
    'a@b.co',
    `${'a'.repeat(64)}@${'b.'.repeat(90)}co`,
    'x@[::1',
    'NaN',
    'null',
  ),
)

const scalar = fc.oneof(nasty, fc.integer(), fc.double(), fc.bigInt().map(Number), fc.boolean(), fc.constant(null))
const deep = fc.integer({ min: 1, max: 3000 }).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`)
/** Anything that JSON can hold. */
const anything = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.jsonValue(),
  fc.array(scalar, { maxLength: 4 }),
  fc.dictionary(nasty, scalar, { maxKeys: 4 }),
)

const encoded = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const clientData = fc
  .record({ type: fc.constantFrom('webauthn.get', 'webauthn.create'), challenge: encoded, origin: fc.constant('http://localhost:3000') })
  .map((data) => Buffer.from(JSON.stringify(data)).toString('base64url'))

/** Something of the shape of what a browser makes of a passkey's response, now and then as text. */
const passkeyResponse = fc
  .record({
    id: encoded,
    rawId: encoded,
    type: fc.constant('public-key'),
    response: fc.record({
      clientDataJSON: fc.oneof(clientData, encoded),
      attestationObject: encoded,
      authenticatorData: encoded,
      signature: encoded,
      userHandle: encoded,
    }),
  })
  .chain((response) => fc.constantFrom<unknown>({ ...response, rawId: response.id }, response, JSON.stringify(response)))

/** A value as the field wants it. */
function valid(name: string, field: { format?: string; examples?: unknown[] }, known: Known): fc.Arbitrary<unknown> {
  if (name === 'email')
    return fc.oneof(
      fc.constant(known.email),
      fc.emailAddress(),
      fc.uuid().map((id) => `${id}@example.com`),
    )
  if (name === 'refresh') return fc.constantFrom(known.refresh, known.access)
  if (name === 'token') return fc.constantFrom(known.access, known.refresh, 'kq8y0dZ2yM5nT1rjkq8y0dZ2yM5nT1rjkq8y0dZ2yM5')
  if (/password/.test(name)) return fc.constantFrom(known.password, 'Another-Quacksilver_jigs-77')
  if (name === 'credential') return passkeyResponse
  if (name === 'phone') return fc.oneof(fc.constant(known.phone), fc.stringMatching(/^\+4420\d{8}$/))
  return fc.oneof(fc.constant(field.examples?.[0] ?? 'text'), fc.string({ minLength: 1, maxLength: 20 }))
}

/** The fields of an operation: as they should be, left out, or something else; and some that are not declared. */
function fieldsOf(schema: Schema, known: Known): fc.Arbitrary<[string, unknown][]> {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    fc.oneof(
      { weight: 6, arbitrary: valid(name, field, known).map((value) => [[name, value]] as [string, unknown][]) },
      { weight: 2, arbitrary: anything.map((value) => [[name, value]] as [string, unknown][]) },
      { weight: 1, arbitrary: fc.constant([] as [string, unknown][]) },
      {
        weight: 1,
        arbitrary: fc.tuple(anything, anything).map(
          ([a, b]) =>
            [
              [name, a],
              [name, b],
            ] as [string, unknown][],
        ),
      },
    ),
  )
  const more = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...POISON), nasty), anything), { maxLength: 2 })
  const mixed = fc
    .tuple(fc.tuple(...properties), more, fc.integer({ min: 0, max: 3 }))
    .map(([own, extra, odd]) => [...own.flat(), ...(odd === 0 ? extra : [])])
  // Of many fields hardly ever all are as they should be, and then nothing behind the checks is reached.
  const asTheyShouldBe = fc.tuple(
    ...Object.entries(schema.properties ?? {}).map(([name, field]) =>
      // A password is entered twice alike.
      (/password/.test(name) ? fc.constant(known.password) : valid(name, field, known)).map((value): [string, unknown] => [name, value]),
    ),
  )
  return fc.oneof({ weight: 2, arbitrary: mixed }, { weight: 1, arbitrary: asTheyShouldBe })
}

const asJson = (fields: [string, unknown][]) =>
  `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** URLSearchParams and multipart replace lone surrogates, as browsers do. */
const asForm = (fields: [string, unknown][]) => new URLSearchParams(fields.map(([name, value]) => [name, textOf(value)])).toString()

const asMultipart = (fields: [string, unknown][]) => {
  const part = ([name, value]: [string, unknown]) =>
    `--fuzz\r\nContent-Disposition: form-data; name="${encodeURIComponent(name.toWellFormed())}"\r\n\r\n${textOf(value)}\r\n`
  return `${fields.map(part).join('')}--fuzz--\r\n`
}

type Body = Pick<FuzzRequest, 'body'> & { type: string | null }

function bodyOf(schema: Schema, known: Known): fc.Arbitrary<Body> {
  const fields = fieldsOf(schema, known)
  const mutilated = fields.chain((given) => {
    const text = asJson(given)
    return fc.tuple(fc.integer({ min: 0, max: text.length }), nasty).map(([at, piece]) => text.slice(0, at) + piece + text.slice(at + 1))
  })
  const json = 'application/json'
  return fc.oneof(
    { weight: 10, arbitrary: fields.map((given) => ({ body: asJson(given), type: json })) },
    { weight: 3, arbitrary: fields.map((given) => ({ body: asForm(given), type: 'application/x-www-form-urlencoded' })) },
    { weight: 2, arbitrary: fields.map((given) => ({ body: asMultipart(given), type: 'multipart/form-data; boundary=fuzz' })) },
    { weight: 2, arbitrary: mutilated.map((body) => ({ body, type: json })) },
    { weight: 1, arbitrary: anything.map((value) => ({ body: JSON.stringify(value) ?? '', type: json })) },
    { weight: 1, arbitrary: deep.map((body) => ({ body, type: json })) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((body) => ({ body, type: json as string | null })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fields,
          fc.constantFrom('text/plain', 'application/xml', 'application/json; charset=utf-16', 'multipart/form-data', 'x', null),
        )
        .map(([given, type]) => ({ body: asJson(given), type })),
    },
    { weight: 1, arbitrary: fc.constant({ body: null, type: null }) },
    { weight: 1, arbitrary: fc.constantFrom(65_537, 200_000).map((length) => ({ body: ' '.repeat(length), type: json })) },
  )
}

const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code < 0x7f || code > 0x9f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
})

function headersOf(known: Known): fc.Arbitrary<Record<string, string>> {
  const token = fc.oneof(
    fc.constantFrom(known.access, known.access, known.refresh, `${known.access.slice(0, -3)}AAA`, 'x.y.z', ''),
    headerText,
  )
  const accept = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('*/*', 'application/json', 'text/html', 'text/html,application/xhtml+xml,*/*;q=0.8') },
    { weight: 1, arbitrary: fc.constantFrom('application/problem+json', 'application/json, application/problem+json;q=0.9') },
    { weight: 1, arbitrary: fc.constantFrom('image/png', '', 'a/b/c;;;') },
  )
  const odd = fc.oneof(
    fc.tuple(
      fc.constantFrom(
        'x-forwarded-for',
        'user-agent',
        'referer',
        'origin',
        'x-request-id',
        'traceparent',
        'if-none-match',
        'if-match',
        'idempotency-key',
        'accept-language',
        'range',
        'x-http-method-override',
        'x-middleware-subrequest',
        'next-action',
        'rsc',
        'sec-fetch-site',
        'content-encoding',
        'cookie',
      ),
      headerText,
    ),
    fc.constantFrom<[string, string]>(
      ['sec-fetch-site', 'cross-site'],
      ['origin', 'https://evil.example'],
      ['x-request-id', 'mine-1'],
      ['idempotency-key', '"one"'],
      ['if-match', '*'],
      ['rsc', '1'],
      ['content-encoding', 'gzip'],
    ),
  )
  return fc
    .tuple(fc.option(token, { freq: 3 }), fc.option(accept, { freq: 3 }), fc.array(odd, { maxLength: 1 }), fc.integer({ min: 0, max: 9 }))
    .map(([bearer, accepted, more, cookie]) => ({
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(accepted !== null && { accept: accepted }),
      ...(cookie === 0 && { cookie: known.cookie, 'sec-fetch-site': 'same-origin' }),
      ...Object.fromEntries(more),
    }))
}

type Described = Contract['operations'][number]

function schemaOf({ document }: Contract, { operation }: Described): Schema {
  const reference = (operation.requestBody?.content['application/json']?.schema.$ref ?? '') as string
  return (document.components.schemas[reference.split('/').at(-1) as string] ?? {}) as Schema
}

/** A request as a client in order sends it, so that what lies behind the checks is reached, too. */
function inOrder({ path, method, operation }: Described, schema: Schema, known: Known): fc.Arbitrary<FuzzRequest> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    (/^(confirm_)?password$/.test(name) ? fc.constant(known.password) : valid(name, field, known)).map((value): [string, unknown] => [
      name,
      value,
    ]),
  )
  const authorization = `Bearer ${known.access}`
  return fc.tuple(...fields).map((given) => ({
    method,
    path: path.replace(/\{\w+\}/g, '1'),
    headers: { ...(operation.security.length > 0 && { authorization }), ...(given.length > 0 && { 'content-type': 'application/json' }) },
    body: given.length > 0 ? asJson(given) : null,
  }))
}

/** A request of which anything may be wrong. */
function outOfOrder({ path, method }: Described, schema: Schema, known: Known): fc.Arbitrary<FuzzRequest> {
  const methods = fc.oneof({ weight: 12, arbitrary: fc.constant(method) }, { weight: 1, arbitrary: fc.constantFrom(...METHODS) })
  const text = fc.string({ minLength: 1 }).map((value) => encodeURIComponent(value.toWellFormed()))
  const parameter = fc.oneof(fc.constantFrom('1', 'x', '%00', '..%2f', 'a'.repeat(300)), text)
  const query = fc.oneof({ weight: 12, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...QUERIES) })
  return fc
    .tuple(methods, bodyOf(schema, known), headersOf(known), query, parameter, fc.boolean())
    .map(([chosen, { body, type }, headers, search, value, slash]) => ({
      method: chosen,
      path: `${slash ? path.replace(/\/$/, '') : path}`.replace(/\{\w+\}/g, value) + search,
      headers: { ...(type !== null && body !== null && { 'content-type': type }), ...headers },
      body: method === 'GET' && chosen === 'GET' ? null : body,
    }))
}

/** Requests to every operation of the description alike. */
export const requests = (contract: Contract, known: Known): fc.Arbitrary<FuzzRequest> =>
  fc.oneof(
    ...contract.operations.map((described) => {
      const schema = schemaOf(contract, described)
      return fc.oneof(
        { weight: 2, arbitrary: inOrder(described, schema, known) },
        { weight: 5, arbitrary: outOfOrder(described, schema, known) },
      )
    }),
  )
