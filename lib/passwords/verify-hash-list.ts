/** Reads a file of breached passwords from end to end, in constant memory. */
import { open } from 'node:fs/promises'

/** Bytes that are read at once. */
const BLOCK = 1024 * 1024

const HASH_LENGTH = 40
/** Digits of the largest count that any list may have. */
const MAX_COUNT_LENGTH = 18
const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39
const isHexDigit = (byte: number) => isDigit(byte) || (byte >= 0x41 && byte <= 0x46)

const MALFORMED = 'it is not HASH:COUNT with a SHA-1 hash in upper case'
const UNSORTED = 'its hash comes before that of the line before it'
const DUPLICATE = 'it has the same hash as the line before it'
const INCOMPLETE = 'it is incomplete'

/** What a file has, or its first wrong line, counted from 1. */
export type Verdict = { lines: number; bytes: number; changedAt: Date } | { line: number; problem: string }

/**
 * Whether a file has sorted lines `HASH:COUNT` alone, and no hash twice.
 * @param onProgress is told the share that has been read, from 0 to 1
 * @throws an error of the file system where the file cannot be read
 */
export async function verifyHashList(path: string, onProgress: (share: number) => void = () => {}): Promise<Verdict> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const lines = new LineChecker()
    const block = Buffer.alloc(BLOCK)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, bytes)
      if (bytesRead === 0) break
      const problem = lines.read(block, bytesRead)
      if (problem !== null) return { line: lines.complete + 1, problem }
      bytes += bytesRead
      onProgress(Math.min(bytes / size, 1))
    }
    const problem = lines.end()
    if (problem !== null) return { line: lines.complete + 1, problem }
    return { lines: lines.complete, bytes, changedAt: (await file.stat()).mtime }
  } finally {
    await file.close()
  }
}

/** Reads bytes as lines; keeps the last hash alone. */
class LineChecker {
  /** Lines that are read and right. */
  complete = 0
  private readonly hash = new Uint8Array(HASH_LENGTH)
  private column = 0
  /** Of the hash that is read to the last one: 0 while they are the same. */
  private order = 1
  private sawCarriageReturn = false

  /** @returns what is wrong with the line after the complete ones, or null */
  read(block: Uint8Array, length: number): string | null {
    for (let at = 0; at < length; at++) {
      const byte = block[at] as number
      const { column } = this
      if (column < HASH_LENGTH) {
        if (!isHexDigit(byte)) return MALFORMED
        if (this.order === 0) this.order = byte - (this.hash[column] as number)
        this.hash[column] = byte
        this.column++
      } else if (byte === LF && column > HASH_LENGTH + 1) {
        const problem = this.endLine()
        if (problem !== null) return problem
      } else if (this.sawCarriageReturn) return MALFORMED
      else if (column === HASH_LENGTH ? byte === COLON : isDigit(byte) && column <= HASH_LENGTH + MAX_COUNT_LENGTH) {
        this.column++
      } else if (byte === CR && column > HASH_LENGTH + 1) this.sawCarriageReturn = true
      else return MALFORMED
    }
    return null
  }

  /** The last line may end without a line break. @returns what is wrong with it, or null */
  end(): string | null {
    if (this.column === 0) return this.complete === 0 ? 'the file is empty' : null
    return this.column > HASH_LENGTH + 1 ? this.endLine() : INCOMPLETE
  }

  private endLine(): string | null {
    if (this.order < 0) return UNSORTED
    if (this.order === 0) return DUPLICATE
    this.complete++
    this.column = 0
    this.order = 0
    this.sawCarriageReturn = false
    return null
  }
}
