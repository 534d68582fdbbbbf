import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { hashLines, hashListDirectory, sha1 } from './passwords/testing/hash-list.ts'
import { readSettings } from './settings.ts'

const directory = hashListDirectory()
afterAll(() => directory.remove())

const hashes = Array.from({ length: 1000 }, (_, index) => sha1(String(index)))
const list = hashLines(hashes)
/** Up to the colon of its last line. */
const oneSample = list.slice(0, list.lastIndexOf(':', 4080) + 1)

const problemsOf = (path: string) => {
  const { settings, problems } = readSettings(
    { SECRET_KEY: 'kV3vY0k1Qm9sZ2xhc3MtdGVzdC1vbmx5LXNlY3JldA', BREACHED_PASSWORDS_FILE: path },
    false,
  )
  expect(settings === null).toBe(problems.length > 0)
  return problems.map(({ id, setting, message }) => [id, setting, message])
}

describe('the file of breached passwords', () => {
  it.each([
    ['CRLF', list],
    ['LF', hashLines(hashes, '\n')],
    ['no line break at the end', list.slice(0, -2)],
    ['one line', hashLines([sha1('a')])],
    ['less than two samples', list.slice(0, list.indexOf('\n', 5000) + 1)],
    ['exactly one sample', `${oneSample}${'1'.repeat(4095 - oneSample.length)}\n`],
    ['a byte more than a sample', `${oneSample}${'1'.repeat(4096 - oneSample.length)}\n`],
  ])('is accepted as published: %s', (_title, text) => {
    expect(problemsOf(directory.write(text))).toEqual([])
  })

  it('keeps the server from starting where it is missing or cannot be read (E054)', () => {
    expect(problemsOf(directory.path('absent.txt'))).toEqual([['settings.E054', 'BREACHED_PASSWORDS_FILE', 'There is no such file.']])
    expect(problemsOf(directory.path('.'))).toEqual([['settings.E054', 'BREACHED_PASSWORDS_FILE', 'It is not a file.']])
    const below = `${directory.write(list)}/list.txt`
    expect(problemsOf(below)).toEqual([['settings.E054', 'BREACHED_PASSWORDS_FILE', 'It cannot be read (ENOTDIR).']])
    const pipe = directory.path('pipe')
    execFileSync('mkfifo', [pipe])
    expect(problemsOf(pipe), 'and does not wait for a pipe').toEqual([['settings.E054', 'BREACHED_PASSWORDS_FILE', 'It is not a file.']])
  })

  it.each([
    ['empty', '', 'It is empty.'],
    ['in lower case', list.toLowerCase(), 'It has a line that is not HASH:COUNT.'],
    ['of other hashes', `${sha1('a').slice(0, 32)}:1\n`, 'It has a line that is not HASH:COUNT.'],
    ['without counts', `${hashes.toSorted().join('\n')}\n`, 'It has a line that is not HASH:COUNT.'],
    ['cut in its last line', list.slice(0, list.lastIndexOf(':')), 'It has a line that is not HASH:COUNT.'],
    ['sorted by count', hashes.map((hash) => `${hash}:1\n`).join(''), 'It is not sorted by hash.'],
    ['with a hash twice', hashLines([sha1('a')]).repeat(2), 'It is not sorted by hash.'],
  ])('keeps the server from starting where it is %s (E054)', (_title, text, message) => {
    expect(problemsOf(directory.write(text))).toEqual([['settings.E054', 'BREACHED_PASSWORDS_FILE', message]])
  })
})

describe('the domain of passkeys', () => {
  const read = (env: Record<string, string>) => {
    const { settings, problems } = readSettings({ SECRET_KEY: 'kV3vY0k1Qm9sZ2xhc3MtdGVzdC1vbmx5LXNlY3JldA', ...env }, false)
    return settings ? settings.PASSKEY_RP_ID : problems.map(({ id, setting }) => `${id} ${setting}`)
  }
  const at = (host: string, given = '') => read({ APP_URL: `https://${host}`, PASSKEY_RP_ID: given })

  it('is the host of APP_URL, without its port; at an IP address there is none', () => {
    expect([at('accounts.example.com'), at('accounts.example.com:8443'), at('localhost:3000')]).toEqual([
      'accounts.example.com',
      'accounts.example.com',
      'localhost',
    ])
    expect([at('127.0.0.1:3000'), at('203.0.113.7'), at('[::1]:3000'), at('[2001:db8::1]')]).toEqual([null, null, null, null])
  })

  it('may be a domain above the host, and nothing else (E055)', () => {
    expect([at('accounts.example.com', 'example.com'), at('a.b.example.com', 'b.example.com')]).toEqual(['example.com', 'b.example.com'])
    const others = [
      'com',
      'other.com',
      'ple.com',
      'login.accounts.example.com',
      'https://example.com',
      'example.com:443',
      '.com',
      'EXAMPLE.com',
    ]
    for (const given of others) expect(at('accounts.example.com', given), given).toEqual(['settings.E055 PASSKEY_RP_ID'])
    expect(at('127.0.0.1', '127.0.0.1')).toEqual(['settings.E055 PASSKEY_RP_ID'])
    expect(at('127.0.0.1', '0.1')).toEqual(['settings.E055 PASSKEY_RP_ID'])
  })
})
