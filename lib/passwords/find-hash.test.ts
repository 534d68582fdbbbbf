import { type FileHandle, open } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { findHash } from './find-hash.ts'
import { hashLines, hashListDirectory, sha1 } from './testing/hash-list.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20)

const directory = hashListDirectory()
afterAll(() => directory.remove())

/** Looks hashes up in a file with this text. */
async function find(text: string, hashes: string[]): Promise<boolean[]> {
  const file = await open(directory.write(text, 'list.txt'))
  try {
    const found: boolean[] = []
    for (const hash of hashes) found.push(await findHash(file, hash))
    return found
  } finally {
    await file.close()
  }
}

/** A file in memory. */
const fileOf = (bytes: Buffer) =>
  ({
    read: async (buffer: Buffer, offset: number, length: number, position: number) => {
      return { bytesRead: bytes.copy(buffer, offset, position, position + length) }
    },
    stat: async () => ({ size: bytes.length }),
  }) as unknown as FileHandle

const toHash = (value: bigint) => value.toString(16).toUpperCase().padStart(40, '0')
const MAX_HASH = 2n ** 160n - 1n

const aHash = fc.bigInt({ min: 0n, max: MAX_HASH }).map(toHash)
/** Neighbors, so that hashes differ in their last digits alone. */
const manyHashes = fc.oneof(
  fc.uniqueArray(aHash, { minLength: 1, maxLength: 300, size: 'max' }),
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: MAX_HASH - 2000n }),
      fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 300, size: 'max' }),
    )
    .map(([first, steps]) => steps.map((step) => toHash(first + BigInt(step)))),
)
const lineBreaks = fc.constantFrom('\n', '\r\n')

describe('a hash is found in a file of sorted lines if and only if it is there', () => {
  it('in random lists of up to 300 hashes, with LF or CRLF, with and without one at the end', async () => {
    const property = fc.asyncProperty(manyHashes, fc.array(aHash), lineBreaks, fc.boolean(), async (listed, others, lineBreak, ends) => {
      const text = hashLines(listed, lineBreak)
      const around = listed.flatMap((hash) => [BigInt(`0x${hash}`) - 1n, BigInt(`0x${hash}`) + 1n])
      const neighbors = around.filter((value) => value >= 0n && value <= MAX_HASH).map(toHash)
      const wanted = [...listed, ...others, ...neighbors, toHash(0n), toHash(MAX_HASH)]
      const found = await find(ends ? text : text.slice(0, -lineBreak.length), wanted)
      expect(found).toEqual(wanted.map((hash) => listed.includes(hash)))
    })
    await fc.assert(property, { numRuns: RUNS })
  })

  it('the first, the last and 500 others of 20,000 lines, and none before, between or behind them', async () => {
    const listed = Array.from({ length: 20_000 }, (_, index) => sha1(`password ${index}`)).sort()
    const chosen = listed.filter((_, index) => index % 40 === 0 || index === listed.length - 1)
    const absent = Array.from({ length: 500 }, (_, index) => sha1(`other ${index}`))
    const found = await find(hashLines(listed), [...chosen, ...absent, toHash(0n), toHash(MAX_HASH)])
    expect(found.slice(0, chosen.length)).not.toContain(false)
    expect(found.slice(chosen.length)).not.toContain(true)
  })

  it('an empty file has none; a file of one line has one', async () => {
    expect(await find('', [sha1('a')])).toEqual([false])
    for (const text of [`${sha1('a')}:1`, `${sha1('a')}:1\n`, `${sha1('a')}:1\r\n`]) {
      expect(await find(text, [sha1('a'), sha1('b'), sha1('c'), toHash(0n), toHash(MAX_HASH)])).toEqual([true, false, false, false, false])
    }
  })

  it('a file that is cut in the middle of a line still has every whole line, wherever it is cut', async () => {
    const listed = Array.from({ length: 300 }, (_, index) => sha1(String(index))).sort()
    const text = hashLines(listed)
    for (let missing = 1; missing <= 60; missing++) {
      const cut = text.slice(0, -missing)
      // A line counts from its colon on.
      const whole = listed.filter((hash) => cut.includes(`${hash}:`))
      const looked = [...listed.slice(0, 2), ...listed.slice(-4)]
      expect(await find(cut, looked), `${missing} bytes`).toEqual(looked.map((hash) => whole.includes(hash)))
    }
  })

  it('a hash is found wherever its line lies in what is read at once', async () => {
    for (let shift = 1; shift <= 60; shift++) {
      // Around two reads long; the first count moves all other lines.
      const listed = Array.from({ length: 165 + (shift % 12) }, (_, index) => sha1(String(index))).sort()
      const text = hashLines(listed).replace(':1\r', `:${'1'.repeat(shift)}\r`)
      const file = fileOf(Buffer.from(text))
      for (const hash of listed) expect(await findHash(file, hash), `${hash} by ${shift}`).toBe(true)
    }
  })
})

describe('the number of reads is bounded', () => {
  /** A file of so many lines that exists in no place: what is read is computed. */
  function computedFile(lines: number) {
    const line = (index: number) => `${toHash(((MAX_HASH + 1n) / BigInt(lines)) * BigInt(index))}:${index % 10}\r\n`
    const { length } = line(0)
    const reads: number[] = []
    const read = async (buffer: Buffer, offset: number, wanted: number, position: number) => {
      reads.push(wanted)
      const first = Math.floor(position / length)
      const text = Array.from({ length: Math.ceil(wanted / length) + 1 }, (_, index) => line(first + index)).join('')
      return { bytesRead: buffer.write(text.slice(position - first * length, position - first * length + wanted), offset, 'latin1') }
    }
    const stat = async () => ({ size: lines * length })
    return { file: { read, stat } as unknown as FileHandle, reads, hash: (index: number) => line(index).slice(0, 40), size: lines * length }
  }

  it('at most 26 of 4 KiB find or miss any hash among a billion lines, 44 GB', async () => {
    const lines = 1_000_000_000
    const { file, reads, hash, size } = computedFile(lines)
    expect(size).toBe(44_000_000_000)
    const indexes = [0, 1, lines / 2, lines - 2, lines - 1, ...Array.from({ length: 60 }, (_, index) => index * 16_666_667)]
    for (const index of indexes) {
      for (const isListed of [true, false]) {
        reads.length = 0
        const wanted = isListed ? hash(index) : toHash(BigInt(`0x${hash(index)}`) + 1n)
        expect(await findHash(file, wanted), `${index}`).toBe(isListed)
        expect(reads.length).toBeLessThanOrEqual(26)
        expect(Math.max(...reads)).toBeLessThanOrEqual(4096)
      }
    }
  })
})

describe('a file of something else is an error, not a list without the hash', () => {
  it.each([
    ['hashes in lower case', hashLines([sha1('a'), sha1('b')]).toLowerCase()],
    ['hashes of another length', `${sha1('a').slice(0, 32)}:1\r\n`.repeat(500)],
    ['hashes without counts', Array.from({ length: 500 }, (_, index) => `${sha1(String(index))}\n`).join('')],
    ['one endless line', 'A'.repeat(100_000)],
    ['a line that is longer than what is read at once', `${toHash(0n)}:${'1'.repeat(20_000)}\r\n${hashLines([sha1('a')])}`],
    ['passwords', 'correct horse battery staple, one of many\n'.repeat(500)],
  ])('%s', async (_title, text) => {
    await expect(find(text, [sha1('a')])).rejects.toMatchObject({ name: 'HashListError', code: 'malformed' })
  })
})
