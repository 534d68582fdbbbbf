/** Files of breached passwords for tests, as Have I Been Pwned publishes them. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()

/** The hashes' lines, sorted; of different lengths, as counts are. @param lineBreak also ends the last line */
export const hashLines = (hashes: string[], lineBreak = '\r\n') =>
  [...new Set(hashes)]
    .sort()
    .map((hash, index) => `${hash}:${10 ** (index % 8)}${lineBreak}`)
    .join('')

/** A directory for lists. */
export function hashListDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-hashes-'))
  let made = 0
  return {
    /** Writes a file. @returns its path */
    write(text: string, name = `${made++}.txt`): string {
      const path = join(directory, name)
      writeFileSync(path, text)
      return path
    },
    path: (name: string) => join(directory, name),
    remove: () => rmSync(directory, { recursive: true }),
  }
}
