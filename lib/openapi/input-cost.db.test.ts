/**
 * What a request costs is linear in its size, whatever it holds: each declared field and parameter, and each header, is sent long
 * runs of the characters that parsers and expressions stumble over. Held against a plain request of the same size.
 */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { superuser } from '../admin/testing/staff.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database } from '../db/client.ts'
import { type FieldsSchema, validateFields } from '../fields/text.ts'
import { MAX_BODY_BYTES } from '../http/body.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { catalogue } from './catalogue.ts'
import { schemaEndpoint } from './endpoints.ts'
import { exampleOf } from './examples.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.THROTTLE_RATES = '*=none'
})

/** Most that the event loop may stand longer than for a plain request, in milliseconds. */
const STALL_MS = 50

/** A body as long as it may be, less the names of its fields. */
const BODY_LENGTH = MAX_BODY_BYTES - 2000

/** Node refuses requests whose headers are longer in all, in bytes. */
const HEADERS_LENGTH = 15_000

const SHAPES: Record<string, string> = {
  'inner blanks': ' ',
  'no-break spaces': '\u00a0',
  'line separators': '\u2028',
  messages: 'a',
  digits: '1',
  CJK: '中',
  'combining marks': '\u0301',
  'combining marks out of order': '\u0301\u0316',
  pluses: '+',
  NULs: '\0',
  dots: 'a.',
  'at signs': '@',
  commas: '1,',
  quotes: '"',
  slashes: '/',
  brackets: '[',
}

/** A run between emails, of so many bytes at most. */
const shape = (run: string, bytes: number) => `a${run.repeat(Math.floor((bytes - 2) / Buffer.byteLength(run)))}a`

/** Where Linux says how long the thread that asks has been running. */
const SCHEDULED = '/proc/thread-self/schedstat'

/** What this thread has computed so far, in milliseconds; elsewhere than on Linux, what the whole process has. */
function computed(): number {
  if (existsSync(SCHEDULED)) return Number(readFileSync(SCHEDULED, 'utf8').split(' ')[0]) / 1e6
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What this thread computes for a request, in milliseconds: the event loop stands no longer than that. */
async function stall(act: () => Promise<unknown>): Promise<number> {
  const before = computed()
  await act()
  return computed() - before
}

/** The least of several: the garbage collector may be busy. */
async function leastStall(act: () => Promise<unknown>): Promise<number> {
  let least = await stall(act)
  for (let tries = 0; tries < 3 && least > STALL_MS / 2; tries++) least = Math.min(least, await stall(act))
  return least
}

async function caller({ contract: { path, method }, policy: { access } }: Endpoint) {
  const user = access === 'authenticated' ? await superuser() : null
  const login = user && (await database().$transaction((tx) => signIn(tx, user, contextAt(new Date()))))
  const own: Record<string, string> = login ? { authorization: `Bearer ${login.tokens?.access}` } : {}
  const url = `http://localhost:3000${path.replaceAll(/\{\w+\}/g, '1')}`
  return (headers: Record<string, string>, query: Record<string, string> = {}, body?: unknown) =>
    async () => {
      const init = { method, headers: { ...own, 'content-type': 'application/json', ...headers } }
      const endpoint = [...catalogue, schemaEndpoint].find(
        (one) => one.contract.path === path && one.contract.method === method,
      ) as Endpoint
      const search = new URLSearchParams(query).toString()
      const request = new Request(
        search === '' ? url : `${url}?${search}`,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      )
      const response = await serve(endpoint).POST(request)
      expect(response.status, `${method} ${path}`).toBeLessThan(500)
      await response.text()
    }
}

const namesOf = (schema: FieldsSchema | undefined) => Object.keys(schema?.shape ?? {})
const withFields = catalogue.filter(({ contract: { input } }) => input && Object.keys(input.shape).length > 0)
const withQuery = catalogue.filter(({ contract: { query } }) => query && Object.keys(query.shape).length > 0)
const titled = (endpoints: readonly Endpoint[]) =>
  endpoints.map((endpoint) => [`${endpoint.contract.method} ${endpoint.contract.path}`, endpoint] as const)

// What reads input is the same on both databases.
describe.runIf(process.env.TEST_PROVIDER === 'sqlite')('no field, parameter or header makes the event loop stand', () => {
  it('there are endpoints with fields and with parameters', () => {
    expect(withFields.length).toBeGreaterThan(20)
    expect(withQuery.length).toBeGreaterThan(5)
  })

  it.each(titled([...withFields, ...withQuery]))('64 KB in all that %s takes', async (_title, endpoint) => {
    const send = await caller(endpoint)
    const [fields, parameters] = [namesOf(endpoint.contract.input), namesOf(endpoint.contract.query)]
    const plain = await leastStall(send({}, {}, endpoint.contract.input && { padding: 'x'.repeat(BODY_LENGTH) }))
    for (const [name, run] of Object.entries(SHAPES)) {
      const filled = (names: string[], bytes: number) => Object.fromEntries(names.map((field) => [field, shape(run, bytes / names.length)]))
      const act = send({}, filled(parameters, HEADERS_LENGTH), endpoint.contract.input && filled(fields, BODY_LENGTH))
      expect(await leastStall(act), name).toBeLessThan(plain + STALL_MS)
    }
  })

  it.each(titled([...withFields, ...withQuery]))('64 KB in each field and parameter of %s is checked at once', async (_title, endpoint) => {
    for (const schema of [endpoint.contract.input, endpoint.contract.query]) {
      for (const field of namesOf(schema)) {
        for (const [name, run] of Object.entries(SHAPES)) {
          const check = async () => schema && validateFields(schema, { [field]: shape(run, BODY_LENGTH) }, true)
          expect(await leastStall(check), `${field}: ${name}`).toBeLessThan(STALL_MS)
        }
      }
    }
  })

  it.each(titled(withFields))('64 KB in one field of %s while the others are in order', async (_title, endpoint) => {
    const send = await caller(endpoint)
    const fields = namesOf(endpoint.contract.input)
    const example = Object.fromEntries(fields.map((field) => [field, exampleOf(field)]))
    const plain = await leastStall(send({}, {}, { padding: 'x'.repeat(BODY_LENGTH) }))
    for (const field of fields) {
      for (const run of ['中', '\u0301\u0316']) {
        expect(await leastStall(send({}, {}, { ...example, [field]: shape(run, BODY_LENGTH) })), field).toBeLessThan(plain + STALL_MS)
      }
    }
  })

  it.each([
    'accept',
    'authorization',
    'content-encoding',
    'content-type',
    'cookie',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'origin',
    'user-agent',
    'x-forwarded-for',
  ])('a long %s', async (header) => {
    for (const [method, path] of [
      ['GET', '/api/accounts/me/'],
      ['POST', '/api/accounts/login/'],
      ['POST', '/api/accounts/signup/'],
      ['GET', '/api/schema/'],
    ]) {
      const send = await caller(
        [...catalogue, schemaEndpoint].find((one) => one.contract.path === path && one.contract.method === method) as Endpoint,
      )
      const body = method === 'GET' ? undefined : {}
      const plain = await leastStall(send({ 'x-padding': 'x'.repeat(HEADERS_LENGTH) }, {}, body))
      for (const [name, run] of Object.entries(SHAPES)) {
        // Headers are Latin-1 without control characters.
        if (!/^[\x20-\x7e\x80-\xff]*$/.test(run)) continue
        const act = send({ [header]: shape(run, HEADERS_LENGTH) }, {}, body)
        expect(await leastStall(act), `${method} ${path}: ${name}`).toBeLessThan(plain + STALL_MS)
      }
    }
  })
})
