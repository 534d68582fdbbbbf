/** `rotatekeys`: changes the keys that sign tokens, while servers run and without logging anyone out. */
import { chmodSync, chownSync, closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ALGORITHMS, type Algorithm, isHmac, type KeysFile, KeysFileError, parseKeysFile, readKeysFile } from '../jwt/keys.ts'
import { ACTIVATE_AFTER, makeFileKey, type Rotation, retirementTime, rotate } from '../jwt/rotation.ts'
import { readSettings, type Settings } from '../settings.ts'
import { SettingsError } from '../settings-problems.ts'
import { duration } from '../settings-values.ts'
import { environmentSteps, stepsInWords } from './rotatekeys-environment.ts'
import { CommandError, processTerminal, say, sayJson, type Terminal } from './terminal.ts'

export interface RotateKeysOptions {
  activateAfter?: string
  retireAfter?: string
  algorithm?: string
  json?: boolean
}

type Env = Record<string, string | undefined>

function readSeconds(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const { success, data } = duration('0').safeParse(text)
  if (!success) throw new CommandError(`${option} is a duration: 10m, 1d or seconds`, 2)
  return Math.ceil(data)
}

function readAlgorithm(text: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm === text)
  if (!found) throw new CommandError(`--algorithm is one of ${ALGORITHMS.join(', ')}`, 2)
  return found
}

/** @param env the environment @param production whether the rules of a deployment apply */
export async function rotateKeys(
  options: RotateKeysOptions,
  env: Env,
  production: boolean,
  terminal = processTerminal(),
  now = new Date(),
): Promise<void> {
  const path = env.SIGNING_KEYS_FILE
  if (path) return rotateInFile(resolve(path), options, env, production, Math.floor(now.getTime() / 1000), terminal)
  const { settings, problems } = readSettings(env, production)
  if (!settings) throw new SettingsError(problems)
  if (options.activateAfter ?? options.retireAfter) throw new CommandError('--activate-after and --retire-after need SIGNING_KEYS_FILE', 2)
  const steps = environmentSteps(settings, readAlgorithm(options.algorithm ?? settings.ALGORITHM))
  if (options.json) return sayJson(terminal, { steps })
  say(terminal, stepsInWords(steps))
}

/** The settings but for the keys: there may be none before the first rotation. */
function settingsWithoutKeys(env: Env, production: boolean): Settings {
  const without = { ALGORITHM: '', SIGNING_KEY: '', VERIFYING_KEY: '', VERIFYING_KEYS: '', SIGNING_KEYS_FILE: '' }
  const { settings, problems } = readSettings({ ...env, ...without }, production)
  if (!settings) throw new SettingsError(problems)
  return settings
}

async function rotateInFile(
  path: string,
  options: RotateKeysOptions,
  env: Env,
  production: boolean,
  now: number,
  terminal: Terminal,
): Promise<void> {
  const settings = settingsWithoutKeys(env, production)
  const ofEnvironment = readAlgorithm(env.ALGORITHM || 'HS256')
  const algorithm = readAlgorithm(options.algorithm ?? ofEnvironment)
  const activateAfter = readSeconds('--activate-after', options.activateAfter, ACTIVATE_AFTER)
  const retireAfter = readSeconds('--retire-after', options.retireAfter, retirementTime(settings))
  const key = await makeFileKey(algorithm, now)
  const rotation = whileLocked(path, () => {
    const environmentSigns = isHmac(ofEnvironment) || Boolean(env.SIGNING_KEY)
    const made = rotate(read(path), key, now, { activateAfter, retireAfter, environmentSigns })
    if (!made) throw new CommandError('a key is already waiting to sign; wait for it, or replace it at once with --activate-after 0')
    replaceFile(path, made.file)
    return made
  })
  const { activeFrom, retiring, removed } = rotation
  const { kid } = key
  if (options.json) return sayJson(terminal, { file: path, kid, algorithm, activeFrom, retiring, removed })
  say(terminal, `Made the key ${kid} (${algorithm}) in ${path}.\n${inWords(rotation, now)}`)
  if (retireAfter < retirementTime(settings))
    say(terminal, `Tokens that are older then end before their time: they live up to ${retirementTime(settings)} s.`)
}

const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`

function inWords({ activeFrom, retiring, removed }: Rotation, now: number): string {
  return [
    activeFrom > now ? `Every server takes its tokens from now on; it signs from ${time(activeFrom)}.` : 'It signs from now on.',
    ...retiring.map(({ kid, exp }) => `${kid === null ? 'The environment’s keys verify' : `The key ${kid} verifies`} until ${time(exp)}.`),
    ...removed.map((kid) => `Removed the key ${kid}.`),
  ].join('\n')
}

function read(path: string): KeysFile | null {
  try {
    return readKeysFile(path)
  } catch (error) {
    if (error instanceof KeysFileError) throw new CommandError(`${path} does not serve, and was left as it is. ${error.message}`)
    throw error
  }
}

/** Runs alone: of two at once the second would lose the first one's key. */
function whileLocked<Result>(path: string, work: () => Result): Result {
  const lock = `${path}.lock`
  try {
    closeSync(openSync(lock, 'wx', 0o600))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw new CommandError(`${lock} cannot be written (${code})`)
    throw new CommandError(`another rotatekeys is at work; if none is, one was killed: remove ${lock} and try again`)
  }
  try {
    return work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Replaces the file in one step: a concurrent reader sees the whole old file or the whole new one. */
function replaceFile(path: string, file: KeysFile): void {
  const text = `${JSON.stringify(file, null, 2)}\n`
  // What was written must be readable again, or every server would keep its last good keys for good.
  parseKeysFile(text)
  const before = statSync(path, { throwIfNoEntry: false })
  const target = before ? realpathSync(path) : path
  const draft = `${target}.${process.pid}.new`
  try {
    const descriptor = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (before) {
      chmodSync(draft, before.mode & 0o777)
      // The servers' user may be another than the one who types this.
      if (process.getuid && (before.uid !== process.getuid() || before.gid !== process.getgid?.())) chownSync(draft, before.uid, before.gid)
    }
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new CommandError(`${target} cannot be replaced (${(error as NodeJS.ErrnoException).code}); it was left as it is`)
  }
}
