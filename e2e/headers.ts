/** The headers that every response has, page, file or error, the project's own or Next's (WB-2 to WB-5). */
import { expect } from '@playwright/test'
import type { Answer } from '../lib/http/testing/send.ts'

const ALWAYS: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^(?:same-origin|no-referrer)$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'permissions-policy': /^camera=\(\), geolocation=\(\), microphone=\(\), payment=\(\), usb=\(\)$/,
  'content-security-policy':
    /^(?:default-src 'none'; |default-src 'self'; script-src 'nonce-[\w+/]{22}==' 'strict-dynamic'; ).*frame-ancestors 'none'/,
}

/** Behind TLS alone. */
const STRICT_TRANSPORT = /^max-age=(?:3[2-9]|[4-9]\d|\d{3})\d{6}; includeSubDomains$/

/**
 * @param what names the response in the test's output
 * @param cached whether it is a file that shared caches may keep
 * @param https whether the server stands behind TLS
 */
export function expectHeaders(
  { headers, cookies, status }: Pick<Answer, 'headers' | 'cookies' | 'status'>,
  what: string,
  { cached = false, https = true } = {},
): void {
  const always = { ...ALWAYS, ...(https && { 'strict-transport-security': STRICT_TRANSPORT }) }
  for (const [name, value] of Object.entries(always)) expect.soft(headers[name], `${what}: ${name}`).toMatch(value)
  for (const name of ['x-powered-by', 'server', 'access-control-allow-origin'])
    expect.soft(headers[name], `${what}: ${name}`).toBeUndefined()
  for (const [name, value] of Object.entries(headers))
    expect.soft(String(value), `${what}: ${name}`).not.toMatch(/next\.?js|express|16\.\d+\.\d+/i)
  if (cached) {
    expect.soft(headers['cache-control'], what).toMatch(/^public, max-age=/)
    expect.soft(cookies, what).toEqual([])
    return
  }
  expect.soft(headers['cache-control'], what).toMatch(/^private, no-store$/)
  if (headers['content-type']?.includes('json')) expect.soft(headers['content-type'], what).toBe('application/json')
  // A page of the project names where its scripts come from; anything else loads nothing at all.
  if (status === 200 && headers['content-type']?.startsWith('text/html'))
    expect.soft(headers['content-security-policy'], what).toContain("base-uri 'none'")
}
