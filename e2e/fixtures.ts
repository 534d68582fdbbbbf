/** What every test starts from: a running server on the project's kind of database, and ways to talk to it. */
import { test as base, type Page } from '@playwright/test'
import { createDatabase, type DatabaseKind, type TestDatabase } from '../lib/db/testing/databases.ts'
import type { Account, Person } from '../lib/http/testing/accounts.ts'
import { type Contract, readContract } from '../lib/http/testing/contract.ts'
import type { SetCookie } from '../lib/http/testing/cookies.ts'
import { type Mailbox, startMailbox } from '../lib/http/testing/mailbox.ts'
import { expectNoSecrets } from '../lib/http/testing/secrets.ts'
import { type Answer, methodOf, type SendOptions, send } from '../lib/http/testing/send.ts'
import { type Env, newSecret } from '../lib/http/testing/test-server.ts'
import { newPerson } from './browser/people.ts'
import { chromiumLaunchOptions } from './chromium.ts'
import { AccountMaker, type AccountOptions } from './logged-in.ts'
import { type ServerOverrides, startServer as start, type TestServer } from './server.ts'

export { expect } from '@playwright/test'

export interface Options {
  /** Where the project's servers keep the accounts. */
  database: DatabaseKind
  /** Whether they stand behind nginx and PgBouncer. */
  proxied: boolean
}

/** Sends a request to the worker's server. An answer that the API's description does not have fails the test. */
export type Call = (path: string, options?: SendOptions) => Promise<Answer>

/** Makes an account and signs it in, in this page's context. The page stays where it is. @param server the worker's own by default */
export type LogInPage = (page: Page, options?: AccountOptions & { server?: TestServer }) => Promise<Person & { id: number }>

/** Makes an account that an API client is signed in to. @param server the worker's own by default */
export type NewAccount = (options?: AccountOptions & { server?: TestServer }) => Promise<Account>

interface TestFixtures {
  call: Call
  /** Makes an empty database of the project's kind; it is dropped with the test. */
  newDatabase: () => Promise<TestDatabase>
  /** Starts another server; it is ended with the test. */
  startServer: (overrides?: ServerOverrides) => Promise<TestServer>
  loggedIn: LogInPage
  newAccount: NewAccount
}

interface WorkerFixtures extends Options {
  /** What the worker's server says that it answers. */
  contract: Contract
  /** The mail server of the worker's server. Each test looks only at the mail to addresses of its own. */
  mailbox: Mailbox
  /** Shared by a worker's tests: each makes accounts of its own and leaves everything else alone. */
  server: TestServer
  /** A server with other settings that a worker's tests share in the same way; there is one for each set of settings. */
  serverWith: (env: Env) => Promise<TestServer>
  /** The SECRET_KEY of the servers that a worker's tests share. */
  secret: string
  accounts: AccountMaker
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  proxied: [false, { option: true, scope: 'worker' }],
  mailbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
    async ({}, use) => {
      const mailbox = await startMailbox()
      await use(mailbox)
      await mailbox.stop()
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
  secret: [async ({}, use) => use(newSecret()), { scope: 'worker' }],
  accounts: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
    async ({}, use) => {
      const accounts = new AccountMaker()
      await use(accounts)
      await accounts.close()
    },
    { scope: 'worker' },
  ],
  serverWith: [
    async ({ database, proxied, mailbox, secret }, use) => {
      const servers = new Map<string, Promise<TestServer>>()
      await use((env) => {
        const key = JSON.stringify(env)
        const shared = { SMTP_URL: mailbox.url, SECRET_KEY: secret }
        const server = servers.get(key) ?? start({ kind: database, proxied, env: { ...shared, ...env } })
        servers.set(key, server)
        return server
      })
      for (const starting of servers.values()) {
        const server = await starting
        await expectNoSecrets(server)
        await server.stop('SIGKILL')
      }
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  server: [
    async ({ serverWith }, use) => {
      await use(await serverWith({}))
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  contract: [
    async ({ server }, use) => {
      await use(readContract((await send(server.url, '/api/schema/')).body as Contract['document']))
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => {
    await use(server.url)
  },
  call: async ({ server, contract }, use) => {
    const complaints: string[] = []
    await use(async (path, options = {}) => {
      const answer = await send(server.url, path, options)
      const complaint = contract.complaint(methodOf(options), path, answer)
      if (complaint !== null) complaints.push(complaint)
      return answer
    })
    base.expect(complaints, 'answers as the API’s description has them').toEqual([])
  },
  newDatabase: async ({ database }, use) => {
    const made: TestDatabase[] = []
    await use(async () => {
      const fresh = await createDatabase(database)
      made.push(fresh)
      return fresh
    })
    for (const fresh of made) await fresh.drop()
  },
  // Depends on newDatabase, so that its servers end before the databases that they use.
  startServer: async ({ database, proxied, newDatabase: _newDatabase }, use) => {
    const started: TestServer[] = []
    await use(async (overrides) => {
      const server = await start({ kind: database, proxied, ...overrides })
      started.push(server)
      return server
    })
    for (const server of started) {
      await expectNoSecrets(server)
      // What a server owes those who use it when it ends has tests of its own; here a second each would be waited for nothing.
      await server.stop('SIGKILL')
    }
  },
  loggedIn: async ({ server: own, accounts }, use) => {
    await use(async (page, { server = own, ...options } = {}) => {
      const userAgent = await page.evaluate(() => navigator.userAgent)
      const { cookies, ...account } = await accounts.withCookies(server, { ...options, person: newPerson(options.person) }, userAgent)
      await page.context().addCookies(cookies.map((cookie) => browserCookie(cookie, server.url)))
      return account
    })
  },
  newAccount: async ({ server: own, accounts }, use) => {
    await use(({ server = own, ...options } = {}) => accounts.withTokens(server, options))
  },
  launchOptions: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are wanted from this pattern
    async ({}, use) => {
      await use(chromiumLaunchOptions())
    },
    { scope: 'worker', timeout: 600_000 },
  ],
})

/** A cookie as a browser keeps it that got it from this URL. */
function browserCookie({ name, value, attributes }: SetCookie, url: string) {
  const maxAge = attributes['max-age']
  return {
    name,
    value,
    url,
    httpOnly: 'httponly' in attributes,
    secure: 'secure' in attributes,
    sameSite: attributes.samesite as 'Lax',
    ...(maxAge !== undefined && { expires: Date.now() / 1000 + Number(maxAge) }),
  }
}
