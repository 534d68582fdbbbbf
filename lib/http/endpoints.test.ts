import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Endpoint } from './endpoint.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const filesNamed = (directory: string, name: string): string[] =>
  readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? filesNamed(path, name) : entry.name === name ? [path] : []
  })

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value

async function declarations(): Promise<Map<string, Endpoint>> {
  const found = new Map<string, Endpoint>()
  for (const file of filesNamed('lib', 'endpoints.ts')) {
    const module = (await import(join(ROOT, file))) as Record<string, unknown>
    for (const [name, value] of Object.entries(module)) if (isEndpoint(value)) found.set(name, value)
  }
  return found
}

const routes = filesNamed('app', 'route.ts')
const mountedNames = (route: string) =>
  [...(/serve\(([^)]*)\)/.exec(readFileSync(join(ROOT, route), 'utf8'))?.[1]?.matchAll(/\w+/g) ?? [])].map(String)
/** `[id]` in a route's directory is `{id}` in its endpoints' path. */
const pathOf = (route: string) => `/${relative('app', dirname(route)).replaceAll(/\[(\w+)\]/g, '{$1}')}/`

describe('every route is declared, every declaration mounted', () => {
  it('a route mounts declared endpoints of its own path, and nothing else answers there', async () => {
    const declared = await declarations()
    for (const route of routes) {
      const names = mountedNames(route)
      expect(names, route).not.toEqual([])
      for (const name of names) expect([route, declared.get(name)?.path]).toEqual([route, pathOf(route)])
      expect(readFileSync(join(ROOT, route), 'utf8')).toMatch(/^export const \{ GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS \} = serve\(/m)
    }
  })

  it('no declared endpoint is left out', async () => {
    const mounted = routes.flatMap(mountedNames)
    expect([...(await declarations()).keys()].filter((name) => !mounted.includes(name))).toEqual([])
  })

  it('every endpoint says who may call it, and every form leads to a page of this site', async () => {
    for (const [name, endpoint] of await declarations()) {
      expect([name, ['public', 'authenticated'].includes(endpoint.access)]).toEqual([name, true])
      if (endpoint.recentAuthentication) expect([name, endpoint.access]).toEqual([name, 'authenticated'])
      if (endpoint.form) expect([endpoint.form.page, endpoint.form.success].every((path) => path.startsWith('/'))).toBe(true)
    }
  })
})
