/** Sign-up's fields, one by one: what is taken and what is refused in Django REST framework's words (the contract). */
import { newPerson, PASSWORD, signUp, signupFields, unique, uniquePhone } from '../../http/testing/accounts.ts'
import { type Call, expect, test } from '../../http/testing/fixtures.ts'

const FIELDS = ['name', 'email', 'phone', 'password', 'confirm_password'] as const
type Field = (typeof FIELDS)[number]

const SIGNUP = '/api/accounts/signup/'
const NULL = 'Null characters are not allowed.'
const SURROGATE = 'Surrogate characters are not allowed: U+D800.'
const NOT_AN_ADDRESS = 'Enter a valid email address.'
const NOT_A_STRING = 'Not a valid string.'
const tooLong = (limit: number) => `Ensure this field has no more than ${limit} characters.`
const TOO_SHORT = 'This password is too short. It must contain at least 8 characters.'

/** A good value of each field with `infix` inside. */
const withInside = (field: Field, infix: string) =>
  field === 'email' ? `a${infix}b@example.com` : field === 'phone' ? `123${infix}456` : `${PASSWORD}${infix}x`

/** An address of 64 + 1 + `length` - 65 characters, no part of it too long by itself. */
const addressOf = (length: number) => `${unique().repeat(4)}@${`${'d'.repeat(60)}.`.repeat(3)}${'e'.repeat(length - 65 - 183 - 4)}.com`

const refused = (field: Field, ...messages: string[]) => ({ [field]: messages })

