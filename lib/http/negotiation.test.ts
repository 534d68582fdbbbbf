import { describe, expect, it } from 'vitest'
import type { ApiError } from '../errors.ts'
import { negotiate } from './negotiation.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

const status = (accept: string | null, format: string | null = null) => {
  try {
    return negotiate(accept, format)
  } catch (error) {
    return (error as ApiError).status
  }
}

describe('JSON or a page, as Django REST framework chooses', () => {
  it.each([
    [null, 'json'],
    ['*/*', 'json'],
    ['application/json', 'json'],
    ['Application/JSON', 'json'],
    ['application/*', 'json'],
    [BROWSER, 'html'],
    ['text/html', 'html'],
    ['text/*', 'html'],
    ['text/html;q=0.1, application/json;q=0.9', 'json'],
    ['text/html, application/json', 'json'],
    ['text/html;level=1, application/json', 'html'],
    ['application/json; indent=4, text/html', 'json'],
    ['application/xml, */*', 'json'],
    ['application/xml', 406],
    ['image/png', 406],
    ['', 406],
  ])('Accept: %j → %s', (accept, expected) => {
    expect(status(accept)).toBe(expected)
  })

  it('a format that is not served is 404, json is served', () => {
    expect(status('*/*', 'xml')).toBe(404)
    expect(status('*/*', 'json')).toBe('json')
  })
})
