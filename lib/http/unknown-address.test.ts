import { describe, expect, it, vi } from 'vitest'
import { serveUnknown } from './serve.ts'

// Before the settings are read.
vi.hoisted(() => {
  process.env.CORS_ALLOWED_ORIGINS = 'https://app.example.com'
})

const { GET } = serveUnknown()
const ask = (method: string, headers: Record<string, string> = {}, path = '/api/accounts/') =>
  GET(new Request(`http://localhost:3000${path}`, { method, headers }))

describe('an address of the API that no endpoint has', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is 404 in JSON to an API client, by %s too', async (method) => {
    for (const accept of ['*/*', 'application/json', 'image/png', '']) {
      for (const path of ['/api/accounts/', '/api/accounts', '/api', '/api/no/such/thing/']) {
        const response = await ask(method, accept === '' ? {} : { accept }, path)
        expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json'])
        expect(await response.json()).toEqual({ detail: 'Not found.' })
      }
    }
  })

  it('is a page to browsers', async () => {
    const response = await ask('GET', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(await response.text()).toContain('<h1>Page not found</h1>')
  })

  it('is told as problem details to those who ask for them', async () => {
    const response = await ask('GET', { accept: 'application/problem+json' })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ detail: 'Not found.', status: 404, title: 'Not Found' })
  })

  it('may be read, and asked for, by a page of an allowed origin', async () => {
    const origin = 'https://app.example.com'
    expect((await ask('GET', { origin })).headers.get('access-control-allow-origin')).toBe(origin)
    const preflight = await ask('OPTIONS', { origin, 'access-control-request-method': 'PATCH' })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin])
    expect((await ask('GET', { origin: 'https://evil.example' })).headers.has('access-control-allow-origin')).toBe(false)
  })
})
