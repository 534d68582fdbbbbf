import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** The layers, from the top: a file imports from its own layer or from one below. */
const LAYERS: [layer: string, paths: RegExp][] = [
  ['shell', /^(app\/|middleware\.ts|instrumentation\.ts|next\.config\.ts)/],
  ['commands', /^lib\/cli\//],
  ['description', /^lib\/openapi\//],
  ['jobs', /^lib\/jobs\//],
  ['features', /^lib\/(accounts|admin|health)\//],
  ['http', /^lib\/http\//],
  ['authentication', /^lib\/authentication\//],
  ['users', /^lib\/(credentials|sessions|users|permissions)\//],
  ['nouns', /^lib\/(tokens|passwords|mail|audit|throttle)\//],
  ['web', /^lib\/web\//],
  ['ground', /^lib\/(db|fields|jwt)\/|^lib\/(settings(-\w+)?|errors|log|html|process-state|encryption)\.ts/],
]

function sourceFiles(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sourceFiles(path)
    return /\.(tsx?|mjs)$/.test(entry.name) ? [path] : []
  })
}

const files = [...sourceFiles('lib'), ...sourceFiles('app'), 'middleware.ts', 'instrumentation.ts', 'next.config.ts']
const productFiles = files.filter((file) => !/\.(test|bench)\.tsx?$|\/testing\/|^lib\/boundaries/.test(file))

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g)].map((match) => match[1] as string)
}

/** The file within the project that an import names; null for a package. */
function target(file: string, specifier: string): string | null {
  if (specifier.startsWith('#lib/')) return `lib/${specifier.slice('#lib/'.length)}.ts`
  return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), specifier)) : null
}

const layerOf = (file: string) => LAYERS.findIndex(([, paths]) => paths.test(file))
const edges = productFiles.flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier, to: target(file, specifier) })))
const offenders = (bad: (edge: (typeof edges)[number]) => boolean) =>
  edges.filter(bad).map(({ file, specifier }) => `${file} imports ${specifier}`)

