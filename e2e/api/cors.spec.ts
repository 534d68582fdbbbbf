/** Which other origins may read pages, and what a wrong list of them does (the security requirements CS-4). */
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { expect, test } from '../fixtures.ts'
import { bareEnvironment, spawnNextStart } from '../server.ts'

const ALLOWED = 'https://app.example.com'
const corsHeaders = ({ headers }: Answer) => Object.keys(headers).filter((name) => name.startsWith('access-control-'))

test('CS-4: pages and static files are for no other origin’s scripts', async ({ startServer }) => {
  const { url } = await startServer({ env: { CORS_ALLOWED_ORIGINS: ALLOWED } })
  for (const path of ['/', '/login', '/dashboard', '/icon.svg', '/nowhere']) {
    const answer = await send(url, path, { headers: { origin: ALLOWED, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } })
    expect.soft(corsHeaders(answer), path).toEqual([])
    expect.soft(answer.headers['cross-origin-resource-policy'], path).toBe('same-origin')
  }
})

test('CS-4: a list that is no list of origins stops the start and says so', async () => {
  for (const [origins, id] of [
    ['*', 'settings.E050'],
    ['https://a.test/path', 'settings.E050'],
    ['http://a.test', 'settings.E051'],
  ] as const) {
    const env = {
      ...bareEnvironment(),
      PORT: String(await freePort()),
      SECRET_KEY: newSecret(),
      APP_URL: 'https://a.test',
      DATABASE_URL: 'file:/nowhere/x',
    }
    const { exit, output } = spawnNextStart({ ...env, CORS_ALLOWED_ORIGINS: origins })
    expect(await exit).not.toBe(0)
    expect(output()).toContain(`CORS_ALLOWED_ORIGINS: (${id})`)
  }
})
