/** Limits that two server processes share through their database (the security requirements RL-2). */
import { logIn, unique } from '../../lib/http/testing/accounts.ts'
import { send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'

test('RL-2: the same over two server processes on one database', async ({ startServer }) => {
  const settings = { env: { THROTTLE_RATES: 'login=5/h', SECRET_KEY: newSecret() } }
  const first = await startServer(settings)
  const second = await startServer({ ...settings, database: first.database })
  const email = `${unique()}@example.com`
  const attempt = (n: number) => {
    const { url } = n % 2 ? first : second
    return logIn((path, options) => send(url, path, options), { email, password: `wrong-${unique()}` })
  }
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => attempt(n)))
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
  expect([count(400), count(429)]).toEqual([5, 45])
  expect(await first.sql("SELECT id FROM accounts_auditevent WHERE event = 'login_failed'")).toHaveLength(5)
})
