import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { settings } from '../settings.ts'
import { newState, withState } from '../testing/process-states.ts'
import { isBreachedPassword } from './breached-passwords.ts'
import { passwordProblems } from './policy.ts'
import { hashLines, hashListDirectory, sha1 } from './testing/hash-list.ts'

const LISTED = 'quartz lantern 41'

const directory = hashListDirectory()
const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true)

beforeEach(() => output.mockClear())
afterEach(() => vi.useRealTimers())
afterAll(() => {
  output.mockRestore()
  directory.remove()
})

/** Runs with a file of breached passwords, as a process of its own. */
const withList = <Result>(path: string | undefined, work: () => Result): Result =>
  withState(newState(), () => {
    Object.assign(settings(), { BREACHED_PASSWORDS_FILE: path })
    return work()
  })

const logged = () => output.mock.calls.map(([line]) => JSON.parse(String(line)))

it('PW-6: a listed password is refused, compared exactly as typed: no other case, blanks or normalization', async () => {
  const composed = 'caf\u00e9 lantern 41'
  await withList(directory.write(hashLines([LISTED, composed, ' lantern quartz 7'].map(sha1))), async () => {
    for (const password of [LISTED, composed, ' lantern quartz 7'])
      expect(await passwordProblems(password, {})).toEqual(['password_breached'])
    const others = [LISTED.toUpperCase(), `${LISTED} `, composed.normalize('NFD'), 'lantern quartz 7', 'other lantern 41']
    for (const password of others) expect(await passwordProblems(password, {}), password).toEqual([])
  })
  expect(logged()).toEqual([])
})

it('a password that breaks another rule is refused for that, and is not looked up', async () => {
  await withList(directory.path('absent.txt'), async () => {
    expect(await passwordProblems('password123', {})).toEqual(['password_too_common'])
    expect(await passwordProblems('x'.repeat(129), {})).toEqual(['max_length:128'])
  })
  expect(logged()).toEqual([])
})

it('without the setting no password is breached', async () => {
  expect(await withList(undefined, () => passwordProblems(LISTED, {}))).toEqual([])
})

it('PW-6: a file that is gone, no file, or malformed refuses no password; a process logs it once, without the password', async () => {
  for (const path of [directory.path('absent.txt'), directory.path('.'), directory.write('not a list\n'.repeat(1000))]) {
    output.mockClear()
    await withList(path, async () => {
      for (let time = 0; time < 3; time++) expect(await passwordProblems(LISTED, {})).toEqual([])
      expect(await passwordProblems('password', {}), 'the other rules go on').toEqual(['password_too_common'])
    })
    expect(logged()).toMatchObject([{ level: 'error', event: 'breached_passwords_unavailable', setting: 'BREACHED_PASSWORDS_FILE' }])
    expect(JSON.stringify(logged())).not.toMatch(new RegExp(`${LISTED}|${sha1(LISTED)}|not a list`))
  }
})

it('a file that comes back, or is replaced, counts from the next password on', async () => {
  const path = directory.write(hashLines([sha1('another lantern 42')]))
  await withList(path, async () => {
    expect(await isBreachedPassword(LISTED)).toBe(false)
    rmSync(path)
    expect(await isBreachedPassword(LISTED)).toBe(false)
    directory.write(hashLines([sha1(LISTED)]), path.split('/').at(-1))
    expect(await isBreachedPassword(LISTED)).toBe(true)
  })
})

it('PW-6: a disk that hangs holds a password up for two seconds, and only one thread; then the list works again', async () => {
  const pipe = directory.path('pipe')
  execFileSync('mkfifo', [pipe])
  await withList(pipe, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    // Opening a pipe waits for someone who writes to it. Node has four threads for files.
    const answers = Array.from({ length: 8 }, () => isBreachedPassword(LISTED))
    await vi.advanceTimersByTimeAsync(2000)
    expect(await Promise.all(answers)).toEqual(Array(8).fill(false))
    expect(logged()).toMatchObject([{ event: 'breached_passwords_unavailable', code: 'ETIMEDOUT' }])
    const list = directory.write(hashLines([sha1(LISTED)]))
    expect(await readFile(list, 'utf8')).toContain(sha1(LISTED))
    const release = openSync(pipe, 'r+')
    Object.assign(settings(), { BREACHED_PASSWORDS_FILE: list })
    expect(await isBreachedPassword(LISTED)).toBe(true)
    closeSync(release)
  })
})
