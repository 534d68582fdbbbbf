/** RFC 9457: the same errors as problem details, for clients that request them. */
import { PASSWORD } from './testing/accounts.ts'
import { expect, test } from './testing/fixtures.ts'

const LOGIN = '/api/accounts/login/'
const PROBLEM = 'application/problem+json'

test('an error is a problem only where Accept names it, with the same fields', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  const requests = [
    [LOGIN, { method: 'POST', json: {} }],
    [LOGIN, { method: 'POST', json: { email, password: 'wrong' } }],
    [LOGIN, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
    [LOGIN, { method: 'GET' }],
    ['/api/accounts/me/', { method: 'GET' }],
    ['/api/accounts/me/', { method: 'GET', headers: { authorization: 'Bearer x.y.z' } }],
    ['/api/accounts/token/refresh/', { method: 'POST', json: { refresh: 'x' } }],
  ] as const
  for (const [path, options] of requests) {
    const as = (accept: string) => call(path, { ...options, headers: { ...('headers' in options ? options.headers : {}), accept } })
    const [plain, problem, both] = [await as('application/json'), await as(PROBLEM), await as(`application/json, ${PROBLEM};q=0.5`)]
    expect(plain.headers['content-type'], path).toBe('application/json')
    for (const answer of [problem, both]) {
      expect(answer.status, path).toBe(plain.status)
      expect(answer.headers['content-type'], path).toBe(PROBLEM)
      expect(answer.headers['www-authenticate'], path).toBe(plain.headers['www-authenticate'])
      const { type, title, status, instance, ...rest } = answer.body as Record<string, unknown>
      expect({ type, status }, path).toEqual({ type: 'about:blank', status: plain.status })
      expect(title, path).toMatch(/^[A-Z][a-z]+/)
      expect(instance, path).toBe(`urn:request:${answer.headers['x-request-id']}`)
      expect(rest, path).toEqual(plain.body)
    }
  }
})

test('a wildcard does not request problem details, and successes are JSON for clients that do', async ({ call, newAccount }) => {
  const { email } = await newAccount()
  for (const accept of ['*/*', 'application/*', `application/json, ${PROBLEM};q=0`, `application/json, ${PROBLEM};q=0.000`]) {
    const answer = await call(LOGIN, { json: {}, headers: { accept } })
    expect(answer.headers['content-type'], accept).toBe('application/json')
    expect(answer.body, accept).not.toHaveProperty('type')
  }
  const success = await call(LOGIN, { json: { email, password: PASSWORD }, headers: { accept: PROBLEM.toUpperCase() } })
  expect(success.status).toBe(200)
  expect(success.headers['content-type']).toBe('application/json')
  expect((await call(LOGIN, { json: {}, headers: { accept: 'application/xml' } })).status).toBe(406)
})

test('a 429 names the limits that it is about, as RateLimit-Policy does', async ({ startServer }) => {
  const { call } = await startServer({ env: { THROTTLE_RATES: 'login=2/m' } })
  const attempt = () => call(LOGIN, { json: { email: 'nobody@example.com', password: 'wrong' }, headers: { accept: PROBLEM } })
  for (let n = 0; n < 2; n++) expect((await attempt()).status).toBe(400)
  const refused = await attempt()
  expect(refused.status).toBe(429)
  expect(refused.headers['content-type']).toBe(PROBLEM)
  const body = refused.body as { type: string; detail: string; 'violated-policies': string[] }
  expect(body.type).toBe('https://iana.org/assignments/http-problem-types#quota-exceeded')
  expect(body.detail).toMatch(/^Request was throttled\. Expected available in \d+ seconds?\.$/)
  expect(body['violated-policies']).toHaveLength(1)
  expect(refused.headers['ratelimit-policy']).toContain(`"${body['violated-policies'][0]}"`)
})
