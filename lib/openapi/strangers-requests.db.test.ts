/** Requests of strangers about an email address, to every public endpoint that takes one. */
import { describe, expect, it } from 'vitest'
import { Throttled } from '../errors.ts'
import { contextAt } from '../http/testing/context.ts'
import { Throttling } from '../http/throttling.ts'
import { catalogue } from './catalogue.ts'

const NOW = new Date('2026-11-24T12:00:00Z')
const endpoints = catalogue.filter(({ policy: { access, throttle } }) => access === 'public' && throttle?.account !== undefined)

describe.each(endpoints.map((endpoint) => [endpoint.contract.path, endpoint] as const))('%s', (path, endpoint) => {
  const email = `ada.${path.replaceAll(/\W/g, '')}@example.com`
  const askFrom = async (clientIp: string) => {
    const throttling = new Throttling(endpoint, contextAt(NOW, { clientIp: clientIp }))
    await throttling.account({ email })
    await throttling.ended(new Error('refused for another reason'))
  }

  it('one network’s requests about an address are limited, and keep no other network from asking', async () => {
    let refused = 0
    for (let n = 0; n < 35; n++) await askFrom('198.51.100.7').catch((error) => (error instanceof Throttled ? refused++ : undefined))
    expect(refused).toBeGreaterThan(0)
    await askFrom('192.0.2.1')
  })
})

it('sign-up, login, tokens, confirmations and resets are among them', () => {
  expect(endpoints.map(({ contract: { operationId } }) => operationId).length).toBeGreaterThanOrEqual(6)
})
