/** Rotated tokens on a server that was killed and started again (the security requirements RT-2, RT-4). */
import { logIn, openProtected, readLogin, readPair, refreshWith, signUp } from '../../lib/http/testing/accounts.ts'
import { claimsOf } from '../../lib/http/testing/jwt.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { type Call, expect, test } from '../fixtures.ts'

const BLACKLISTED = { detail: 'Token is blacklisted', code: 'token_not_valid' }
const callTo = (url: string) => (path: string, options?: SendOptions) => send(url, path, options)

test('RT-2, RT-4: a parent replayed after the grace, on a server that was killed and started again, ends the session, and its owner is told once', async ({
  server,
  mailbox,
  startServer,
}) => {
  const { database } = server
  const env = { SECRET_KEY: newSecret(), ROTATION_GRACE_PERIOD: '1s', SMTP_URL: mailbox.url }
  const first = await startServer({ database, env })
  const before: Call = (path, options) => send(first.url, path, options)
  const account = await signUp(before)
  const other = readLogin(await logIn(before, account))
  const child = readPair(await refreshWith(before, account.refresh))
  await first.stop('SIGKILL')
  const second = await startServer({ database, env })
  const call: Call = (path, options) => send(second.url, path, options)
  await expect.poll(async () => (await refreshWith(call, account.refresh)).body).toEqual(BLACKLISTED)
  for (const access of [account.access, child.access]) expect.soft((await openProtected(call, access)).status).toBe(401)
  for (const refresh of [child.refresh, account.refresh]) expect.soft((await refreshWith(call, refresh)).body).toEqual(BLACKLISTED)
  expect((await openProtected(call, other.access)).status, 'another session').toBe(200)
  expect((await refreshWith(call, other.refresh)).status, 'another session').toBe(200)

  const events = await database.sql('SELECT outcome, session_id FROM accounts_auditevent WHERE event = ? AND subject_id = ?', [
    'refresh_token_replayed',
    account.id,
  ])
  expect(events).toEqual([{ outcome: 'failure', session_id: claimsOf(child.access).sid }])
  const messages = await database.sql('SELECT id FROM accounts_outboxmail WHERE kind = ? AND user_id = ?', [
    'refresh_token_replayed',
    account.id,
  ])
  expect(messages).toHaveLength(1)
  await expect.poll(() => mailbox.to(account.email).filter(({ subject }) => subject === 'We signed one of your devices out').length).toBe(1)
})

test('RT-4: without a grace a parent is refused at once, also after the server was killed and started again', async ({
  startServer,
  server,
}) => {
  const env = { ROTATION_GRACE_PERIOD: '0', SECRET_KEY: newSecret() }
  const { database } = server
  const first = await startServer({ env, database })
  const { refresh } = await signUp(callTo(first.url))
  const child = readPair(await refreshWith(callTo(first.url), refresh))
  await first.stop('SIGKILL')
  const second = await startServer({ env, database })
  const call = callTo(second.url)
  expect((await openProtected(call, child.access)).status).toBe(200)
  expect((await refreshWith(call, refresh)).status).toBe(401)
  expect((await refreshWith(call, child.refresh)).status, 'the session is over').toBe(401)
  expect((await openProtected(call, child.access)).status, 'its access tokens too').toBe(401)
})
