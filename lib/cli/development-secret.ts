/** The secret of a development machine: made once, kept in .env.local, never in production. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DEVELOPMENT_KEY_PREFIX } from '../settings-problems.ts'

/**
 * Gives `env` a SECRET_KEY where it has none.
 * @param env is changed
 * @param directory where .env.local stands
 * @returns whether a key was made now
 */
export function ensureDevelopmentSecret(env: Record<string, string | undefined>, directory: string): boolean {
  if (env.SECRET_KEY) return false
  const file = join(directory, '.env.local')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const kept = /^SECRET_KEY=(.+)$/m.exec(text)?.[1]
  env.SECRET_KEY = kept ?? DEVELOPMENT_KEY_PREFIX + randomBytes(48).toString('base64url')
  if (kept) return false
  const separator = text === '' || text.endsWith('\n') ? '' : '\n'
  appendFileSync(
    file,
    `${separator}# Made for development on this machine; a deployment does not start with it.\nSECRET_KEY=${env.SECRET_KEY}\n`,
    {
      mode: 0o600,
    },
  )
  return true
}