describe('layers', () => {
  it('every file of lib/ and app/ belongs to a layer', () => {
    expect(productFiles.filter((file) => layerOf(file) === -1)).toEqual([])
  })

  it('imports point downwards or stay on their layer', () => {
    expect(offenders(({ file, to }) => to !== null && layerOf(to) !== -1 && layerOf(to) < layerOf(file))).toEqual([])
  })

  it('the core of the admin area serves any model and imports none', () => {
    expect(offenders(({ file, to }) => file.startsWith('lib/admin/core/') && to?.startsWith('lib/admin/models/') === true)).toEqual([])
  })

  it('every project import names a file that exists', () => {
    const missing = offenders(
      ({ to }) => to !== null && !/generated/.test(to) && !exists(to) && !exists(`${to}.ts`) && !exists(`${to}.tsx`),
    )
    expect(missing).toEqual([])
  })

  it('features import each other without cycles', () => {
    const feature = (path: string | null) => /^lib\/accounts\/([^/]+)\//.exec(path ?? '')?.[1]
    const imports = new Map<string, Set<string>>()
    for (const { file, to } of edges) {
      const [from, other] = [feature(file), feature(to)]
      if (from && other && from !== other) imports.set(from, (imports.get(from) ?? new Set()).add(other))
    }
    const cyclic = (path: string[]): string[] =>
      [...(imports.get(path.at(-1) as string) ?? [])].flatMap((next) =>
        path.includes(next) ? [[...path, next].join(' → ')] : cyclic([...path, next]),
      )
    expect([...imports.keys()].flatMap((from) => cyclic([from]))).toEqual([])
  })

  it('the driver of a database or of Redis is loaded only where it is in use', () => {
    const isDriver = (to: string | null) => /^lib\/(db\/(sqlite|postgresql)-adapter|throttle\/redis-store)\.ts$/.test(to ?? '')
    const isLoadedAtOnce = (file: string, specifier: string) =>
      new RegExp(`^import (?!type )[^']*'${specifier}'`, 'm').test(readFileSync(join(ROOT, file), 'utf8'))
    expect(edges.filter(({ to }) => isDriver(to)).length).toBeGreaterThanOrEqual(3)
    expect(offenders(({ file, specifier, to }) => isDriver(to) && isLoadedAtOnce(file, specifier))).toEqual([])
  })

  it('lib/ imports neither Next nor React', () => {
    expect(offenders(({ file, specifier }) => file.startsWith('lib/') && /^(next|react)(\/|$|-dom)/.test(specifier))).toEqual([])
  })

  it('app/ and the middleware never import the database', () => {
    expect(offenders(({ file, to }) => layerOf(file) === 0 && to !== null && to.startsWith('lib/db/'))).toEqual([])
  })

  it('the middleware imports lib/web alone; lib/web and lib/jwt import no database and few packages', () => {
    expect(offenders(({ file, to }) => file === 'middleware.ts' && to !== null && !to.startsWith('lib/web/'))).toEqual([])
    const allowed = (specifier: string, to: string | null) =>
      to ? !to.startsWith('lib/db/') : /^(jose|cookie|zod\/mini|node:[\w/]+)$/.test(specifier)
    expect(offenders(({ file, specifier, to }) => /^lib\/(web|jwt)\//.test(file) && !allowed(specifier, to))).toEqual([])
  })

  it('a schema imports no server code, so that the browser can have it', () => {
    const shared = (to: string) => /^lib\/(fields\/|errors\.ts)/.test(to)
    const isShared = (file: string) => /\/schema\.ts$/.test(file) || file.startsWith('lib/fields/')
    expect(offenders(({ file, specifier, to }) => isShared(file) && !(to ? shared(to) : specifier === 'zod/mini'))).toEqual([])
  })
})

/** What a reader has to open to follow a file to its end: what it imports that is not a type, and what that imports. */
function closureOf(entry: string): Set<string> {
  const found = new Set<string>()
  const waiting = [entry]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue
    found.add(file)
    const text = readFileSync(join(ROOT, file), 'utf8')
    for (const [, names = '', specifier = ''] of text.matchAll(/^(?:import|export) (?!type )([^'"]*?)from '([^']+)'/gm)) {
      const path = target(file, specifier)
      const isTypesOnly =
        /^\{[^}]*\}\s*$/.test(names) &&
        names
          .replaceAll(/[{}\s]/g, ' ')
          .split(',')
          .every((name) => /^\s*(type |$)/.test(name))
      const imported = [path, `${path}.ts`, `${path}.tsx`].find((one) => path !== null && exists(one ?? ''))
      if (imported && !isTypesOnly && !/generated/.test(imported)) waiting.push(imported)
    }
  }
  return found
}

describe('what there is to read', () => {
  it.each([
    ['signing in', 'app/api/accounts/login/route.ts', 60],
    ['a list of the admin area', 'app/admin/[model]/page.tsx', 90],
  ])('%s takes fewer modules than its limit', (_, entry, limit) => {
    expect(closureOf(entry).size).toBeLessThan(limit)
  })
})

describe('names and sizes', () => {
  it('no utility modules and no barrels', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|misc|common|index)(\/|\.[tj]sx?$)/.test(file))).toEqual([])
  })

  it('a route has at most 10 lines, a module at most 250', () => {
    const lines = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1
    expect(productFiles.filter((file) => lines(file) > (/route\.ts$/.test(file) ? 10 : 250))).toEqual([])
  })

  it('only settings, commands and the start of the server read the environment', () => {
    const readers = productFiles.filter((file) => /process\.env/.test(readFileSync(join(ROOT, file), 'utf8')))
    expect(readers.filter((file) => !/^(lib\/settings\.ts|lib\/cli\/|instrumentation\.ts|next\.config\.ts)/.test(file))).toEqual([])
  })
})

function exists(path: string): boolean {
  try {
    return statSync(join(ROOT, path)).isFile()
  } catch {
    return false
  }
}
