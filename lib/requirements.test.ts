/** Requirement ids resolve: each one that is cited has a row in docs/security-requirements.md, and each row has a test. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const CATALOGUE = 'docs/security-requirements.md'

const filesBelow = (folder: string, pattern: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => pattern.test(path) && !/(^|\/)generated\//.test(path))
    .map((path) => join(folder, path))

const sources = [
  ...['lib', 'app', 'e2e', 'docs'].flatMap((folder) => filesBelow(folder, /\.(tsx?|md)$/)),
  'middleware.ts',
  'instrumentation.ts',
]
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

const documented = [...read(CATALOGUE).matchAll(/^\| ([A-Z]+-?\d+) \|/gm)].map(([, id]) => id as string)

/** Ids as RS-2, and as J6 in tests; names of standards, such as SHA-256, look alike and are none. */
function citedIn(file: string): string[] {
  const text = read(file)
  const hyphenated = text.match(/\b(?!(?:SHA|UTF|CVE|CWE|GMT)-)(?:[A-Z]{2,5}|G)-\d{1,3}\b/g) ?? []
  const attacks = isTest(file) ? (text.match(/\b[JBULMX]\d{1,2}(?=[:,)]| to |-[JBULMX]\d)/g) ?? []) : []
  return [...hyphenated, ...attacks]
}

const isTest = (file: string) => /\.(test|spec)\.tsx?$/.test(file) || file.startsWith('e2e/')

it('every requirement id that is cited has a row in the catalogue', () => {
  const unresolved = sources
    .filter((file) => file !== CATALOGUE)
    .flatMap((file) =>
      citedIn(file)
        .filter((id) => !documented.includes(id))
        .map((id) => `${file}: ${id}`),
    )
  expect(unresolved).toEqual([])
})

it('every row of the catalogue is cited by a test; a row without one goes', () => {
  const tests = sources.filter(isTest).map(read).join('\n')
  // "RS-1 to RS-6" and "U1-U4" cite what is between them, too.
  const ranges = [...tests.matchAll(/\b([A-Z]+-?)(\d+)(?: to |-)\1(\d+)\b/g)].flatMap(([, family, first, last]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${family}${Number(first) + index}`),
  )
  const isCited = (id: string) => ranges.includes(id) || new RegExp(String.raw`\b${id}\b`).test(tests)
  expect(documented.filter((id) => !isCited(id))).toEqual([])
})

it('an id has one row', () => {
  expect(documented.filter((id, index) => documented.indexOf(id) !== index)).toEqual([])
})
