/** Well-known addresses that anybody may ask for (the security requirements WB-7, RS-10). */
import { bearer } from '../../lib/http/testing/accounts.ts'
import { HTML } from '../../lib/http/testing/cookies.ts'
import { send } from '../../lib/http/testing/send.ts'
import { expect, test } from '../fixtures.ts'

const FILE = '/.well-known/security.txt'

test('WB-7: security.txt says whom to tell, until when and where it stands', async ({ startServer }) => {
  const contacts = 'mailto:security@example.com, https://example.com/report'
  const server = await startServer({ env: { SECURITY_CONTACT: contacts, APP_URL: 'https://accounts.example.com' } })
  for (const headers of [{}, { accept: 'text/plain' }, { accept: HTML }, { accept: 'image/png' }, { host: 'evil.test' }, bearer('x')]) {
    const answer = await send(server.url, FILE, { headers: headers as Record<string, string> })
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    const lines = answer.text.trimEnd().split('\n')
    const linesOf = (name: string) => lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2))
    expect(linesOf('Contact')).toEqual(contacts.split(', '))
    expect(linesOf('Canonical')).toEqual([`https://accounts.example.com${FILE}`])
    expect(linesOf('Expires')).toHaveLength(1)
    const days = (Date.parse(linesOf('Expires')[0] as string) - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(30)
    expect(days).toBeLessThan(365)
    expect(answer.cookies).toEqual([])
  }
  const head = await send(server.url, FILE, { method: 'HEAD' })
  expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'text/plain; charset=utf-8'])
  expect((await send(server.url, FILE, { json: {} })).status).toBe(405)
})

test('WB-7: without a contact there is no file', async ({ call }) => {
  const answer = await call(FILE)
  expect([answer.status, answer.body]).toEqual([404, { detail: 'Not found.', code: 'not_found' }])
  expect(answer.headers['cache-control']).toBe('private, no-store')
})

test('RS-10: an unknown well-known address is a real 404 that no cache keeps', async ({ call }) => {
  for (const name of [
    'x',
    'resource-that-should-not-exist-whose-status-code-should-not-be-200',
    'security.txt.bak',
    'change-password/x',
    '',
  ]) {
    const answer = await call(`/.well-known/${name}`, { headers: { accept: HTML } })
    expect.soft(answer.status, name).toBe(404)
    expect.soft(answer.headers['cache-control'], name).toBe('private, no-store')
    expect.soft(answer.headers.location, name).toBeUndefined()
  }
  expect((await call('/.well-known/change-password')).status).toBe(303)
})
