/** What HTTP tests start from: the API in this process, a mail server, and ways to talk to both. */
import { test as base } from 'vitest'
import type { TestDatabase } from '../../db/testing/databases.ts'
import { startMailbox } from './mailbox.ts'
import { expectNoSecrets } from './secrets.ts'
import { type App, type AppOverrides, newDatabase, startApp } from './start-app.ts'
import type { Env } from './test-server.ts'

export { expect } from 'vitest'
export type { Call } from './send.ts'

const stop = async (app: App) => {
  await expectNoSecrets(app)
  await app.stop()
}

export const test = base
  /** The mail server of the file. Each test looks only at the mail to email addresses of its own. */
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that are wanted from this pattern
  .extend('mailbox', { scope: 'file' }, async ({}, { onCleanup }) => {
    const mailbox = await startMailbox()
    onCleanup(() => mailbox.stop())
    return mailbox
  })
  /** The server that the file's tests share: each makes accounts of its own and leaves everything else alone. */
  .extend('server', { scope: 'file' }, async ({ mailbox }, { onCleanup }) => {
    const server = await startApp({ env: { SMTP_URL: mailbox.url } })
    onCleanup(() => stop(server))
    return server
  })
  /** A server with other settings that the file's tests share; one for each set of settings. */
  .extend('serverWith', { scope: 'file' }, async ({ mailbox }, { onCleanup }) => {
    const servers = new Map<string, Promise<App>>()
    onCleanup(async () => {
      for (const server of servers.values()) await stop(await server)
    })
    return (env: Env): Promise<App> => {
      const key = JSON.stringify(env)
      const server = servers.get(key) ?? startApp({ env: { SMTP_URL: mailbox.url, ...env } })
      servers.set(key, server)
      return server
    }
  })
  /** Sends a request to the file's server. An answer that the API's description does not have fails the test. */
  .extend('call', ({ server }) => server.call)
  /** Creates an account that is signed in on the file's server, without the cost of a sign-up. */
  .extend('newAccount', ({ server }) => server.newAccount)
  /** Makes a database with all its tables and no account; it is dropped with the test. */
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the fixtures that are wanted from this pattern
  .extend('newDatabase', async ({}, { onCleanup }) => {
    const made: TestDatabase[] = []
    onCleanup(async () => {
      for (const database of made) await database.drop()
    })
    return async (): Promise<TestDatabase> => {
      const database = await newDatabase()
      made.push(database)
      return database
    }
  })
  /** Starts a server for one test. */
  .extend('startServer', async ({ newDatabase: _before }, { onCleanup }) => {
    const started: App[] = []
    onCleanup(async () => {
      for (const server of started) await stop(server)
    })
    return async (overrides?: AppOverrides): Promise<App> => {
      const server = await startApp(overrides)
      started.push(server)
      return server
    }
  })
