import { utimesSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { hashLines, hashListDirectory, sha1 } from '../passwords/testing/hash-list.ts'
import { runProgram } from './program.ts'
import { manage } from './testing/manage.ts'

const directory = hashListDirectory()
afterAll(() => directory.remove())

/** The command needs no other setting. */
const verify = (path: string) => manage(['passwords', 'verify-list'], { BREACHED_PASSWORDS_FILE: path })

const hashes = Array.from({ length: 50 }, (_, index) => sha1(String(index))).sort()
const lines = (count = 50) =>
  hashLines(hashes)
    .split('\r\n')
    .slice(0, count)
    .map((line) => `${line}\r\n`)

describe('passwords verify-list', () => {
  it.each([
    ['CRLF', '\r\n', true],
    ['LF', '\n', true],
    ['no line break at the end', '\r\n', false],
  ])('says how many hashes a file in order has, its size and its last change: %s', async (_title, lineBreak, ends) => {
    const text = hashLines(hashes, lineBreak)
    const path = directory.write(ends ? text : text.slice(0, -lineBreak.length))
    utimesSync(path, 0, new Date('2026-11-01T12:00:00Z'))
    const size = new Intl.NumberFormat('en').format(text.length - (ends ? 0 : lineBreak.length))
    const output = `${path} is in order: 50 hashes, ${size} bytes, last changed 2026-11-01T12:00:00.000Z.\n`
    expect(await verify(path)).toEqual({ code: 0, output })
  })

  it('reads files that are larger than what it reads at once, to their end', async () => {
    const many = Array.from({ length: 60_000 }, (_, index) => sha1(String(index)))
    const text = hashLines(many)
    expect(text.length).toBeGreaterThan(2 * 1024 * 1024)
    expect(await verify(directory.write(text))).toMatchObject({ code: 0, output: expect.stringContaining('60,000 hashes') })
    const wrong = await verify(directory.write(`${text}x\n`))
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('line 60001 of') })
  })

  const MALFORMED = 'it is not HASH:COUNT with a SHA-1 hash in upper case'
  const hash = sha1('a')
  it.each<[string, string, number, string]>([
    ['no line', '', 1, 'the file is empty'],
    ['two lines swapped', [...lines(10), lines()[11], lines()[10], ...lines().slice(12)].join(''), 12, 'its hash comes before'],
    ['a line twice', [...lines(30), lines()[29], ...lines().slice(30)].join(''), 31, 'it has the same hash'],
    ['an empty line in the middle', [...lines(7), '\r\n', ...lines().slice(7)].join(''), 8, MALFORMED],
    ['an empty line at the end', `${lines().join('')}\r\n`, 51, MALFORMED],
    ['lower case', lines().join('').toLowerCase(), 1, MALFORMED],
    ['a shorter hash', `${lines(5).join('')}${hash.slice(1)}:1\n`, 6, MALFORMED],
    ['a longer hash', `${hash}0:1\n`, 1, MALFORMED],
    ['no count', `${hash}:\n`, 1, MALFORMED],
    ['no colon', `${hash}\n`, 1, MALFORMED],
    ['a count in words', `${hash}:many\n`, 1, MALFORMED],
    ['a negative count', `${hash}:-1\n`, 1, MALFORMED],
    ['an endless count', `${hash}:${'1'.repeat(1000)}\n`, 1, MALFORMED],
    ['a carriage return alone', lines().join('').replaceAll('\n', ''), 1, MALFORMED],
    ['a carriage return within a count', `${hash}:1\r1\n`, 1, MALFORMED],
    ['two carriage returns', `${hash}:1\r\r\n`, 1, MALFORMED],
    ['a blank at the end of a line', `${hash}:1 \n`, 1, MALFORMED],
    ['a byte order mark', `\ufeff${lines().join('')}`, 1, MALFORMED],
    ['a file that ends within a hash', lines().join('').slice(0, -20), 50, 'it is incomplete'],
    ['a file that ends behind a colon', `${lines(3).join('')}${lines()[3]?.slice(0, 41)}`, 4, 'it is incomplete'],
  ])('names the first wrong line and ends with 1: %s', async (_title, text, line, problem) => {
    const path = directory.write(text)
    const { code, output } = await verify(path)
    expect(output).toMatch(new RegExp(`^Error: line ${line} of ${path} is wrong: ${problem}`))
    expect(code).toBe(1)
  })

  it('says so where there is no file (1), it is a directory (1), or none is set (2)', async () => {
    expect(await verify(directory.path('absent.txt'))).toMatchObject({ code: 1, output: expect.stringContaining('there is no file') })
    expect(await verify(directory.path('.'))).toMatchObject({ code: 1, output: expect.stringContaining('cannot be read (EISDIR)') })
    expect(await verify('')).toEqual({ code: 2, output: 'Error: BREACHED_PASSWORDS_FILE is not set\n' })
  })

  it.each([true, false])('shows its progress on standard error if that is a terminal: %s', async (isTTY) => {
    const written = { output: '', errors: '' }
    const stream = (name: keyof typeof written) => ({
      isTTY,
      write: (text: string) => {
        written[name] += text
        return true
      },
    })
    const terminal = { input: Readable.from(['']), output: stream('output'), errors: stream('errors') }
    const env = { BREACHED_PASSWORDS_FILE: directory.write(lines().join('')) }
    expect(await runProgram(['passwords', 'verify-list'], { terminal, env })).toBe(0)
    expect(written.errors).toBe(isTTY ? '\r100%\r\x1b[K' : '')
    expect(written.output).toMatch(/ is in order: 50 hashes, .*\n$/)
  })
})
