import { afterEach, describe, expect, it, vi } from 'vitest'
import { resetState } from '../testing/process-states.ts'
import { checkOrigin } from './access.ts'

const SECRET_KEY = 'Zm9yLXRoZS11bml0LXRlc3RzLW9ubHktMDEyMzQ1'

afterEach(() => {
  vi.unstubAllEnvs()
  resetState()
})

/** The check as a process with these settings does it. */
function checkIn(NODE_ENV: 'development' | 'production') {
  for (const [name, value] of Object.entries({ NODE_ENV, SECRET_KEY, APP_URL: 'http://localhost:3000', DATABASE_URL: 'file:unused' }))
    vi.stubEnv(name, value)
  return (headers: Record<string, string>) => {
    try {
      checkOrigin(new Request('http://localhost:3000/api/accounts/login/', { method: 'POST', headers }), true)
      return 'accepted'
    } catch (error) {
      return (error as { status: number }).status
    }
  }
}

const LAN = { host: '192.168.1.5:3000', origin: 'http://192.168.1.5:3000' }

describe('a form of a page that was opened by another address than APP_URL', () => {
  it('is accepted in development, where the terminal prints several addresses', () => {
    const check = checkIn('development')
    expect(check(LAN)).toBe('accepted')
    expect(check({ host: 'dev.test:3000', origin: 'http://dev.test:3000' })).toBe('accepted')
  })

  it('is refused in development when another site sent it', () => {
    const check = checkIn('development')
    expect(check({ ...LAN, origin: 'http://evil.test' })).toBe(403)
    expect(check({ ...LAN, origin: 'http://192.168.1.5' })).toBe(403)
    expect(check({ ...LAN, 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it('is refused in production', () => {
    expect(checkIn('production')(LAN)).toBe(403)
  })
})
