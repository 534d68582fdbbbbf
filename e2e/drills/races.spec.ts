/** What many do at the same time has one winner, on one server and on two (the security requirements SU-3, L5, L6). */

import { storedDate } from '../../lib/db/testing/databases.ts'
import {
  bearer,
  logIn,
  newPerson,
  openProtected,
  PASSWORD,
  readLogin,
  readPair,
  refreshWith,
  signUp,
  signupFields,
  unique,
} from '../../lib/http/testing/accounts.ts'
import { claimsOf, mint, refreshClaims } from '../../lib/http/testing/jwt.ts'
import { type Answer, type SendOptions, send } from '../../lib/http/testing/send.ts'
import { newSecret } from '../../lib/http/testing/test-server.ts'
import { expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const PARALLEL = 20
const callTo = (server: TestServer) => (path: string, options?: SendOptions) => send(server.url, path, options)

/** `PARALLEL` sign-ups at the same time, spread over the servers. */
const signUpAtOnce = (servers: TestServer[], fields: () => Record<string, string>): Promise<Answer[]> =>
  Promise.all(
    Array.from({ length: PARALLEL }, (_, index) => {
      const server = servers[index % servers.length] as TestServer
      return send(server.url, '/api/accounts/signup/', { json: fields() })
    }),
  )

async function expectOneWinner(servers: TestServer[], column: 'email' | 'phone') {
  const [server] = servers as [TestServer, ...TestServer[]]
  const shared = newPerson()[column]
  // Passwords of their own, so that it shows whose account it became.
  const fields: Record<string, string>[] = []
  const answers = await signUpAtOnce(servers, () => {
    const mine = signupFields(newPerson({ [column]: shared, password: `${PASSWORD}${unique()}` }))
    fields.push(mine)
    return mine
  })
  const won = answers.filter(({ status }) => status === 201)
  expect(won).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    expect.soft(answer.status, answer.text).toBe(400)
    expect.soft(answer.body).toEqual({ [column]: [`user with this ${column} already exists.`] })
  }
  const rows = await server.sql(`SELECT id, email FROM accounts_user WHERE ${column} = ?`, [shared])
  expect(rows).toHaveLength(1)
  const winner = fields[answers.findIndex(({ status }) => status === 201)] as Record<'email' | 'password', string>
  expect((await logIn(callTo(server), winner)).status, 'the winner logs in with the password of theirs').toBe(200)
  const sessions = await server.sql('SELECT id FROM accounts_session WHERE user_id = ?', [Number(rows[0]?.id)])
  expect(sessions, 'the losers left no sessions').toHaveLength(2)
}

for (const column of ['email', 'phone'] as const) {
  test(`SU-3: of ${PARALLEL} sign-ups with one ${column} one succeeds, the others are told it is taken`, async ({ server }) => {
    await expectOneWinner([server], column)
  })

  test(`SU-3: the same over two server processes on one database (${column})`, async ({ server, startServer }) => {
    const second = await startServer({ database: server.database, env: { SECRET_KEY: server.secret } })
    await expectOneWinner([server, second], column)
  })
}

test(`${PARALLEL} different people sign up at the same time over two server processes`, async ({ server, startServer }) => {
  const second = await startServer({ database: server.database, env: { SECRET_KEY: server.secret } })
  const answers = await signUpAtOnce([server, second], () => signupFields(newPerson()))
  expect(answers.map(({ status }) => status)).toEqual(Array(PARALLEL).fill(201))
})

test('L6: 50 refreshes of one token over two server processes make one successor, and no one is logged out', async ({
  server,
  call,
  startServer,
}) => {
  const second = callTo(await startServer({ database: server.database, env: { SECRET_KEY: server.secret } }))
  const { refresh, id } = await signUp(call)
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => refreshWith(index % 2 === 0 ? call : second, refresh)))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
  const pairs = answers.map(readPair)
  const [successor = '', ...others] = new Set(pairs.map((pair) => pair.refresh))
  expect(others).toEqual([])
  const leaves = await server.sql('SELECT jti FROM token_blacklist_outstandingtoken WHERE user_id = ? AND rotated_at IS NULL', [id])
  expect(leaves).toEqual([{ jti: claimsOf(successor).jti }])
  expect(await server.sql('SELECT id FROM accounts_session WHERE user_id = ? AND ended_at IS NULL', [id])).toHaveLength(1)
  for (const { access } of pairs.slice(-4)) expect((await openProtected(second, access)).status).toBe(200)
  const next = readPair(await refreshWith(second, successor))
  expect((await refreshWith(call, next.refresh)).status).toBe(200)
})

