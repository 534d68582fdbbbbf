import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { heloName, requiresTls, smtpTransport } from './transport.ts'

/** An SMTP server that refuses hosts without a domain, as many do, and keeps the names by which clients call themselves. */
function strictServer(): Promise<{ server: Server; url: string; names: string[] }> {
  const names: string[] = []
  const answer = (socket: Socket, line: string) => {
    const [command = '', name = ''] = line.split(' ')
    if (/^(EHLO|HELO)$/i.test(command)) {
      names.push(name)
      return name.startsWith('[') || !name.includes('.') ? '550 5.7.1 need a fully-qualified hostname' : '250 strict.example'
    }
    if (/^DATA$/i.test(command)) {
      socket.removeAllListeners('data')
      socket.on('data', (chunk) => chunk.toString().endsWith('\r\n.\r\n') && socket.end('250 ok\r\n'))
      return '354 go on'
    }
    return /^(MAIL|RCPT|QUIT)$/i.test(command) ? '250 ok' : '500 unknown'
  }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('220 strict.example ESMTP\r\n')
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) socket.write(`${answer(socket, line)}\r\n`)
    })
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ server, names, url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` })
    }),
  )
}

let open: Server | undefined
afterEach(() => {
  open?.close()
})

describe('EHLO', () => {
  it('names a domain, so that servers that refuse [127.0.0.1] take our mail', async () => {
    const { server, url, names } = await strictServer()
    open = server
    process.env.SMTP_URL = url
    process.env.APP_URL = 'https://accounts.example.com'
    const send = smtpTransport()
    await send?.({ recipient: 'ada@example.com', subject: 's', text: 't', html: '<p>h</p>', messageId: '<1@example.com>' })
    expect(names).toEqual(['accounts.example.com'])
  })

  const settings = (appUrl: string, sender: string, name?: string) => ({
    APP_URL: new URL(appUrl),
    MAIL_FROM: sender,
    SMTP_HELO_NAME: name,
  })
  it.each([
    [settings('https://accounts.example.com', 'a@other.example'), 'accounts.example.com'],
    [settings('http://localhost:3000', '"L" <no-reply@mail.example.org>'), 'mail.example.org'],
    [settings('http://127.0.0.1:3000', 'no-reply@example.org'), 'example.org'],
    [settings('http://localhost:3000', '"L" <no-reply@localhost>'), undefined],
    [settings('https://accounts.example.com', 'a@b.example', 'out.example.net'), 'out.example.net'],
  ])('%o calls itself %s', (given, name) => {
    expect(heloName(given)).toBe(name)
  })
})

describe('TLS', () => {
  it.each([
    ['smtp://mail.example.com:587', true],
    ['smtp://user:password@mailhog:1025', true],
    ['smtp://mailhog:1025?requireTLS=false', false],
    ['smtp://mailhog:1025?ignoreTLS=true', false],
    ['smtps://mail.example.com', false],
    ['smtp://localhost:25', false],
    ['smtp://127.0.0.1:25', false],
    ['smtp://[::1]:25', false],
    ['smtp://127.evil.example', true],
  ])('%s requires STARTTLS: %s', (url, required) => {
    expect(requiresTls(url)).toBe(required)
  })
})
