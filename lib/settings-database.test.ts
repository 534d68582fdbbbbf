import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'latchkey-file-'))
chmodSync(directory, 0o755)
afterAll(() => rmSync(directory, { recursive: true }))

/** What the settings say of an SQLite file with such a mode, in a directory with such a one. */
function problemsOf(mode: number | null, directoryMode: number): string[] {
  const inside = mkdtempSync(join(directory, 'in-'))
  const file = join(inside, 'accounts.sqlite3')
  if (mode !== null) {
    writeFileSync(file, '')
    chmodSync(file, mode)
  }
  chmodSync(inside, directoryMode)
  const { problems } = readSettings({ SECRET_KEY: 'q7-Zk2_vP0sLxW9eRtYhUjMnBgVfCdXa', DATABASE_URL: `file:${file}` }, false)
  return problems.map(({ id, setting }) => `${id} ${setting}`)
}

describe.skipIf(process.platform === 'win32')('an SQLite file', () => {
  it('that others can read is warned of', () => {
    expect(problemsOf(0o644, 0o755)).toEqual(['settings.W004 DATABASE_URL'])
    expect(problemsOf(0o666, 0o711)).toEqual(['settings.W004 DATABASE_URL'])
  })

  it.each([
    ['for its owner alone', 0o600, 0o755],
    ['for its owner and group', 0o640, 0o755],
    ['in a directory that others cannot enter', 0o644, 0o700],
    ['that is not there yet', null, 0o755],
  ])('%s is not', (_, mode, directoryMode) => {
    expect(problemsOf(mode, directoryMode)).toEqual([])
  })

  it('whose directory is not there yet is not either', () => {
    mkdirSync(join(directory, 'empty'))
    const DATABASE_URL = `file:${join(directory, 'empty', 'none', 'accounts.sqlite3')}`
    expect(readSettings({ SECRET_KEY: 'q7-Zk2_vP0sLxW9eRtYhUjMnBgVfCdXa', DATABASE_URL }, false).problems).toEqual([])
  })
})
