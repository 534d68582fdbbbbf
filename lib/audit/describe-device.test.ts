import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEVICE_NAMES, describeDevice } from './audit.ts'

describe('describeDevice', () => {
  it.each([
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      'Chrome on macOS',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari on iOS',
    ],
    ['curl/8.8.0', 'curl'],
    ['PostmanRuntime/7.39.0', 'Postman'],
    ['', 'Unknown device'],
    ['Acme Sync/2.1 (build 7)', 'Unknown device'],
    ['Your account was locked. Unlock it at https://evil.example/unlock/1 x', 'Unknown device'],
    ['__proto__/1 x', 'Unknown device'],
  ])('names %j', (userAgent, name) => {
    expect(describeDevice(userAgent)).toBe(name)
  })

  it('RS-8: whatever the header says, the name is made of names of the closed list', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('Visit https://evil.example', '<img src=x>', '\r\nBcc: a@b.co'),
    )
    const shape = fc.constantFrom(
      (t: string) => t,
      (t: string) => `${t}/1 x`,
      (t: string) => `${t}/1 (X11; Linux x86_64) Chrome/126.0`,
      (t: string) => `${t}/1.0 (Macintosh; ${t})`,
      (t: string) => `curl/${t}`,
      (t: string) => `Windows NT ${t}`,
      (t: string) => `Mozilla/5.0 (Windows NT 10.0) ${t}/1 (${t})`,
    )
    fc.assert(
      fc.property(text, shape, (stranger, shaped) => {
        for (const part of describeDevice(shaped(stranger)).split(' on ')) expect(DEVICE_NAMES).toContain(part)
      }),
      { numRuns: 3000 },
    )
  })
})
