/** The style sheets and the pages name the same classes and tokens: what one of them drops, the other drops with it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const filesIn = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'))

const matchesOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match.slice(1).find(Boolean) ?? '')

const css = filesIn('app', '.css')
  .join('\n')
  .replaceAll(/\/\*[\s\S]*?\*\//g, '')
const markup = [...filesIn('app', '.tsx'), ...filesIn('lib/openapi', '.ts')].join('\n')

const styled = new Set(matchesOf(css, /\.([a-z][\w-]*)(?=[^{};]*\{)/g))

/** In `class="a b"`, in `className={isB ? 'a b' : 'a'}` and in a property `look="a b"` that is passed on as one. */
const used = new Set(
  [
    ...matchesOf(markup, /\b(?:class|className|look)="([^"]*)"/g),
    ...matchesOf(markup, /className=\{([^}]*)\}/g).flatMap((expression) => matchesOf(expression, /(?:[?:]|&&) '([^']*)'/g)),
    ...matchesOf(markup, /\b(?:className|look) = '([^']*)'/g),
  ].flatMap((names) => names.split(' ').filter(Boolean)),
)

it('every class of the style sheets is used by a page', () => {
  expect([...styled].filter((name) => !used.has(name))).toEqual([])
})

it('every class of a page is in the style sheets', () => {
  expect([...used].filter((name) => !styled.has(name))).toEqual([])
})

it('every custom property that is read is declared, and the other way round', () => {
  const declared = new Set([...matchesOf(css, /(--[\w-]+):/g), '--font-latin', '--font-latin-ext'])
  const read = new Set(matchesOf(css + markup, /var\((--[\w-]+)/g))
  expect([...read].filter((name) => !declared.has(name))).toEqual([])
  expect([...declared].filter((name) => !read.has(name))).toEqual([])
})

it('colors are written in tokens.css alone', () => {
  const sheets = filesIn('app/styles', '.css').filter((sheet) => !sheet.includes('--background:'))
  expect(sheets.flatMap((sheet) => matchesOf(sheet, /(#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\([^)]*\))/g))).toEqual([])
})
