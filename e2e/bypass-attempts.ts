/** Ways around the middleware that were found in Next.js over the years, and their relatives (the security requirements, M1 to M7). */
import type { SendOptions } from '../lib/http/testing/send.ts'

export interface BypassAttempt {
  id: string
  path: string
  options: SendOptions
}

const get = (id: string, path: string, headers: Record<string, string> = {}): BypassAttempt => ({ id, path, options: { headers } })

const subrequest = (name: string) => ({ 'x-middleware-subrequest': Array(5).fill(name).join(':') })

const internalHeaders = (page: string): Record<string, string>[] => [
  ...['middleware', 'src/middleware', 'proxy', 'src/proxy', 'pages/_middleware', 'instrumentation'].map(subrequest),
  { 'x-middleware-subrequest': 'middleware' },
  { 'x-middleware-subrequest-id': 'x' },
  { 'x-middleware-rewrite': page },
  { 'x-middleware-next': '1' },
  { 'x-middleware-skip': '1' },
  { 'x-middleware-override-headers': 'x-path', 'x-middleware-request-x-path': '/' },
  { 'x-matched-path': page },
  { 'x-invoke-path': page, 'x-invoke-status': '200' },
  { 'x-invoke-output': page },
  { 'x-now-route-matches': `1=${page.slice(1)}` },
  { 'x-nextjs-data': '1' },
  { 'next-resume': '1' },
  { 'x-prerender-revalidate': 'x' },
  { 'next-action': 'x' },
  { 'x-rewrite-url': page, 'x-original-url': page },
  { 'x-http-method-override': 'GET' },
  { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
]

const flightHeaders = (page: string): Record<string, string>[] => [
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-prefetch': '2' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_full' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': `${page}/__PAGE__` },
  { rsc: '1', 'next-router-state-tree': encodeURIComponent(JSON.stringify(['', { children: treeOf(page) }, null, null, true])) },
  { purpose: 'prefetch', 'sec-purpose': 'prefetch' },
]

/** What a browser that has been on the page tells Next of it. */
const treeOf = (page: string) =>
  page
    .slice(1)
    .split('/')
    .reduceRight<unknown[]>((below, part) => [part, { children: below }], ['__PAGE__', {}])

const capital = (page: string) => page.replace(/\/[a-z]/, (start) => start.toUpperCase())

/** With the character at this place written as a percent-escape. */
const escaped = (page: string, at: number) => `${page.slice(0, at)}%${page.charCodeAt(at).toString(16)}${page.slice(at + 1)}`

/** @param page with one part or two */
const spellings = (page: string) => [
  `/${page}`,
  `/.${page}`,
  `/x/..${page}`,
  `/login/..${page}`,
  capital(page),
  page.toUpperCase(),
  escaped(page, 1),
  `${escaped(page, 2)}/`,
  `${page}%2f`,
  `${page}%2fsecret`,
  `${page}/%73ecret`,
  `${page}\\secret`,
  `${page};a=b`,
  `${page}%00`,
  `${page}%20`,
  `${page}%0a`,
  `${page}/`,
  `${page}//`,
  `${page}/.`,
  `${page}/..%2fdashboard`,
  `/%2e%2e${page}`,
  `/%2e${page}`,
  `${page}%ef%bc%8f`,
  `${page}?x=1`,
  `${page}?__nextLocale=en&__nextDefaultLocale=en`,
  `${page}?nxtPid=1&nxtIid=2`,
  `${page}#/`,
]

const derived = (page: string) => [
  `${page}.rsc`,
  `${page}.json`,
  `${page}.txt`,
  `${page}.html`,
  `${page}.svg`,
  `${page}/icon.svg`,
  `${page}/x.png`,
  `${page}/index`,
  `${page}/index.rsc`,
  '/index.rsc',
  `${page}.prefetch.rsc`,
  `/_next/data/BUILD${page}.json`,
  `${page}.segments/_tree.segment.rsc`,
  `${page}.segments/_full.segment.rsc`,
  `${page}.segments${page}/__PAGE__.segment.rsc`,
  `/en${page}`,
  `/default${page}`,
  `/_next/static/../..${page}`,
  `/_next/static/%2e%2e/%2e%2e${page}`,
  `/_next/image?url=${page}&w=64&q=75`,
  `/_next/image?url=${encodeURIComponent(page)}&w=64&q=75`,
  `/api/..${page}`,
  `/api/%2e%2e${page}`,
  `/api/accounts/../..${page}`,
]

const methods = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

/**
 * @param page that a stranger wants to see
 * @param buildId of the server's build
 */
export const bypassAttempts = (page: string, buildId: string): BypassAttempt[] => {
  const files = derived(page).map((path) => path.replace('BUILD', buildId))
  return [
    get('M0', page),
    ...internalHeaders(page).map((headers) => get('M1', page, headers)),
    // What is not below the page itself would be a public page, with the header of another one.
    ...internalHeaders(page).map((headers) => get('M1', '/login', headers)),
    ...flightHeaders(page).flatMap((headers) => [get('M2', page, headers), get('M2', `${page}?_rsc=1abcd`, headers)]),
    ...spellings(page).map((path) => get('M3', path)),
    ...files.map((path) => get('M4', path)),
    ...files.slice(0, 16).map((path) => get('M4', path, { rsc: '1', ...subrequest('middleware') })),
    ...[`${page}/1?nxtPid=2`, `${page}/%31`, `${page}//1`, `/dev/outbox/1?nxtPid=${page.slice(1)}`].map((path) => get('M5', path)),
    ...methods.map((method) => ({ id: 'M6', path: page, options: { method } })),
    { id: 'M6', path: page, options: { method: 'POST', headers: { 'next-action': '0'.repeat(42) }, form: { a: 'b' } } },
    { id: 'M6', path: page, options: { method: 'POST', headers: { 'x-http-method-override': 'GET' }, form: { _method: 'GET' } } },
  ]
}
