/** `passwords verify-list`: checks the file of breached passwords from end to end. */
import { type Verdict, verifyHashList } from '../passwords/verify-hash-list.ts'
import { CommandError, processTerminal, say, type Terminal } from './terminal.ts'

const formatNumber = new Intl.NumberFormat('en').format

/** @param path BREACHED_PASSWORDS_FILE */
export async function verifyList(path: string | undefined, terminal = processTerminal()): Promise<void> {
  if (!path) throw new CommandError('BREACHED_PASSWORDS_FILE is not set', 2)
  const verdict = await verify(path, terminal)
  if ('problem' in verdict) throw new CommandError(`line ${verdict.line} of ${path} is wrong: ${verdict.problem}`)
  const { lines, bytes, changedAt } = verdict
  const what = `${formatNumber(lines)} ${lines === 1 ? 'hash' : 'hashes'}, ${formatNumber(bytes)} bytes`
  say(terminal, `${path} is in order: ${what}, last changed ${changedAt.toISOString()}.`)
}

/** Writes the percentage to a terminal, over the last one; to anything else nothing. */
async function verify(path: string, { errors }: Terminal): Promise<Verdict> {
  let shown = -1
  const show = (share: number) => {
    const percentage = Math.floor(share * 100)
    if (percentage !== shown) errors.write(`\r${percentage}%`)
    shown = percentage
  }
  try {
    return await verifyHashList(path, errors.isTTY ? show : undefined)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`)
  } finally {
    // Clears the line.
    if (errors.isTTY) errors.write('\r\x1b[K')
  }
}
