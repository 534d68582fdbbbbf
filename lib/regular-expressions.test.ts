import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** Expressions that are slower, by their source, with the reason why they never see a long text. */
const BOUNDED: Record<string, string> = {
  '^\\P{L}+|\\P{L}+$': 'passwords of PASSWORD_MAX_LENGTH at most (lib/passwords/policy.ts)',
}

/** A quarter of a body: quadratic expressions take 100 to 500 ms, linear ones less than one. */
const LENGTH = 16 * 1024
const LIMIT_MS = 25

/** A quarter of that, to look first: quadratic expressions take 6 ms or more. */
const GLANCE = LENGTH / 4
const SUSPICIOUS_MS = 1.5

const RUNS = [
  ...' a1+-_./@%,;:=~?&#"\'\\(){}[]$^|<>\0\t\n\r\x1f\xa0\u2028',
  'Z',
  '\u4e2d',
  '\u0301',
  '\ud83d',
  '👍',
  '--',
  ' a',
  'a.',
  'a-',
  '%2',
  '?a',
]
const ENDS = ['', ' ', 'a', '.', '/', '@', '!', '\0', '"', '\n', '\ud83d']
const shapes = RUNS.flatMap((run) =>
  ENDS.flatMap((end) => ['', 'a', '/', '"'].map((start) => ({ glance: start + run.repeat(GLANCE / run.length) + end, run, start, end }))),
)
type Shape = (typeof shapes)[number]

function sourceFiles(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return /^(generated|testing|cli)$/.test(entry.name) ? [] : sourceFiles(path)
    return /\.tsx?$/.test(entry.name) && !/\.(test|bench)\.tsx?$/.test(entry.name) ? [path] : []
  })
}

/** What precedes a literal; a division has an operand there. */
const LITERAL = /(?:[(,=:[!&|?;{}>]|return|=>)\s*\/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g

/** Measured several times: the machine may be busy. */
function isSlow(pattern: RegExp, { glance, run, start, end }: Shape): boolean {
  if (elapsed(() => glance.replace(pattern, '')) < SUSPICIOUS_MS) return false
  const text = start + run.repeat(LENGTH / run.length) + end
  return [1, 2, 3, 4, 5].every(() => elapsed(() => text.replace(pattern, '')) > LIMIT_MS)
}

const files = [...sourceFiles('lib'), ...sourceFiles('app'), 'middleware.ts', 'instrumentation.ts']
const expressions = new Map<string, string>()
for (const file of files) {
  for (const [, source = '', flags = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(LITERAL)) {
    if (isExpression(source, flags)) expressions.set(`/${source}/${flags}`, file)
  }
}

function isExpression(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp
  } catch {
    return false
  }
}

it('no expression is made at run time, where this test would not see it', () => {
  expect(files.filter((file) => /new RegExp\(|[^.\w]RegExp\(/.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
})

it('every regular expression that may see input is linear, or is listed with what bounds its input', () => {
  expect(expressions.size, 'read from the sources').toBeGreaterThan(80)
  const slow: string[] = []
  for (const [literal, file] of expressions) {
    const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(literal) ?? []
    if (Object.hasOwn(BOUNDED, source)) continue
    const pattern = new RegExp(source, flags)
    const worst = shapes.find((shape) => isSlow(pattern, shape))
    if (worst !== undefined)
      slow.push(`${file}: ${literal} on ${JSON.stringify(worst.glance.slice(0, 6))}…${JSON.stringify(worst.glance.slice(-3))}`)
  }
  expect(slow).toEqual([])
}, 300_000)

function elapsed(act: () => unknown): number {
  const started = performance.now()
  act()
  return performance.now() - started
}
