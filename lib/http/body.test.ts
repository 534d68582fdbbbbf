import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../errors.ts'
import { MAX_BODY_BYTES, readBody } from './body.ts'

const FORM = 'application/x-www-form-urlencoded'
const request = (body: BodyInit | null, contentType?: string, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)

async function outcome(...parameters: Parameters<typeof request>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify((await readBody(request(...parameters))).data))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return `${error.status} ${error.body.detail}`
  }
}

describe('a body is read in the contract’s three types and no other', () => {
  it('JSON, urlencoded and multipart give the same fields', async () => {
    const form = new FormData()
    form.append('name', 'Žofie & co')
    expect(await outcome('{"name":"Žofie & co"}', 'application/json; charset=utf-8')).toEqual({ name: 'Žofie & co' })
    expect(await outcome('name=%C5%BDofie+%26+co', FORM)).toEqual({ name: 'Žofie & co' })
    expect(await outcome('name=Žofie%20%26 co', FORM)).toEqual({ name: 'Žofie & co' })
    expect(await outcome(form)).toEqual({ name: 'Žofie & co' })
  })

  it('an empty body of any type has no fields', async () => {
    expect(await outcome(null)).toEqual({})
    expect(await outcome('', 'text/plain')).toEqual({})
  })

  it.each([
    ['text/plain', 'hello'],
    ['application/jsonx', '{}'],
    ['text/plain;charset=UTF-8', '{}'],
    ['application/json; charset=utf-16', '{}'],
    ['application/json; charset=utf-7', '{}'],
  ])('%s is 415 and the answer quotes it', async (contentType, body) => {
    expect(await outcome(body, contentType)).toBe(`415 Unsupported media type "${contentType}" in request.`)
  })

  it('a missing content type with a body is 415', async () => {
    expect(await outcome(new Uint8Array([123, 125]))).toBe('415 Unsupported media type "" in request.')
  })

  it('a compressed body is 415, so that none can unfold to more than the cap', async () => {
    expect(await outcome('x', 'application/json', { 'content-encoding': 'gzip' })).toMatch(/^415/)
  })
})

describe('what cannot be read is refused, never repaired', () => {
  it.each([
    ['invalid byte in JSON', Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]), 'application/json'],
    ['overlong encoding in JSON', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'application/json'],
    ['byte-order mark before JSON', Buffer.from('\ufeff{}'), 'application/json'],
    ['invalid byte in a form', Buffer.from('password=%ff%fe'), FORM],
    ['raw invalid byte in a form', Buffer.from([0x61, 0x3d, 0xff]), FORM],
    ['multipart without boundary', Buffer.from('x'), 'multipart/form-data'],
    ['multipart that does not follow its boundary', Buffer.from('x'), 'multipart/form-data; boundary=b'],
  ])('%s is 400', async (_title, bytes, contentType) => {
    expect(await outcome(bytes as unknown as BodyInit, contentType)).toMatch(/^400 (JSON|Form|Multipart form) parse error - /)
  })

  it('a repeated form field is a list, which no text field takes', async () => {
    expect(await outcome('email=a&email=b', FORM)).toEqual({ email: ['a', 'b'] })
    expect(await outcome('email=a&email=b&email=c&email=d', FORM)).toEqual({ email: ['a', 'b', 'c', 'd'] })
  })

  it('a form of more than 1000 fields is 400', async () => {
    expect(await outcome('a=1&'.repeat(1001), FORM)).toMatch(/^400/)
  })

  it('__proto__ in a form is a field like any other', async () => {
    await outcome('__proto__=x&constructor=y', FORM)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('every text arrives as it was sent, whatever characters it holds (PW-2)', () => {
  // Half of them hold what decoders stumble over.
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('🔑', '\u{10ffff}', 'é', '\u00ff', '\ufeff', '\ufffd', '+', '%', '%41', '&', '=', ' ', '\0', '"', '\\'),
      maxLength: 12,
    }),
  )
  const arrives = async (text: string, body: BodyInit, contentType: string) =>
    expect(await outcome(body, contentType)).toEqual({ password: text })

  it('as JSON, escaped and not', () =>
    fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await arrives(text, JSON.stringify({ password: text }), 'application/json')
        const escaped = text
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join('')
        await arrives(text, `{"password":"${escaped}"}`, 'application/json')
      }),
    ))

  it('urlencoded, with every character escaped or only those that must be', () =>
    fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await arrives(text, new URLSearchParams({ password: text }).toString(), FORM)
        const raw = text.replace(/[&+%=]/g, encodeURIComponent)
        await arrives(text, `password=${raw}`, FORM)
      }),
    ))

  it('as multipart', () => {
    const boundary = '----formdata-0f3c9b51d3a8'
    return fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const part = `--${boundary}\r\nContent-Disposition: form-data; name="password"\r\n\r\n${text}\r\n--${boundary}--\r\n`
        await arrives(text, part, `multipart/form-data; boundary=${boundary}`)
      }),
    )
  })
})

describe('the cap holds while the body streams', () => {
  it('a declared length over the cap is 413 before anything is read', async () => {
    expect(await outcome('x'.repeat(MAX_BODY_BYTES + 1), 'application/json')).toMatch(/^413/)
  })

  it('an endless body without a length is 413 after the cap', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024))
      },
    })
    expect(await outcome(endless, 'application/json')).toMatch(/^413/)
    expect(sent).toBeLessThan(MAX_BODY_BYTES + 8 * 1024)
  })
})
