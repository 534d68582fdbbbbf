/** Stands between a server and PostgreSQL, so that a test can take the database away and give it back. */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface DatabaseProxy {
  /** The database's URL with the proxy's port, and a password in it that must never show up anywhere. */
  url: string
  /** Stops listening, and breaks open connections. */
  refuse: () => Promise<void>
  /** Connections are taken and stay open, but nothing comes through. */
  freeze: () => void
  restore: () => Promise<void>
  close: () => Promise<void>
}

export const PASSWORD_CANARY = 'canary-Pa55word-of-the-database'

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let frozen = false
  let port = 0
  let server: Server | null = null

  const accept = (client: Socket) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => {
        if (!frozen) to.write(chunk)
      })
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  }
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server = createServer(accept)
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        const address = server?.address()
        port = typeof address === 'object' && address ? address.port : port
        resolve()
      })
    })
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const refuse = async () => {
    const closing = server
    server = null
    const closed = closing && new Promise<void>((resolve) => closing.close(() => resolve()))
    hangUp()
    await closed
  }

  await listen()
  const url = new URL(databaseUrl)
  url.port = String(port)
  url.password = PASSWORD_CANARY
  return {
    url: url.href,
    refuse,
    freeze: () => {
      frozen = true
    },
    restore: async () => {
      // What was swallowed while it was frozen is lost: those connections are of no use.
      if (frozen) hangUp()
      frozen = false
      if (!server) await listen()
    },
    close: refuse,
  }
}
