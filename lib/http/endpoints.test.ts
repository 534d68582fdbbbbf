import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { THROTTLE_POLICIES } from '../settings-values.ts'
import type { Endpoint } from './endpoint.ts'

const ROOT = join(import.meta.dirname, '..', '..')

const filesNamed = (directory: string, name: string): string[] =>
  readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? filesNamed(path, name) : entry.name === name ? [path] : []
  })

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'contract' in value && 'policy' in value

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
const pathOf = (route: string, { contract: { path } }: Endpoint) =>
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
        for (const endpoint of endpoints) expect([route, endpoint.contract.path]).toEqual([route, pathOf(route, endpoint)])
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
      expect([name, ['public', 'authenticated'].includes(endpoint.policy.access)]).toEqual([name, true])
      if (endpoint.policy.recentAuthentication) expect([name, endpoint.policy.access]).toEqual([name, 'authenticated'])
      if (endpoint.form) expect([endpoint.form.page, endpoint.form.success].every((path) => path.startsWith('/'))).toBe(true)
    }
  })

  const all = async () => [...(await declarations()).values()].flat()
  const named = ({ contract: { method, path } }: Endpoint) => `${method} ${path}`

  it('whatever may write is throttled: every method but GET, and every GET that asks for the password or makes a file', async () => {
    const writes = ({ contract: { method, mediaType }, policy: { recentAuthentication, access } }: Endpoint) =>
      method !== 'GET' || recentAuthentication !== undefined || (mediaType !== undefined && access === 'authenticated')
    const open = (await all()).filter((endpoint) => writes(endpoint) && endpoint.policy.throttle === undefined)
    expect(open.map(named)).toEqual([])
  })

  it('whatever tells whether a phone number, an address or a user name has an account is throttled', async () => {
    const asks = ({ contract: { input, method }, validate: check }: Endpoint) =>
      (input !== undefined && ['phone', 'email', 'username'].some((field) => field in input.shape)) ||
      (check !== undefined && method !== 'GET')
    const found = (await all()).filter(asks)
    expect(found.map(named)).toEqual(expect.arrayContaining(['PATCH /api/accounts/me/', 'POST /api/accounts/signup/']))
    expect(found.filter(({ policy: { throttle } }) => throttle === undefined).map(named)).toEqual([])
  })

  it('CS-1: one endpoint takes posts of other sites, and it has no form and no principal', async () => {
    const open = (await all()).filter(({ policy: { anyOrigin } }) => anyOrigin)
    expect(open.map(named)).toEqual(['POST /api/accounts/login/oidc/{provider}/callback/'])
    expect(open.map(({ form, policy: { access, optionalPrincipal } }) => [form, access, optionalPrincipal])).toEqual([
      [undefined, 'public', undefined],
    ])
  })

  it('an account is sent one file of unknown length at a time', async () => {
    const files = (await all()).filter(
      ({ contract: { mediaType }, policy: { access } }) => mediaType !== undefined && access === 'authenticated',
    )
    expect(files.length).toBeGreaterThan(1)
    for (const endpoint of files)
      expect([named(endpoint), endpoint.policy.oneAtATime, endpoint.policy.throttle?.policy]).toEqual([named(endpoint), true, 'export'])
  })

  it('every policy has an endpoint, and every endpoint that counts logins names the account', async () => {
    const used = new Set((await all()).map(({ policy: { throttle } }) => throttle?.policy))
    // Emails are counted where they are queued.
    for (const policy of THROTTLE_POLICIES) expect([policy, used.has(policy) || policy === 'email']).toEqual([policy, true])
    for (const {
      policy: { throttle },
    } of await all())
      if (throttle?.policy === 'login') expect(throttle.account).toBeDefined()
  })
})
