/** The security contact at its well-known URL (the security requirement WB-7). */
import { bearer } from '../../http/testing/accounts.ts'
import { HTML } from '../../http/testing/cookies.ts'
import { expect, test } from '../../http/testing/fixtures.ts'

const FILE = '/.well-known/security.txt'

test('WB-7: security.txt says whom to tell, until when and where it is', async ({ startServer }) => {
  const contacts = 'mailto:security@example.com, https://example.com/report'
  const server = await startServer({ env: { SECURITY_CONTACT: contacts, APP_URL: 'https://accounts.example.com' } })
  for (const headers of [{}, { accept: 'text/plain' }, { accept: HTML }, { accept: 'image/png' }, { host: 'evil.test' }, bearer('x')]) {
    const answer = await server.call(FILE, { headers: headers as Record<string, string> })
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
  const head = await server.call(FILE, { method: 'HEAD' })
  expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'text/plain; charset=utf-8'])
  expect((await server.call(FILE, { json: {} })).status).toBe(405)
})

test('WB-7: without a contact there is no file', async ({ call }) => {
  const answer = await call(FILE)
  expect([answer.status, answer.body]).toEqual([404, { detail: 'Not found.', code: 'not_found' }])
  expect(answer.headers['cache-control']).toBe('private, no-store')
})
