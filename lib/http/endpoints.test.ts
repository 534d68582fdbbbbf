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

/** By the name under which a module exports them: one, or all that are mounted together. */
async function declarations(): Promise<Map<string, Endpoint[]>> {
  const found = new Map<string, Endpoint[]>()
  for (const file of filesNamed('lib', 'endpoints.ts')) {
    const module = (await import(join(ROOT, file))) as Record<string, unknown>
    for (const [name, value] of Object.entries(module)) {
      const endpoints = [value].flat().filter(isEndpoint)
      if (endpoints.length > 0) found.set(name, endpoints)
    }
  }
  return found
}

/** What every other address of the API is answered by. */
const UNKNOWN = 'app/api/[[...path]]/route.ts'
const routes = filesNamed('app', 'route.ts').filter((route) => route !== UNKNOWN)
const mountedNames = (route: string) =>
  [...(/serve(?:Each)?\(([^)]*)\)/.exec(readFileSync(join(ROOT, route), 'utf8'))?.[1]?.matchAll(/\w+/g) ?? [])].map(String)
/** `[id]` in a route's directory is `{id}` in its endpoints' path; `[model]` is the path's segment of each declared model. */
const pathOf = (route: string, { path }: Endpoint) =>
  `/${relative('app', dirname(route))
    .replace('[model]', path.split('/')[3] ?? '')
    .replaceAll(/\[(\w+)\]/g, '{$1}')}/`

describe('every route is declared, every declaration mounted', () => {
  it('a route mounts declared endpoints of its own path, and nothing else answers there', async () => {
    const declared = await declarations()
    for (const route of routes) {
      const names = mountedNames(route)
      expect(names, route).not.toEqual([])
      for (const name of names) {
        const endpoints = declared.get(name) ?? []
        expect([name, endpoints.length > 0]).toEqual([name, true])
        for (const endpoint of endpoints) expect([route, endpoint.path]).toEqual([route, pathOf(route, endpoint)])
      }
      expect(readFileSync(join(ROOT, route), 'utf8')).toMatch(
        /^export const \{ GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS \} = serve(Each)?\(/m,
      )
    }
  })

  it('no declared endpoint is left out', async () => {
    const mounted = routes.flatMap(mountedNames)
    expect([...(await declarations()).keys()].filter((name) => !mounted.includes(name))).toEqual([])
  })

  it('every endpoint says who may call it, and every form leads to a page of this site', async () => {
    const each = [...(await declarations())].flatMap(([name, endpoints]) => endpoints.map((endpoint) => [name, endpoint] as const))
    for (const [name, endpoint] of each) {
      expect([name, ['public', 'authenticated'].includes(endpoint.access)]).toEqual([name, true])
      if (endpoint.recentAuthentication) expect([name, endpoint.access]).toEqual([name, 'authenticated'])
      if (endpoint.form) expect([endpoint.form.page, endpoint.form.success].every((path) => path.startsWith('/'))).toBe(true)
    }
  })
})
