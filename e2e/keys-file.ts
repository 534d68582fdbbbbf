/** A file of signing keys for one test. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from '@playwright/test'

export interface FileKey {
  kid: string
  alg: string
  iat: number
  nbf: number
  exp?: number
  d?: string
  k?: string
}

/** Where the running test may have its file; it is not there yet. */
export function keysFilePath(): string {
  const path = test.info().outputPath('keys.json')
  mkdirSync(dirname(path), { recursive: true })
  return path
}

export const keysIn = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { keys: FileKey[] }).keys
