import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface LockEntry {
  version?: string
  resolved?: string
  hasInstallScript?: boolean
  optionalDependencies?: Record<string, string>
}

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> }
const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> }

const numbers = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number) as [number, number, number]
const isAtLeast = (version: string, minimum: string) => {
  const [a, b] = [numbers(version), numbers(minimum)]
  const different = a.findIndex((part, index) => part !== b[index])
  return different === -1 || (a[different] as number) > (b[different] as number)
}

describe('the lock file', () => {
  it.each([
    // GHSA-2xp9-vwfh-vxw4 and the middleware bypasses of 2025 and 2026.
    ['next', '16.3.3'],
    // CVE-2025-55182, remote code execution through the Flight protocol.
    ['react', '19.2.1'],
    ['react-dom', '19.2.1'],
    // The first that passes a busy time-out on to SQLite.
    ['@libsql/client', '0.17.4'],
  ])('holds %s at %s or newer', (name, minimum) => {
    expect(isAtLeast(packages[`node_modules/${name}`]?.version ?? '0.0.0', minimum)).toBe(true)
  })

  it('names the packages of every platform, without which npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.entries(entry.optionalDependencies ?? {})
        .filter(([name, version]) => /^\d/.test(version) && !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
        .map(([name]) => name),
    )
    expect(missing).toEqual([])
  })

  it('names no host that a package was fetched from', () => {
    expect(Object.values(packages).filter((entry) => entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/'))).toEqual(
      [],
    )
  })
})

it('every direct dependency is pinned to one version', () => {
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))).toEqual([])
})

/** Packages that bring an install script, which .npmrc keeps from running; each works without it. */
const WITH_INSTALL_SCRIPT: string[] = ['@prisma/engines', 'esbuild', 'prisma']

describe('DP-1: install scripts', () => {
  it('none runs', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
  })

  it('no package brings one that has not been reviewed', () => {
    const found = Object.entries(packages).filter(([, entry]) => entry.hasInstallScript)
    expect([...new Set(found.map(([path]) => path.replace(/^.*node_modules\//, '')))].sort()).toEqual(WITH_INSTALL_SCRIPT)
  })

  it('the project has none of its own, and continuous integration installs from the lock file', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:install|prepare)$/.test(name))).toEqual([])
    expect(read('.ci/run')).toMatch(/^npm ci$/m)
  })
})