test('L6: after a new password nothing that was minted beside it works, but for the session that asked', async ({
  server,
  call,
  startServer,
}) => {
  const second = callTo(await startServer({ database: server.database, env: { SECRET_KEY: server.secret } }))
  const account = await signUp(call)
  const other = readLogin(await logIn(call, account))
  // The original's token has a row, as its own login makes one.
  const claims = refreshClaims(account.id)
  const original = mint(claims, server.secret)
  const [now, later] = [0, 86_400_000].map((ahead) => storedDate(server.database.kind, new Date(Date.now() + ahead))) as [string, string]
  await server.sql('INSERT INTO token_blacklist_outstandingtoken (token, jti, created_at, expires_at, user_id) VALUES (?, ?, ?, ?, ?)', [
    original,
    String(claims.jti),
    now,
    later,
    account.id,
  ])
  const password = 'another-Corr3ct-battery'
  const json = { current_password: account.password, password, confirm_password: password }
  const change = call('/api/accounts/password/change/', { json, headers: bearer(account.access) })
  const answers = await Promise.all(
    Array.from({ length: PARALLEL }, (_, index) => refreshWith(index % 2 === 0 ? call : second, index % 4 < 2 ? other.refresh : original)),
  )
  expect((await change).status).toBe(200)
  for (const answer of answers) expect.soft([200, 401], answer.text).toContain(answer.status)
  for (const { access, refresh } of answers.filter(({ status }) => status === 200).map(readPair)) {
    expect.soft((await openProtected(second, access)).status).toBe(401)
    expect.soft((await refreshWith(second, refresh)).status).toBe(401)
  }
  for (const refresh of [other.refresh, original]) expect.soft((await refreshWith(call, refresh)).status).toBe(401)
  expect((await openProtected(call, account.access)).status).toBe(200)
  expect((await refreshWith(call, account.refresh)).status).toBe(200)
})

test('parallel logouts: one ends the session, the others are told the token is blacklisted', async ({ call }) => {
  const { refresh, access } = await signUp(call)
  const answers = await Promise.all(Array.from({ length: PARALLEL }, () => call('/api/accounts/logout/', { json: { refresh } })))
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, ...Array(PARALLEL - 1).fill(401)])
  expect((await openProtected(call, access)).status).toBe(401)
})

test('L6: after a logout nothing that was minted during it works', async ({ call }) => {
  const { refresh } = await signUp(call)
  const requests = Array.from({ length: PARALLEL }, (_, index) =>
    index === PARALLEL / 2 ? call('/api/accounts/logout/', { json: { refresh } }) : refreshWith(call, refresh),
  )
  const answers = await Promise.all(requests)
  for (const answer of answers) expect.soft([200, 401], answer.text).toContain(answer.status)
  for (const answer of answers.filter(({ status, body }) => status === 200 && body !== null && Object.hasOwn(body as object, 'access'))) {
    const { access, refresh: successor } = readPair(answer)
    expect.soft((await openProtected(call, access)).status).toBe(401)
    expect.soft((await refreshWith(call, successor)).status).toBe(401)
  }
})

test('several servers may start at once on a new database: it is migrated once', async ({ newDatabase, startServer }) => {
  const database = await newDatabase()
  const env = { SECRET_KEY: newSecret() }
  const servers = await Promise.all([startServer({ database, env }), startServer({ database, env }), startServer({ database, env })])
  const applied = servers.flatMap((server) => server.output().match(/"migration":"[^"]+"/g) ?? [])
  expect(new Set(applied).size).toBe(applied.length)
  const history = await database.sql('SELECT migration_name FROM _prisma_migrations')
  expect(history).toHaveLength(applied.length)
  const [first, , last] = servers as [TestServer, TestServer, TestServer]
  const account = await signUp(callTo(first))
  expect((await logIn(callTo(last), account)).status).toBe(200)
})
