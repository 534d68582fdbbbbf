/** HT-3: whatever is sent in place of a passkey's response is refused, and never an error of ours. */
import fc from 'fast-check'
import { bearer } from '../../http/testing/accounts.ts'
import { postForm } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'
import type { CreationOptions } from './testing/authenticator.ts'
import { CONFIRM, ENV, FACTOR, LOGIN, newOwner, optionsOf, PASSKEYS } from './testing/owner.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60)

const bytes = fc.uint8Array({ maxLength: 200 }).map((given) => Buffer.from(given).toString('base64url'))
const odd = fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 40 }), fc.jsonValue(), fc.constantFrom('', '=', 'A'.repeat(30_000)))

type Response = Record<string, unknown> & { response: Record<string, unknown> }

/** A right response with one or two of its parts replaced, left out, or with bytes that differ. */
const spoiled = (right: Response) => {
  const parts = [...Object.keys(right), ...Object.keys(right.response).map((name) => `response.${name}`)]
  const flip = (text: string) =>
    fc
      .tuple(fc.nat(Math.max(0, text.length - 1)), fc.constantFrom('A', 'f', '-', '_', ''))
      .map(([at, by]) => text.slice(0, at) + by + text.slice(at + 1))
  const change = fc.constantFrom(...parts).chain((path) => {
    const [name = '', inner] = path.split('.')
    const present = inner === undefined ? right[name] : right.response[inner]
    const value = typeof present === 'string' ? fc.oneof(odd, flip(present), fc.constant(undefined)) : fc.oneof(odd, fc.constant(undefined))
    return value.map((changed) => (spoilt: Response): Response => {
      if (inner === undefined) return { ...spoilt, [name]: changed } as Response
      return { ...spoilt, response: { ...Object(spoilt.response), [inner]: changed } }
    })
  })
  const changed = fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => changes.reduce((spoilt, one) => one(spoilt), right))
  return fc.oneof({ weight: 5, arbitrary: changed as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd })
}

test('HT-3: neither a login, a second factor, step-up nor a new passkey takes it, or breaks', async ({ serverWith }) => {
  const app = await serverWith(ENV)
  const { account, authenticator } = await newOwner(app)
  const headers = bearer(account.access)
  const made = authenticator.create(await optionsOf<CreationOptions>(app.call, PASSKEYS, { headers })) as Response
  const used = authenticator.get(await optionsOf(app.call, LOGIN)) as Response
  const isRefused = (status: number) => [400, 401, 404].includes(status)
  await fc.assert(
    fc.asyncProperty(spoiled(made), spoiled(used), async (registration, assertion) => {
      const answers = [
        await app.call(PASSKEYS, { json: { credential: registration }, headers }),
        await app.call(LOGIN, { json: { credential: assertion } }),
        await app.call(CONFIRM, { json: { credential: assertion }, headers }),
        await app.call(FACTOR, { json: { ticket: 'x', credential: assertion } }),
      ]
      // What is left out may be what is optional, such as how a browser reaches it.
      for (const { status } of answers.slice(2)) expect(isRefused(status), String(status)).toBe(true)
      for (const { status } of answers.slice(0, 2)) expect([200, 201, 400, 401, 404]).toContain(status)
      const form = await postForm(app.call, LOGIN, { credential: JSON.stringify(assertion) ?? '' })
      expect([form.status, form.headers.location]).toEqual([303, '/login'])
    }),
    { numRuns: RUNS },
  )
})

test('HT-3: what is no object, and nothing, is told on the field', async ({ serverWith }) => {
  const { call } = await serverWith(ENV)
  const told = async (json: object) => (await call(LOGIN, { json })).body
  const malformed = { credential: ['This is not the response of a passkey.'] }
  expect(await told({})).toEqual({ credential: ['This field is required.'] })
  expect(await told({ credential: null })).toEqual({ credential: ['This field may not be null.'] })
  expect(await told({ credential: true })).toEqual({ credential: ['Not a valid string.'] })
  for (const credential of [{}, [], 7, 'x', '{', '[]', 'null', '"x"', '{"response":null}', { __proto__: null, id: {} }])
    expect(await told({ credential })).toEqual(malformed)
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  expect(await told({ credential: deep })).toEqual(malformed)
})
