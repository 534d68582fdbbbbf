import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { installServerHook } from './server-hook.ts'

let server: Server
let received: IncomingHttpHeaders = {}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal')
  installServerHook()
  server = createServer((incoming, response) => {
    received = incoming.headers
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(() => {
  server.close()
})

const port = () => (server.address() as AddressInfo).port

const get = (path: string, headers: Record<string, string>) =>
  new Promise<IncomingHttpHeaders>((resolve, reject) => {
    request({ host: '127.0.0.1', port: port(), path, headers, agent: false }, (response) => {
      response.resume()
      response.once('end', () => resolve(received))
    })
      .once('error', reject)
      .end()
  })

describe('what reaches the framework of a request', () => {
  it('a User-Agent is cut before anything reads it, whatever its spelling', async () => {
    expect((await get('/login', { 'uSER-aGENT': 'a'.repeat(15_000) }))['user-agent']).toBe('a'.repeat(512))
    expect((await get('/api/accounts/me/', { 'user-agent': 'curl/8' }))['user-agent']).toBe('curl/8')
    expect(await get('/login', {})).not.toHaveProperty('user-agent')
  })

  it('no endpoint sees what Next’s client asks pages with', async () => {
    const sent = { rsc: '1', 'next-action': 'x', 'next-router-state-tree': 'x', 'next-router-prefetch': '1', accept: '*/*' }
    expect(Object.keys(await get('/api/accounts/me/', sent)).filter((name) => /^(rsc|next-)/.test(name))).toEqual([])
  })
})

describe('a connection on which nothing comes', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is closed after 15 seconds; one that has begun to send is left to Node’s own timeouts', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const silent = await open()
    const slow = await open()
    slow.client.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    while (slow.accepted.bytesRead === 0) await new Promise((resolve) => setImmediate(resolve))
    const closed = once(silent.client, 'close')
    vi.advanceTimersByTime(15_000)
    await closed
    expect(slow.accepted.destroyed).toBe(false)
    slow.client.destroy()
  })

  async function open(): Promise<{ client: Socket; accepted: Socket }> {
    const connection = once(server, 'connection')
    const client = connect(port(), '127.0.0.1')
    const [accepted] = (await connection) as [Socket]
    return { client, accepted }
  }
})
