/**
 * `.env` files, as Next's loader (@next/env) reads them. It expands `$` and cuts at `#`, and it expands the variables of the
 * environment itself, too, where a file names them: those are put back, and what became of the files' values is reported.
 */
import nextEnv from '@next/env'
import { SETTING_NAMES } from '../settings.ts'
import { HINTS, type SettingsProblem } from '../settings-problems.ts'

/** What is read from the environment: the settings, and what commands take from there. */
const NAMES: readonly string[] = [...SETTING_NAMES, 'SUPERUSER_PASSWORD', 'NEW_PASSWORD']

/** Of a provider in OIDC_PROVIDERS. */
const isProviderSetting = (name: string) => /^OIDC_[A-Z0-9_]+$/.test(name)

const log = { info: () => {}, error: (...words: unknown[]) => process.stderr.write(`${words.join(' ')}\n`) }

/**
 * Loads the `.env` files, or takes those that Next has loaded in this process, and gives every variable that was set before
 * its very value back.
 * @returns a warning for each setting whose value in a file is not what the process got
 */
export function loadEnvFiles(directory: string, production: boolean): SettingsProblem[] {
  const { loadedEnvFiles } = nextEnv.loadEnvConfig(directory, !production, log as unknown as Console)
  const real = nextEnv.initialEnv ?? {}
  const problems: SettingsProblem[] = []
  const seen = new Set<string>()
  for (const { path, contents, env } of loadedEnvFiles) {
    for (const [name, value] of Object.entries(env)) {
      if (real[name] !== undefined) process.env[name] = real[name]
      // The first file that names a variable decides.
      else if (!seen.has(name) && (NAMES.includes(name) || isProviderSetting(name)))
        problems.push(...changedValue(name, path, contents, value ?? ''))
      seen.add(name)
    }
  }
  return problems
}

/** The environment as this process was given it, without the files: for a child that loads them itself. */
export const givenEnvironment = (): NodeJS.ProcessEnv => ({ ...nextEnv.initialEnv }) as NodeJS.ProcessEnv

function changedValue(name: string, file: string, contents: string, value: string): SettingsProblem[] {
  const { text, quoted } = writtenValue(contents, name, value)
  if (text.replaceAll('\\$', '$') === value) return []
  const isCut = !quoted && text.includes('#')
  const kept = isCut ? text.slice(0, text.indexOf('#')) : text
  const causes = [/(?<!\\)\$/.test(kept) && 'expanded at a $', isCut && 'cut at a #'].filter(Boolean)
  const message = `Its value in ${file} was ${causes.join(' and ') || 'read differently than it is written'}.`
  return [{ id: 'settings.W060', level: 'warning', setting: name, message, hint: HINTS.W060 ?? '' }]
}

/** A variable's text in a file: between its quotes, or up to a comment, which begins after a space. */
function writtenValue(contents: string, name: string, value: string): { text: string; quoted: boolean } {
  const assignment = new RegExp(`^[^\\S\\n]*(?:export\\s+)?${name}(?:[^\\S\\n]*=|:(?=\\s))`, 'gm')
  const lines = contents.replace(/\r\n?/g, '\n')
  const last = [...lines.matchAll(assignment)].at(-1)
  const rest = last ? lines.slice(last.index + last[0].length) : ''
  const quoted = quotedText(rest.trimStart(), value.includes('\n'))
  return quoted === null
    ? { text: (rest.split('\n')[0] ?? '').replace(/\s#.*$/, '').trim(), quoted: false }
    : { text: quoted, quoted: true }
}

/** @param severalLines whether the value may go on in the next lines, as a key in PEM form does @returns null where no quotes are closed */
function quotedText(rest: string, severalLines: boolean): string | null {
  const quote = rest[0] ?? ''
  if (!['"', "'", '`'].includes(quote)) return null
  const parts = rest.split(quote)
  // Quotes within the text are part of it: the last one is that with nothing, or a comment, behind it.
  const ends = (part: string, index: number) => /^[^\S\n]*[#\n]/.test(part) || (index === parts.length - 1 && part.trim() === '')
  const closing = parts.findIndex((part, index) => index > 1 && ends(part, index))
  if (closing === -1) return null
  const text = parts.slice(1, closing).join(quote)
  if (text.includes('\n') && !severalLines) return null
  return quote === '"' ? text.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : text
}
