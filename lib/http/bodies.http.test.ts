/** Which bodies are read, and what is said of the others (the contract). */
import { newPerson, signupFields } from './testing/accounts.ts'
import { expect, test } from './testing/fixtures.ts'

const SIGNUP = '/api/accounts/signup/'
const LOGIN = '/api/accounts/login/'
const JSON_TYPE = { 'content-type': 'application/json' }
const LOGIN_REQUIRED = { email: ['This field is required.'], password: ['This field is required.'] }

test.describe('content types', () => {
  const unsupported = [
    'text/plain',
    'text/plain; charset=utf-8',
    'text/html',
    'application/xml',
    'application/jsonx',
    'application/json-patch+json',
    'application/problem+json',
    'application/octet-stream',
    'image/png',
    'nonsense',
  ]
  for (const contentType of unsupported) {
    test(`CS-2: ${contentType} is 415 and named as it was sent`, async ({ call }) => {
      const answer = await call(LOGIN, { body: '{"email":"a@b.co","password":"x"}', headers: { 'content-type': contentType } })
      expect(answer.status).toBe(415)
      expect(answer.body).toEqual({ detail: `Unsupported media type "${contentType}" in request.` })
    })
  }

  test('a body without a content type is 415', async ({ call }) => {
    const answer = await call(LOGIN, { body: '{"email":"a@b.co","password":"x"}' })
    expect(answer.status).toBe(415)
    expect(answer.body).toEqual({ detail: 'Unsupported media type "" in request.' })
  })

  for (const contentType of [
    'APPLICATION/JSON',
    'application/json;',
    'application/json; charset=UTF-8',
    'application/json;charset="utf-8"',
  ]) {
    test(`${contentType} is JSON`, async ({ call }) => {
      const answer = await call(LOGIN, { body: '{"email":"nope","password":"x"}', headers: { 'content-type': contentType } })
      expect(answer.body).toEqual({ email: ['Enter a valid email address.'] })
    })
  }

  test('B3: another charset than UTF-8 is refused', async ({ call }) => {
    for (const charset of ['utf-16', 'utf-7', 'latin1', 'nonsense']) {
      const contentType = `application/json; charset=${charset}`
      const answer = await call(LOGIN, { body: '{"email":"nope","password":"x"}', headers: { 'content-type': contentType } })
      expect.soft(answer.status, charset).toBe(415)
      expect.soft(answer.body, charset).toEqual({ detail: `Unsupported media type "${contentType}" in request.` })
    }
  })
})

test.describe('empty bodies', () => {
  const contentTypes = [undefined, 'application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']
  for (const contentType of contentTypes) {
    test(`an empty body is {} with ${contentType ?? 'no content type'}`, async ({ call }) => {
      const answer = await call(LOGIN, { method: 'POST', headers: contentType === undefined ? {} : { 'content-type': contentType } })
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual(LOGIN_REQUIRED)
    })
  }
})

test.describe('invalid JSON', () => {
  const broken: [what: string, body: string | Uint8Array][] = [
    ['an object cut off', '{"email": '],
    ['a text cut off', '{"email": "a'],
    ['a trailing comma', '{"email": "a",}'],
    ['single quotes', "{'email': 'a'}"],
    ['a comment', '{} // and more'],
    ['two values', '{} {}'],
    ['a bare word', 'hello'],
    ['blanks only', '   '],
    ['NaN', '{"email": NaN}'],
    ['Infinity', '{"email": -Infinity}'],
    ['a raw line break in a text', '{"email": "a\nb"}'],
    ['a bad escape', '{"email": "\\x41"}'],
    ['a leading zero', '{"email": 01}'],
    ['a byte-order mark', '\uFEFF{"email": "a"}'],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"email": "'), 0xff, 0xfe, ...Buffer.from('"}')])],
    ['overlong UTF-8', Buffer.from([...Buffer.from('{"email": "'), 0xc0, 0xaf, ...Buffer.from('"}')])],
    ['UTF-16', Buffer.from('{"email": "a"}', 'utf16le')],
    ['a lone surrogate as bytes', Buffer.from([...Buffer.from('{"email": "'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')])],
  ]
  for (const [what, body] of broken) {
    test(`${what} is a parse error`, async ({ call }) => {
      const answer = await call(LOGIN, { body, headers: JSON_TYPE })
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual({ detail: expect.stringMatching(/^JSON parse error - ./) })
    })
  }

  test('the place of the error is told in Python’s words', async ({ call }) => {
    const answers = [
      ['[1] ,', 'JSON parse error - Extra data: line 1 column 5 (char 4)'],
      ['{"a":', 'JSON parse error - Expecting value: line 1 column 6 (char 5)'],
      ['{a}', 'JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
      ['{"a"\n x}', "JSON parse error - Expecting ':' delimiter: line 2 column 2 (char 6)"],
    ] as const
    for (const [body, detail] of answers) {
      expect.soft((await call(LOGIN, { body, headers: JSON_TYPE })).body, body).toEqual({ detail })
    }
  })
})

test.describe('JSON that is no object', () => {
  const shapes: [body: string, message: string][] = [
    ['null', 'No data provided'],
    ['[]', 'Invalid data. Expected a dictionary, but got list.'],
    ['[{"email":"a@b.co"}]', 'Invalid data. Expected a dictionary, but got list.'],
    ['"text"', 'Invalid data. Expected a dictionary, but got str.'],
    ['""', 'Invalid data. Expected a dictionary, but got str.'],
    ['42', 'Invalid data. Expected a dictionary, but got int.'],
    ['4.2', 'Invalid data. Expected a dictionary, but got float.'],
    ['true', 'Invalid data. Expected a dictionary, but got bool.'],
  ]
  for (const path of [SIGNUP, LOGIN, '/api/accounts/token/', '/api/accounts/token/refresh/', '/api/accounts/token/verify/']) {
    test(`is refused under non_field_errors at ${path}`, async ({ call }) => {
      for (const [body, message] of shapes) {
        const answer = await call(path, { body, headers: JSON_TYPE })
        expect.soft(answer.status, body).toBe(400)
        expect.soft(answer.body, body).toEqual({ non_field_errors: [message] })
      }
    })
  }
})

test.describe('forms that are none', () => {
  test('a multipart body without its boundary is a parse error', async ({ call }) => {
    for (const contentType of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=other']) {
      const body = '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.co\r\n--x--\r\n'
      const answer = await call(LOGIN, { body, headers: { 'content-type': contentType } })
      expect.soft(answer.status, contentType).toBe(400)
      expect.soft(answer.body, contentType).toEqual({ detail: expect.stringMatching(/^Multipart form parse error - ./) })
    }
  })

  test('a truncated multipart body signs no one up', async ({ call, server }) => {
    const person = newPerson()
    const encoded = new Response(
      Object.entries(signupFields(person)).reduce((form, [name, value]) => {
        form.append(name, value)
        return form
      }, new FormData()),
    )
    const bytes = new Uint8Array(await encoded.arrayBuffer())
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
    const answer = await call(SIGNUP, { body: bytes.slice(0, bytes.length - 20), headers })
    expect(answer.status).toBe(400)
    expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [person.email])).toEqual([])
  })

  test('a form’s + is a blank and %2B a plus; a broken escape stays as it is', async ({ call }) => {
    const person = newPerson()
    const fields = new URLSearchParams(signupFields(person)).toString().replace('name=Ada+Lovelace', 'name=Ada+L%2Bo%zz%C3%A9')
    const answer = await call(SIGNUP, { body: fields, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
    expect(answer.body).toMatchObject({ user: { name: 'Ada L+o%zzé' } })
  })
})
