/** GET and HEAD change nothing but what is declared (the security requirement CS-3), asked of every endpoint. */
import { beforeAll, describe, expect, it } from 'vitest'
import { superuser } from '../admin/testing/staff.ts'
import { signIn } from '../authentication/testing/sign-in.ts'
import { database } from '../db/client.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { serve } from '../http/serve.ts'
import { contextAt } from '../http/testing/context.ts'
import { catalogue } from './catalogue.ts'
import { schemaEndpoint } from './endpoints.ts'

const readers = [...catalogue, schemaEndpoint].filter(({ contract: { method } }) => method === 'GET')

let cookie = ''

beforeAll(async () => {
  const user = await superuser()
  const login = await database().$transaction((tx) => signIn(tx, user, contextAt(new Date(), { client: 'browser' })))
  cookie = `latchkey=${login.cookie?.token}`
})

const rows = async () => [await database().auditEvent.count(), await database().outboxMail.count(), await database().oneTimeToken.count()]

/** @returns the answer's status, and whether anything was written */
async function send(endpoint: Endpoint, method: string, site: string): Promise<{ status: number; body: string; wrote: boolean }> {
  // Exports are limited to a few an hour.
  await database().throttleCounter.deleteMany({})
  const before = await rows()
  const url = `http://localhost:3000${endpoint.contract.path.replaceAll(/\{\w+\}/g, '1')}`
  const response = await serve(endpoint).GET(new Request(url, { method, headers: { cookie, 'sec-fetch-site': site } }))
  const body = await response.text()
  return { status: response.status, body, wrote: JSON.stringify(await rows()) !== JSON.stringify(before) }
}

describe.each(readers.map((endpoint) => [endpoint.contract.path, endpoint] as const))('%s', (_path, endpoint) => {
  it('a HEAD writes nothing and has no body', async () => {
    const { status, body, wrote } = await send(endpoint, 'HEAD', 'same-origin')
    expect([wrote, status < 500]).toEqual([false, true])
    if (endpoint.policy.sideEffects) expect([status, body]).toEqual([200, ''])
  })

  it('a page of another site makes no browser write anything by it', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const { status, wrote } = await send(endpoint, 'GET', site)
      expect(wrote, site).toBe(false)
      // With a state, another site leads here: without the right one nothing is written.
      if (endpoint.policy.sideEffects === true) expect(status, site).toBe(403)
    }
  })

  it('a GET writes something only where that is declared', async () => {
    for (const site of ['same-origin', 'none']) {
      expect((await send(endpoint, 'GET', site)).wrote, site).toBe(endpoint.policy.sideEffects === true)
    }
  })
})
