/** Limits that several servers share through Redis, and that hold when it goes away (the security requirements RL-2, RL-6). */
import { logIn, unique } from '../../lib/http/testing/accounts.ts'
import { type Answer, send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { redisServerExists, startRedis, type TestRedis } from '../../lib/throttle/testing/redis-server.ts'
import { expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const exists = redisServerExists()
if (!exists) console.log('redis-server not found: throttling over Redis was not tested')
test.skip(!exists, 'redis-server not found')

let redis: TestRedis
test.beforeEach(async () => {
  redis = await startRedis()
})
test.afterEach(() => redis.kill())

const settings = () => ({
  env: { THROTTLE_RATES: 'login=5/h', LOGIN_FAILURE_TIME: '0', REDIS_URL: redis.url, SECRET_KEY: newSecret() },
})
const attempt = (server: TestServer, email: string) =>
  logIn((path, options) => send(server.url, path, options), { email, password: `wrong-${unique()}` })
const at = async (servers: TestServer[], n: number, email: string) => {
  const answers = await Promise.all(Array.from({ length: n }, (_, index) => attempt(servers[index % servers.length] as TestServer, email)))
  return (status: number) => answers.filter((answer: Answer) => answer.status === status).length
}

test('RL-2: of 50 wrong logins at once over two servers that share nothing but Redis exactly 5 reach the password check', async ({
  startServer,
}) => {
  const shared = settings()
  const servers = [await startServer(shared), await startServer(shared)]
  const email = `${unique()}@example.com`
  const answered = await at(servers, 50, email)
  expect([answered(400), answered(429)]).toEqual([5, 45])
  const keys = await redis.keys()
  expect(keys.length).toBeGreaterThan(0)
  expect(keys.join(' ')).not.toMatch(/example\.com|127\.0\.0\.1/)
  expect(await servers[0]?.sql('SELECT * FROM accounts_throttlecounter')).toEqual([])
})

test('RL-6: killing Redis in the middle opens no gate and fails no request; when it is back it is used again', async ({ startServer }) => {
  const server = await startServer(settings())
  const email = `${unique()}@example.com`
  expect((await at([server], 3, email))(400)).toBe(3)
  await redis.kill()
  const answered = await at([server], 50, email)
  expect([answered(400), answered(429)], 'the limit goes on from where it was').toEqual([2, 48])
  redis = await startRedis(redis.port)
  await expect
    .poll(async () => [(await attempt(server, `${unique()}@example.com`)).status === 400, (await redis.keys()).length > 0], {
      timeout: 30_000,
    })
    .toEqual([true, true])
})

test('RL-6: a Redis that was never there limits as well', async ({ startServer }) => {
  const shared = settings()
  await redis.kill()
  const answered = await at([await startServer(shared)], 50, `${unique()}@example.com`)
  redis = await startRedis()
  expect([answered(400), answered(429)]).toEqual([5, 45])
})
