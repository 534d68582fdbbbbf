import { expect, it } from 'vitest'
import { newRequestContext, pageRoute, traceOf } from './request-context.ts'

it.each([
  ['/', 200, '/'],
  ['/settings/profile?saved=1', 200, '/settings/profile'],
  ['/password-reset/confirm?token=secret', 303, '/password-reset/confirm'],
  ['/dev/outbox/17', 200, '/dev/outbox/*'],
  ['/dev/outbox/kq8y0dZ2yM5nT1rj', 200, '/dev/outbox/*'],
  ['/_next/static/chunks/a1.js', 200, '/_next/*'],
  ['/anything/a/client/wrote', 404, null],
])('the log says of %s, answered %i, that it is %s', (url, status, route) => {
  expect(pageRoute(url, status)).toBe(route)
})

it('a trace is taken from a well-formed traceparent alone, of later versions too', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
  expect(traceOf(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span })
  expect(traceOf(`01-${trace}-${span}-01-more`)).toEqual({ traceId: trace, spanId: span })
  for (const bad of [undefined, '', `ff-${trace}-${span}-01`, `00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`, 'x']) {
    expect(traceOf(bad)).toEqual({})
  }
})

it('an id is kept when it is 1 to 64 harmless characters', () => {
  expect(newRequestContext('a.B_c-9').requestId).toBe('a.B_c-9')
  for (const bad of [undefined, ['a'], '', 'a b', 'a\n', 'é', 'a'.repeat(65)])
    expect(newRequestContext(bad).requestId).toMatch(/^[\da-f-]{36}$/)
})
