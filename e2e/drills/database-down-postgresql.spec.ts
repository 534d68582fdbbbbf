/** PostgreSQL refuses or hangs: every endpoint says so soon, and goes on by itself afterwards (the security requirements REL-1, REL-2). */
import { bearer, logIn, newPerson, openProtected, refreshWith, signUp, signupFields } from '../../lib/http/testing/accounts.ts'
import { cookieOf, HTML, openPage, postForm } from '../../lib/http/testing/cookies.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { PASSWORD_CANARY, startDatabaseProxy } from '../database-proxy.ts'
import { type Call, expect, test } from '../fixtures.ts'

/** Generous: the promise is three seconds, on a machine with nothing else to do. */
const SOON = 5_000

async function timed(request: Promise<Answer>): Promise<Answer & { milliseconds: number }> {
  const started = performance.now()
  const answer = await request
  return { ...answer, milliseconds: performance.now() - started }
}

for (const failure of ['refuse', 'freeze'] as const) {
  test(`REL-${failure === 'refuse' ? 1 : 2}: PostgreSQL that ${failure}s is 503 with Retry-After, and the server recovers by itself`, async ({
    newDatabase,
    startServer,
  }) => {
    test.setTimeout(120_000)
    const database = await newDatabase()
    const proxy = await startDatabaseProxy(database.url)
    const server = await startServer({ database, databaseUrl: proxy.url })
    const call: Call = (path, options) => send(server.url, path, options)
    const account = await signUp(call)
    const cookie = cookieOf(await postForm(call, '/api/accounts/login/', { email: account.email, password: account.password }))

    await proxy[failure]()
    const person = newPerson()
    const requests: Record<string, () => Promise<Answer>> = {
      'sign-up': () => call('/api/accounts/signup/', { json: signupFields(person) }),
      login: () => logIn(call, account),
      token: () => call('/api/accounts/token/', { json: account }),
      refresh: () => refreshWith(call, account.refresh),
      verify: () => call('/api/accounts/token/verify/', { json: { token: account.access } }),
      logout: () => call('/api/accounts/logout/', { json: { refresh: account.refresh } }),
      protected: () => openProtected(call, account.access),
      me: () => call('/api/accounts/me/', { headers: { cookie } }),
    }
    const refused = async (name: string, request: () => Promise<Answer>) => {
      const answer = await timed(request())
      expect.soft(answer.status, name).toBe(503)
      expect.soft(answer.body, name).toMatchObject({ code: 'database_unavailable', detail: expect.any(String) })
      expect.soft(answer.headers['retry-after'], name).toMatch(/^\d+$/)
      expect.soft(answer.milliseconds, name).toBeLessThan(SOON)
      expect.soft(answer.text, name).not.toMatch(/\bat \/|postgres|prisma|ECONN|canary/i)
    }
    await Promise.all(Object.entries(requests).map(([name, request]) => refused(name, request)))
    await Promise.all(Array.from({ length: 40 }, () => refused('many at once', () => openProtected(call, account.access))))
    const form = await postForm(call, '/api/accounts/login/', { email: account.email, password: account.password })
    expect.soft(form.status, 'form').toBe(503)
    expect.soft(form.headers['content-type'], 'form').toMatch(/^text\/html/)
    const pageRefused = async (path: string) => {
      const page = await timed(openPage(call, path, cookie))
      expect.soft(page.status, path).toBe(503)
      expect.soft(page.headers['retry-after'], path).toMatch(/^\d+$/)
      expect.soft(page.text, path).toContain('<h1>The service is not available</h1>')
      expect.soft(page.milliseconds, path).toBeLessThan(SOON)
      expect.soft(page.text, path).not.toMatch(/canary|prisma|ECONN/i)
      expect.soft(page.text, path).not.toContain(account.email)
    }
    await Promise.all(['/', '/login', '/signup', '/dashboard', '/logout'].map(pageRefused))
    expect.soft((await openPage(call, '/login')).status, 'a visitor who needs no database').toBe(200)
    expect.soft((await call('/api/accounts/login/', { json: {} })).status, 'what needs no database').toBe(400)
    expect.soft((await call('/api/protected-endpoint/', { headers: { accept: HTML, ...bearer('x') } })).status).toBe(401)

    await proxy.restore()
    await expect.poll(async () => (await openProtected(call, account.access)).status, { timeout: 5_000 }).toBe(200)
    expect((await call('/api/accounts/signup/', { json: signupFields(person) })).status, 'nothing half done').toBe(201)
    expect((await refreshWith(call, account.refresh)).status).toBe(200)
    expect(server.output()).not.toContain(PASSWORD_CANARY)
    await server.stop()
    await proxy.close()
  })
}

test('a server whose database does not answer at the start ends, with a line that helps and no password', async ({
  newDatabase,
  startServer,
}) => {
  const proxy = await startDatabaseProxy((await newDatabase()).url)
  await proxy.refuse()
  const started = startServer({ databaseUrl: proxy.url })
  await expect(started).rejects.toThrow(/database/i)
  await expect(started).rejects.not.toThrow(PASSWORD_CANARY)
})
