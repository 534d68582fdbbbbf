/** A server with a name, for what has to do with passkeys: they are for domains, never for an IP address. */
import { freePort } from '../lib/testing/free-port.ts'
import { test as base } from './fixtures'
import { startServer, type TestServer } from './server'

export const test = base.extend<object, { server: TestServer }>({
  server: [
    async ({ database, mailbox, secret }, use) => {
      const port = await freePort()
      const url = `http://localhost:${port}`
      const env = { SMTP_URL: mailbox.url, SECRET_KEY: secret, APP_URL: url }
      const server = await startServer({ kind: database, port, env })
      await use({ ...server, url })
      await server.stop('SIGKILL')
    },
    { scope: 'worker', timeout: 90_000 },
  ],
})
