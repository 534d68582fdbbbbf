/**
 * The file of signing keys (SIGNING_KEYS_FILE): a JWK set with private members (RFC 7517), whose keys carry the times of
 * their lives under a JWT's names, in seconds since 1970.
 */
import { createPrivateKey, createSecretKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { ALGORITHMS, isHmac, keyWeakness } from './algorithms.ts'

/** Most keys in a file: a token without `kid` may be tried against each. */
const MAX_KEYS = 32

const moment = z.optional(z.int().check(z.nonnegative(), z.maximum(253_402_300_799)))

const keySchema = z.looseObject({
  kty: z.string(),
  kid: z.string().check(z.minLength(1), z.maxLength(128)),
  alg: z.enum(ALGORITHMS),
  use: z.optional(z.literal('sig')),
  /** When it was made. */
  iat: moment,
  /** When it begins to sign; every process takes its tokens before. */
  nbf: moment,
  /** When it ends to verify; absent until a successor was made. */
  exp: moment,
})

const fileSchema = z.looseObject({
  keys: z.array(keySchema).check(z.maxLength(MAX_KEYS)),
  /** The keys of the environment go on verifying until then: those of before there was a file. */
  environment: z.optional(z.object({ exp: z.int() })),
})

export type KeyFileEntry = z.infer<typeof keySchema>
export type KeysFile = z.infer<typeof fileSchema>

/** Why a file does not count, in words that quote nothing of it. */
export class KeysFileError extends Error {
  override name = 'KeysFileError'
}

/** The private key of an entry. @throws KeysFileError */
export function privateKeyOf(entry: KeyFileEntry): KeyObject {
  const name = `The key ${JSON.stringify(entry.kid)}`
  let key: KeyObject
  try {
    key = isHmac(entry.alg)
      ? createSecretKey(Buffer.from(entry.kty === 'oct' && typeof entry.k === 'string' ? entry.k : '', 'base64url'))
      : createPrivateKey({ key: entry, format: 'jwk' } as unknown as JsonWebKeyInput)
  } catch {
    throw new KeysFileError(`${name} cannot be read.`)
  }
  const flaw = keyWeakness(key, entry.alg)
  if (flaw === 'mismatch') throw new KeysFileError(`${name} does not fit ${entry.alg}.`)
  if (flaw !== null) throw new KeysFileError(`${name} is too short for ${entry.alg}.`)
  return key
}

/** Reads the text of a file. @throws KeysFileError */
export function parseKeysFile(text: string): KeysFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new KeysFileError('It is not JSON.')
  }
  const { success, data, error } = fileSchema.safeParse(json)
  if (!success) {
    const [first] = error.issues
    throw new KeysFileError(
      `It is not a JWK set whose keys have kid and alg: ${first?.path.map(String).join('.') || 'the whole'} is not as it should be.`,
    )
  }
  if (new Set(data.keys.map(({ kid }) => kid)).size < data.keys.length) throw new KeysFileError('Two of its keys have the same kid.')
  for (const entry of data.keys) privateKeyOf(entry)
  return data
}

/** Reads a file; null when it doesn't exist. @throws KeysFileError */
export function readKeysFile(path: string): KeysFile | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new KeysFileError(`It cannot be read (${code}).`)
  }
  return parseKeysFile(text)
}

/** Changes with every change of a file; `absent` when it doesn't exist. */
export function fileVersion(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path)
    return [ino, size, mtimeMs, ctimeMs].join(':')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable'
  }
}

/** Whether others than the owner and the group can read a file. Windows has no such bits. */
export const isReadableByOthers = (path: string): boolean => process.platform !== 'win32' && (statSync(path).mode & 0o004) !== 0

/** Whether others than the owner can change a file, or replace it because its directory is theirs too. */
export function isWritableByOthers(path: string): boolean {
  if (process.platform === 'win32') return false
  const directory = statSync(dirname(path)).mode
  // In a sticky directory like /tmp only the owner of a file replaces it.
  return (statSync(path).mode & 0o022) !== 0 || ((directory & 0o002) !== 0 && (directory & 0o1000) === 0)
}
