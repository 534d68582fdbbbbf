/** Large bodies cost no memory (the security requirements HT-1). */
import { readFile } from 'node:fs/promises'
import { exchange, statusesIn } from '../../lib/http/testing/raw-socket.ts'
import { send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'
import type { TestServer } from '../server.ts'

const MEGABYTE = 1024 * 1024

const residentBytes = async ({ pid }: TestServer) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

test.skip(process.platform !== 'linux', 'reads /proc')

test('HT-1: 400 MB of refused bodies leave the server as small as it was', async ({ startServer }) => {
  const server = await startServer()
  const large = Buffer.alloc(10 * MEGABYTE, 'x')
  const login = '/api/accounts/login/'
  await send(server.url, login, { body: large, headers: { 'content-type': 'application/json' } })
  const before = await residentBytes(server)
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const head = `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  for (let round = 0; round < 20; round++) {
    const answer = await send(server.url, login, { body: large, headers: { 'content-type': 'application/json' } })
    expect(answer.status).toBe(413)
    expect(statusesIn(await exchange(server.port, [head, ...Array(160).fill(chunk), '0\r\n\r\n'], false))).toEqual([413])
  }
  expect(await residentBytes(server)).toBeLessThan(before + 150 * MEGABYTE)
  expect((await send(server.url, login, { json: {} })).status).toBe(400)
})
