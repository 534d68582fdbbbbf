import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { processValue } from '../process-state.ts'
import { warnOfUntrustedProxy } from './request-context.ts'

const warned = processValue<boolean>('proxyWarned')
beforeEach(() => {
  warned.current = false
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(() => vi.restoreAllMocks())

const lines = () => vi.mocked(process.stdout.write).mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, string>)

it.each(['x-forwarded-for', 'forwarded'])('%s while no proxy is trusted is said once, without the address', (header) => {
  for (let n = 0; n < 50; n++) warnOfUntrustedProxy({ [header]: 'for=198.51.100.7' }, 0)
  expect(lines()).toMatchObject([{ level: 'warn', event: 'untrusted_proxy', header }])
  expect(lines()[0]?.hint).toMatch(/TRUSTED_PROXY_HOPS/)
  expect(JSON.stringify(lines())).not.toContain('198.51')
})

it('nothing is said where proxies are trusted, or none wrote anything', () => {
  warnOfUntrustedProxy({ 'x-forwarded-for': '198.51.100.7' }, 1)
  warnOfUntrustedProxy({ host: 'localhost' }, 0)
  expect(lines()).toEqual([])
})
