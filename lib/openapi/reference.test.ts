import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { describeApi } from './document.ts'
import { referenceOf } from './reference.ts'

const document = describeApi(catalogue)

it('every operation has an article, and the navigation leads to each', () => {
  const html = referenceOf(document)
  for (const { operationId } of catalogue.map(({ contract }) => contract)) {
    expect(html).toContain(`<article id="${operationId}" aria-labelledby="${operationId}-title">`)
    expect(html).toContain(`"><a href="#${operationId}">`)
  }
})

it('every link leads to an element of the page, and every id is there once', () => {
  const html = referenceOf(document)
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] as string)
  expect(new Set(ids).size).toBe(ids.length)
  const targets = [...html.matchAll(/ (?:href="#|aria-labelledby="|for=")([^"]+)"/g)].map((match) => match[1] as string)
  expect(targets.length).toBeGreaterThan(100)
  expect(targets.filter((target) => !ids.includes(target))).toEqual([])
})

it('no text of the description is read as markup, whatever it holds', () => {
  const hostile = (value: unknown): unknown => {
    if (typeof value === 'string') return `${value}<script>"'`
    if (Array.isArray(value)) return value.map(hostile)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, /^(\$ref|in|type|tags)$/.test(key) ? inner : hostile(inner)]),
    )
  }
  const html = referenceOf(hostile(document) as typeof document)
  expect(html).toContain('<article')
  expect(html).toContain('&lt;script&gt;')
  expect(html).not.toContain('<script')
  expect(html.replaceAll(/ [a-z-]+="[^"<>]*"| hidden/g, '')).not.toMatch(/<[^>]*["']/)
})
