import { ERROR_PAGE_POLICY, errorPage } from '#lib/http/error-page'

/** What a page leads to when the session cannot be asked (the database is away): plain HTML that needs nothing to load. */
export function GET(request: Request): Response {
  const reference = /^[\da-f-]{36}$/.exec(new URL(request.url).searchParams.get('reference') ?? '')?.[0] ?? '–'
  return new Response(errorPage(503, undefined, reference, '/'), {
    status: 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': ERROR_PAGE_POLICY,
      'Cache-Control': 'private, no-store',
      'Retry-After': '5',
    },
  })
}
