/** Ways around the middleware that were found in Next.js over the years, and their relatives (the security requirements, M1 to M7). */
import type { SendOptions } from './http.ts'

export interface BypassAttempt {
  id: string
  path: string
  options: SendOptions
}

const PAGE = '/dashboard'

const get = (id: string, path: string, headers: Record<string, string> = {}): BypassAttempt => ({ id, path, options: { headers } })

const subrequest = (name: string) => ({ 'x-middleware-subrequest': Array(5).fill(name).join(':') })

const internalHeaders: Record<string, string>[] = [
  ...['middleware', 'src/middleware', 'proxy', 'src/proxy', 'pages/_middleware', 'instrumentation'].map(subrequest),
  { 'x-middleware-subrequest': 'middleware' },
  { 'x-middleware-subrequest-id': 'x' },
  { 'x-middleware-rewrite': PAGE },
  { 'x-middleware-next': '1' },
  { 'x-middleware-skip': '1' },
  { 'x-middleware-override-headers': 'x-path', 'x-middleware-request-x-path': '/' },
  { 'x-matched-path': PAGE },
  { 'x-invoke-path': PAGE, 'x-invoke-status': '200' },
  { 'x-invoke-output': PAGE },
  { 'x-now-route-matches': '1=dashboard' },
  { 'x-nextjs-data': '1' },
  { 'next-resume': '1' },
  { 'x-prerender-revalidate': 'x' },
  { 'next-action': 'x' },
  { 'x-rewrite-url': PAGE, 'x-original-url': PAGE },
  { 'x-http-method-override': 'GET' },
  { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' },
]

const flightHeaders: Record<string, string>[] = [
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
  { rsc: '1', 'next-router-prefetch': '2' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_tree' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/_full' },
  { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': '/dashboard/__PAGE__' },
  { rsc: '1', 'next-router-state-tree': encodeURIComponent('["",{"children":["dashboard",{"children":["__PAGE__",{}]}]},null,null,true]') },
  { purpose: 'prefetch', 'sec-purpose': 'prefetch' },
]

const spellings = [
  '//dashboard',
  '/./dashboard',
  '/x/../dashboard',
  '/login/../dashboard',
  '/Dashboard',
  '/DASHBOARD',
  '/%64ashboard',
  '/d%61shboard/',
  '/dashboard%2f',
  '/dashboard%2fsecret',
  '/dashboard/%73ecret',
  '/dashboard\\secret',
  '/dashboard;a=b',
  '/dashboard%00',
  '/dashboard%20',
  '/dashboard%0a',
  '/dashboard/',
  '/dashboard//',
  '/dashboard/.',
  '/dashboard/..%2fdashboard',
  '/%2e%2e/dashboard',
  '/%2e/dashboard',
  '/dashboard%ef%bc%8f',
  '/dashboard?x=1',
  '/dashboard?__nextLocale=en&__nextDefaultLocale=en',
  '/dashboard?nxtPid=1&nxtIid=2',
  '/dashboard#/',
]

const derived = [
  '/dashboard.rsc',
  '/dashboard.json',
  '/dashboard.txt',
  '/dashboard.html',
  '/dashboard.svg',
  '/dashboard/icon.svg',
  '/dashboard/x.png',
  '/dashboard/index',
  '/dashboard/index.rsc',
  '/index.rsc',
  '/dashboard.prefetch.rsc',
  '/_next/data/BUILD/dashboard.json',
  '/dashboard.segments/_tree.segment.rsc',
  '/dashboard.segments/_full.segment.rsc',
  '/dashboard.segments/dashboard/__PAGE__.segment.rsc',
  '/en/dashboard',
  '/default/dashboard',
  '/_next/static/../../dashboard',
  '/_next/static/%2e%2e/%2e%2e/dashboard',
  '/_next/image?url=/dashboard&w=64&q=75',
  '/_next/image?url=%2Fdashboard&w=64&q=75',
  '/api/../dashboard',
  '/api/%2e%2e/dashboard',
  '/api/accounts/../../dashboard',
]

const methods = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** @param buildId of the server's build */
export const bypassAttempts = (buildId: string): BypassAttempt[] => [
  get('M0', PAGE),
  ...internalHeaders.map((headers) => get('M1', PAGE, headers)),
  ...flightHeaders.flatMap((headers) => [get('M2', PAGE, headers), get('M2', `${PAGE}?_rsc=1abcd`, headers)]),
  ...spellings.map((path) => get('M3', path)),
  ...derived.map((path) => get('M4', path.replace('BUILD', buildId))),
  ...derived.slice(0, 16).map((path) => get('M4', path.replace('BUILD', buildId), { rsc: '1', ...subrequest('middleware') })),
  ...methods.map((method) => ({ id: 'M6', path: PAGE, options: { method } })),
  { id: 'M6', path: PAGE, options: { method: 'POST', headers: { 'next-action': '0'.repeat(42) }, form: { a: 'b' } } },
]