/** Fields as JSON text, with `value` for one of them as it stands. */
function jsonWith(field: Field, value: string): string {
  const others = Object.entries(signupFields(newPerson())).filter(([name]) => name !== field)
  return `{${[...others.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`), `"${field}":${value}`].join(',')}}`
}

const postJson = (call: Call, body: string) => call(SIGNUP, { body, headers: { 'content-type': 'application/json' } })

/** What every field answers to a JSON value that is never its. */
const NEVER_TAKEN: [what: string, value: string, message: string][] = [
  ['null', 'null', 'This field may not be null.'],
  ['an empty text', '""', 'This field may not be blank.'],
  ['blanks only', JSON.stringify(' \t\n  '), 'This field may not be blank.'],
  ['true', 'true', NOT_A_STRING],
  ['false', 'false', NOT_A_STRING],
  ['a list', '["a"]', NOT_A_STRING],
  ['an object', '{"not": ""}', NOT_A_STRING],
]

for (const field of FIELDS) {
  test.describe(`sign-up, ${field}`, () => {
    for (const [what, value, words] of NEVER_TAKEN) {
      // DRF's EmailField has words of its own for what is no text.
      const message = words === NOT_A_STRING && field === 'email' ? NOT_AN_ADDRESS : words
      test(`${what} is refused with "${message}"`, async ({ call }) => {
        const answer = await postJson(call, jsonWith(field, value))
        expect(answer.status).toBe(400)
        expect(answer.body).toEqual(refused(field, message))
      })
    }

    test('absent it is "This field is required." in JSON, form and multipart', async ({ call }) => {
      const fields = Object.fromEntries(Object.entries(signupFields(newPerson())).filter(([name]) => name !== field))
      for (const options of [{ json: fields }, { form: fields }, { multipart: fields }]) {
        const answer = await call(SIGNUP, options)
        expect.soft(answer.status, Object.keys(options)[0]).toBe(400)
        expect.soft(answer.body, Object.keys(options)[0]).toEqual(refused(field, 'This field is required.'))
      }
    })

    test('empty and blank it is "This field may not be blank." in form and multipart', async ({ call }) => {
      for (const value of ['', '   ']) {
        const fields = { ...signupFields(newPerson()), [field]: value }
        for (const options of [{ form: fields }, { multipart: fields }]) {
          const answer = await call(SIGNUP, options)
          expect
            .soft(answer.body, `${Object.keys(options)[0]} ${JSON.stringify(value)}`)
            .toEqual(refused(field, 'This field may not be blank.'))
        }
      }
    })

    test('a NUL is refused in JSON, form and multipart', async ({ call }) => {
      const value = withInside(field, '\0')
      const fields = { ...signupFields(newPerson()), [field]: value }
      const messages = field === 'email' ? [NULL, NOT_AN_ADDRESS] : [NULL]
      for (const options of [{ json: fields }, { form: fields }, { multipart: fields }]) {
        const answer = await call(SIGNUP, options)
        expect.soft(answer.status, Object.keys(options)[0]).toBe(400)
        expect.soft(answer.body, Object.keys(options)[0]).toEqual(refused(field, ...messages))
      }
    })

    test('a lone surrogate is refused', async ({ call }) => {
      const answer = await postJson(call, jsonWith(field, JSON.stringify(withInside(field, '\ud800'))))
      expect(answer.status).toBe(400)
      expect(answer.body).toEqual(refused(field, ...(field === 'email' ? [SURROGATE, NOT_AN_ADDRESS] : [SURROGATE])))
    })

    test('bytes that are no UTF-8 are refused, never replaced', async ({ call, server }) => {
      const email = `${unique()}@example.com`
      const fields = new URLSearchParams({ ...signupFields(newPerson({ email })), [field]: 'MARK' }).toString()
      for (const bytes of ['%FF%FE', '%ED%A0%80', '%C0%AF']) {
        const body = fields.replace('MARK', bytes)
        const answer = await call(SIGNUP, { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
        expect.soft(answer.status, bytes).toBe(400)
      }
      expect(await server.sql('SELECT id FROM accounts_user WHERE email = ?', [email])).toEqual([])
    })
  })
}

test.describe('sign-up, lengths', () => {
  const limits: [Exclude<Field, 'confirm_password'>, number, (length: number) => string][] = [
    ['name', 255, (length) => '𝒜'.repeat(length)],
    ['email', 254, addressOf],
    ['phone', 20, (length) => uniquePhone().padEnd(length, '7')],
    ['password', 128, (length) => `${PASSWORD}${'é'.repeat(length - PASSWORD.length)}`],
  ]
  for (const [field, limit, make] of limits) {
    test(`${field} of ${limit} characters is taken, also where they are more bytes`, async ({ call }) => {
      const answer = await call(SIGNUP, { json: signupFields(newPerson({ [field]: make(limit) })) })
      expect(answer.status, answer.text).toBe(201)
    })

    test(`${field} of ${limit + 1} characters is refused in JSON, form and multipart`, async ({ call }) => {
      const fields = signupFields(newPerson({ [field]: make(limit + 1) }))
      for (const options of [{ json: fields }, { form: fields }, { multipart: fields }]) {
        const answer = await call(SIGNUP, options)
        expect.soft(answer.body, Object.keys(options)[0]).toEqual(refused(field, tooLong(limit)))
      }
    })
  }
})

test.describe('sign-up, numbers', () => {
  const texts: [literal: string, text: string][] = [
    ['42', '42'],
    ['-7', '-7'],
    ['1.5', '1.5'],
    ['1e2', '100.0'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
  ]
  for (const [literal, text] of texts) {
    test(`the number ${literal} for a name is the text ${text}`, async ({ call }) => {
      const answer = await postJson(call, jsonWith('name', literal))
      expect(answer.status).toBe(201)
      expect(answer.body).toMatchObject({ user: { name: text } })
    })
  }

  test('a phone number sent as a number of 20 digits keeps every digit', async ({ call, server }) => {
    const phone = `9${uniquePhone()}54321`
    const answer = await postJson(call, jsonWith('phone', phone))
    expect(answer.body).toMatchObject({ user: { phone } })
    expect(await server.sql('SELECT phone FROM accounts_user WHERE phone = ?', [phone])).toEqual([{ phone }])
  })

  test('a number for an address is no address', async ({ call }) => {
    expect((await postJson(call, jsonWith('email', '42'))).body).toEqual(refused('email', NOT_AN_ADDRESS))
  })

  test('a number for a password is a text of digits', async ({ call }) => {
    const answer = await postJson(call, jsonWith('password', '4217'))
    expect(answer.body).toEqual(refused('password', TOO_SHORT, 'This password is entirely numeric.'))
  })
})

test('a taken email in another case is taken (SU-1)', async ({ call }) => {
  const { email } = await signUp(call)
  for (const spelling of [email.toUpperCase(), ` ${email} `, email.replace('example', 'EXAMPLE')]) {
    const answer = await call(SIGNUP, { json: signupFields(newPerson({ email: spelling })) })
    expect.soft(answer.body, spelling).toEqual(refused('email', 'user with this email already exists.'))
  }
})
