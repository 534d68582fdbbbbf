/** Every page and route of the build is known, and says for itself who may see it (the security requirements AZ-1, CF-3, CS-3). */

import { signUp, unique } from '../../lib/http/testing/accounts.ts'
import { HTML, logInByForm, openPage } from '../../lib/http/testing/cookies.ts'
import type { SendOptions } from '../../lib/http/testing/send.ts'
import { PUBLIC_PAGES } from '../../lib/web/routes.ts'
import { addressOf, builtRoutes, protectedPages, serverActions, undeclared } from '../built-routes.ts'
import { expect, test } from '../fixtures.ts'

/** Served without an endpoint: files of Next's. */
const FILES = ['/apple-icon.png', '/favicon.ico', '/icon.svg', '/manifest.webmanifest', '/opengraph-image.png', '/robots.txt']

/** What every address of the API is answered by that no endpoint has. */
const UNKNOWN = '/api/[[...path]]'

test('AZ-1: every page of the build is declared as public or protected, and every declared one is built', async () => {
  const { pages } = await builtRoutes()
  expect(pages.length).toBeGreaterThan(20)
  expect(undeclared(pages), 'pages that lib/web/routes.ts does not know').toEqual([])
  expect(PUBLIC_PAGES.filter((page) => !pages.includes(page))).toEqual([])
})

test('AZ-1: every route of the build is served by serve(), and there are no server actions', async ({ call }) => {
  const { routes } = await builtRoutes()
  expect(routes.length).toBeGreaterThan(15)
  for (const path of routes.filter((route) => ![...FILES, UNKNOWN].includes(route))) {
    const answer = await call(`${addressOf(path)}/`, { method: 'OPTIONS' })
    expect.soft([200, 401, 403], path).toContain(answer.status)
    // What serve() alone writes: the methods of the path, and an id for this request.
    expect.soft(answer.headers.allow, path).toMatch(/\bOPTIONS$/)
    expect.soft(answer.headers['x-request-id'], path).toMatch(/^[\da-f-]{36}$/)
  }
  expect(await serverActions()).toEqual([])
})

const ways: [what: string, SendOptions][] = [
  ['GET', {}],
  ['HEAD', { method: 'HEAD' }],
  ['RSC', { headers: { rsc: '1' } }],
  ['prefetch', { headers: { rsc: '1', 'next-router-prefetch': '1' } }],
  ['segment prefetch', { headers: { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' } }],
  ['whole prefetch', { headers: { rsc: '1', 'next-router-prefetch': '2' } }],
]

test('AZ-1: without a session no protected page is shown, however it is asked for; with one each is, and what is for staff refuses', {
  tag: '@drill',
}, async ({ call }) => {
  const name = `Marker ${unique()}`
  const owner = await signUp(call, { name })
  const cookie = await logInByForm(call, owner)
  const pages = await protectedPages()
  expect(pages).toContain('/dashboard')
  for (const page of pages.map(addressOf)) {
    const own = await openPage(call, page, cookie)
    expect.soft(page.startsWith('/admin') ? [403] : [200, 307], `${page} with a session`).toContain(own.status)
    if (own.status === 307) expect.soft(own.headers.location, page).not.toMatch(/^\/login/)
    for (const [what, options] of ways) {
      for (const query of ['', '?_rsc=1abcd']) {
        const headers = { ...(options.headers?.rsc ? {} : { accept: HTML }), ...options.headers }
        const answer = await call(page + query, { ...options, headers })
        expect.soft(answer.status, `${page}${query} ${what}`).toBe(303)
        expect
          .soft(answer.headers.location, `${page}${query} ${what}`)
          .toBe(`${page.startsWith('/admin') ? '/admin' : ''}/login?next=${encodeURIComponent(page)}`)
        expect.soft(answer.headers['cache-control'], `${page}${query} ${what}`).toBe('private, no-store')
        expect.soft(answer.text, `${page}${query} ${what}`).not.toContain(name)
        expect.soft(answer.text, `${page}${query} ${what}`).not.toContain(owner.email)
      }
    }
  }
})

test('AZ-1: in production no one reads the outbox, signed in or not', async ({ call }) => {
  const cookie = await logInByForm(call, await signUp(call))
  for (const page of ['/dev/outbox', '/dev/outbox/1', '/dev/outbox/1?nxtPid=1', '/dev/outbox/%31', '/dev/outbox//1']) {
    for (const who of [undefined, cookie]) expect.soft([404, 308], page).toContain((await openPage(call, page, who)).status)
    // A rewrite by the middleware would be sent over the network, by https then, and fail with 500.
    const proxied = await openPage(call, page, undefined, { 'x-forwarded-proto': 'https' })
    expect.soft([404, 308], `${page} behind https`).toContain(proxied.status)
  }
})

test('CF-3: no file of the project, of its build or of its repository is served', async ({ call }) => {
  const { routes } = await builtRoutes()
  expect(routes.filter((route) => /metrics|studio|debug/.test(route))).toEqual([])
  for (const path of [
    '.env',
    '.env.local',
    '.env.production',
    '.env.example',
    '.git/config',
    '.git/HEAD',
    '.npmrc',
    '.ci/run',
    'package.json',
    'package-lock.json',
    'next.config.ts',
    'middleware.ts',
    'tsconfig.json',
    'prisma/schema.prisma',
    'prisma/migrations/',
    'lib/settings.ts',
    'data/latchkey.sqlite3',
    'node_modules/next/package.json',
    '.next/BUILD_ID',
    '.next/server/server-reference-manifest.json',
    '.next/server/middleware.js',
    '_next/server/middleware.js.map',
    '_next/static/chunks/../../server/middleware.js',
    '_next/static/%2e%2e/BUILD_ID',
    '_next/static/..%2f..%2f..%2fpackage.json',
    '_next/static/..%5c..%5cpackage.json',
    '_next/static/chunks/',
    '_next/src/app/page.tsx',
    '_next/routes-manifest.json',
    '__nextjs_original-stack-frame',
    '__nextjs_source-map',
    '_next/webpack-hmr',
    '_next/mcp',
    'api',
    'metrics',
    'server-status',
    'debug/pprof',
  ]) {
    const answer = await call(`/${path}`)
    expect.soft(answer.status, path).toBe(404)
    expect.soft(answer.headers['cache-control'], path).toBe('private, no-store')
    expect.soft(answer.text, path).not.toMatch(/"dependencies"|encryptionKey|DATABASE_URL|datasource|\[core\]/)
  }
})

test('CF-3: scripts come without their source maps', async ({ call }) => {
  const scripts = [...(await openPage(call, '/login')).text.matchAll(/"(\/_next\/static\/[^"]+\.(?:js|css))"/g)].map(
    (match) => match[1] as string,
  )
  expect(scripts.length).toBeGreaterThan(1)
  for (const script of new Set(scripts)) {
    const answer = await call(script)
    expect.soft(answer.status, script).toBe(200)
    expect.soft(answer.text, script).not.toContain('sourceMappingURL')
    expect.soft((await call(`${script}.map`)).status, script).toBe(404)
  }
})
