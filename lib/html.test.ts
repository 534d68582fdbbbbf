import fc from 'fast-check'
import { expect, it } from 'vitest'
import { html } from './html.ts'

it('any value is rendered as text in the markup', () => {
  expect(String(html`<p title="${'"><script>'}">${"<b>&'"}</p>`)).toBe('<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</p>')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => !/[<>"']/.test(String(html`${value}${[value]}`))))
})

it('markup within markup stays markup, lists are joined, and null and false are left out', () => {
  expect(String(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}${null}${false}</ul>`)).toBe('<ul><li>1</li><li>2</li></ul>')
})

it('line breaks of the template are not sent, those of values are', () => {
  const markup = html`
    <pre>
      ${'a\n  b'}
    </pre>
  `
  expect(String(markup)).toBe('<pre>a\n  b</pre>')
})
