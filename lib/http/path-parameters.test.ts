import { describe, expect, it } from 'vitest'
import { pathParameters } from './input.ts'

const PATH = '/api/accounts/sessions/{id}/'
const at = (rest: string, path = PATH) => pathParameters(path, `http://localhost:3000/api/accounts/sessions/${rest}`)

describe('the parameters of a path', () => {
  it('are found with and without the trailing slash, whatever the query says', () => {
    for (const rest of ['abc', 'abc/', 'abc/?_method=DELETE', 'abc?id=other']) expect(at(rest), rest).toEqual({ id: 'abc' })
  })

  it('are decoded once', () => {
    expect(at('a%20b%C3%A9')).toEqual({ id: 'a bé' })
    expect(at('%2525')).toEqual({ id: '%25' })
  })

  it.each(['%', '%zz', '%c3', '%c3%28', '%ff', '%ed%a0%80', 'a%00', '%0a', 'a%2fb', '..%5cb', 'x'.repeat(256), '', 'a/b', 'a//', '/a/'])(
    '%j is none',
    (rest) => {
      expect(at(rest)).toBeNull()
    },
  )

  it('several stand in one path; a path without any takes whatever address its route has', () => {
    expect(pathParameters('/api/{kind}/x/{id}/', 'http://h/api/a/x/b/')).toEqual({ kind: 'a', id: 'b' })
    expect(pathParameters('/api/{kind}/x/{id}/', 'http://h/api/a/y/b/')).toBeNull()
    expect(pathParameters('/api/accounts/me/', 'http://h/api/accounts/me')).toEqual({})
  })

  it('a name that objects have already is only a name', () => {
    expect(at('__proto__')).toEqual({ id: '__proto__' })
  })
})
