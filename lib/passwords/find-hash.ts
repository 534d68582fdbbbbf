/** Finds a hash in a file of sorted lines `HASH:COUNT`, of which no more than a few blocks are ever in memory. */
import type { FileHandle } from 'node:fs/promises'

/** Bytes of one read. */
const BLOCK = 4096

/** Length of `HASH:` at the start of a line. */
const KEY_LENGTH = 41
const KEY = /^[0-9A-F]{40}:$/
const LINE_BREAK = 0x0a

/** Thrown where a file has something else than lines `HASH:COUNT`; quotes nothing of it. */
class HashListError extends Error {
  override name = 'HashListError'
  readonly code = 'malformed'
}

/**
 * Whether a file has a hash, by binary search: 24 to 25 reads of 4 KiB in 40 GB, one in a file of 4 KiB.
 * A last line that is cut before its colon is no entry.
 * @param hash SHA-1, 40 hexadecimal digits in upper case
 * @throws HashListError where a line that it looks at is malformed
 */
export async function findHash(file: Pick<FileHandle, 'read' | 'stat'>, hash: string): Promise<boolean> {
  const key = Buffer.from(`${hash}:`, 'latin1')
  const { size } = await file.stat()
  // The line, if there is one, begins at `low` or after it, and before `high`. A line begins at `low`.
  let low = 0
  let high = size
  while (high - low > BLOCK - KEY_LENGTH) {
    const middle = Math.floor((low + high) / 2)
    const block = await readBlock(file, middle, size)
    const start = block.indexOf(LINE_BREAK) + 1
    const isWhole = start > 0 && start + KEY_LENGTH <= block.length
    if (!isWhole && middle + block.length < size) throw new HashListError('a line is too long')
    const order = isWhole ? compareKey(block, start, key) : 1
    if (order === 0) return true
    if (order < 0) low = middle + start
    else high = middle + 1
  }
  const block = await readBlock(file, low, size)
  for (let start = 0; start < high - low && start + KEY_LENGTH <= block.length; ) {
    if (compareKey(block, start, key) === 0) return true
    const lineBreak = block.indexOf(LINE_BREAK, start)
    if (lineBreak === -1) return false
    start = lineBreak + 1
  }
  return false
}

/** Below zero where the line that begins at `start` comes before the key. @throws HashListError */
function compareKey(block: Buffer, start: number, key: Buffer): number {
  const end = start + KEY_LENGTH
  if (!KEY.test(block.toString('latin1', start, end))) throw new HashListError('a line is not HASH:COUNT')
  return block.compare(key, 0, KEY_LENGTH, start, end)
}

/** Reads a block, or what there is of it before the end of the file. */
async function readBlock(file: Pick<FileHandle, 'read'>, position: number, size: number): Promise<Buffer> {
  const block = Buffer.alloc(Math.min(BLOCK, size - position))
  let length = 0
  while (length < block.length) {
    const { bytesRead } = await file.read(block, length, block.length - length, position + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return block.subarray(0, length)
}
