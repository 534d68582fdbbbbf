/** For tests: what a file of signing keys holds. */
import { readFileSync } from 'node:fs'

export interface FileKey {
  kid: string
  alg: string
  iat: number
  nbf: number
  exp?: number
  d?: string
  k?: string
}

export const keysIn = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { keys: FileKey[] }).keys
