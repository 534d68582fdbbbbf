/** The API's description as a page's content, for people: everything that /api/docs shows between the site's frame. */
import { html, type Markup } from '../html.ts'
import type { ListedLimit } from '../http/throttling.ts'
import type { ApiDocument, MediaType, Operation } from './document.ts'
import { ERRORS } from './responses.ts'
import { rowsOf, type SchemaRow } from './schema-rows.ts'
import { curlSnippet, fetchSnippet } from './snippets.ts'

interface Entry {
  path: string
  method: string
  operation: Operation
}

const SCOPES: Record<ListedLimit['scope'], string> = {
  pair: 'one account from one address',
  address: 'one address',
  account: 'one account',
  global: 'all clients together',
  device: 'one device',
  pace: 'one address, successes too',
}

/** Hidden until the page's script works, as the buttons to copy are. */
const search = html`
  <div class="field" hidden>
    <label for="docs-filter">Find an operation</label>
    <input id="docs-filter" type="search" autocomplete="off" spellcheck="false">
    <p role="status"></p>
  </div>
`

const anchor = (tag: string) => tag.toLowerCase().replaceAll(' ', '-')

/** @returns HTML in which every text of the description is escaped */
export function referenceOf(document: ApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Entry => ({ path, method, operation })),
  )
  const tags = document.tags.map(({ name }) => ({ name, entries: entries.filter(({ operation }) => operation.tags.includes(name)) }))
  const sections = tags.map(
    ({ name, entries: own }) => html`
      <section aria-labelledby="${anchor(name)}">
        <h2 id="${anchor(name)}">${name}</h2>
        ${own.map((entry) => article(document, entry))}
      </section>
    `,
  )
  return String(html`
    <nav class="docs-nav" aria-label="API">
      ${search}
      ${tags.map(({ name, entries: own }) => html`<div><p class="label">${name}</p><ul>${own.map(navigationItem)}</ul></div>`)}
      <ul>
        <li><a href="#errors">Errors</a></li>
        <li><a href="#rate-limits">Rate limits</a></li>
      </ul>
    </nav>
    <div class="docs-body">
      <h1>${document.info.title} API</h1>
      <p class="lead">${document.info.summary}</p>
      <p>${document.info.description}</p>
      <p>The server is <code>${document.servers[0]?.url ?? ''}</code>. As an OpenAPI ${document.openapi} document: <a href="/api/schema/">/api/schema/</a></p>
      ${sections}
      ${errors()}
      ${rateLimits(entries)}
    </div>
  `)
}

const navigationItem = ({ path, method, operation: { operationId, summary } }: Entry) =>
  html`<li data-words="${`${method} ${path} ${summary}`.toLowerCase()}"><a href="#${operationId}">${summary}</a></li>`

function accessText(security: Operation['security']): string {
  if (security.length === 0) return 'No authentication.'
  const isOptional = security.some((scheme) => Object.keys(scheme).length === 0)
  return isOptional ? 'Takes an access token, but does not need one.' : 'Needs an access token, or a browser’s session.'
}

/** One operation: what it takes, what it answers, how often it may be called, and calls to copy. */
function article(document: ApiDocument, { path, method, operation }: Entry): Markup {
  const { operationId, summary, description, security, requestBody, parameters = [], responses } = operation
  const schemas = document.components.schemas
  const origin = document.servers[0]?.url ?? ''
  const media = requestBody?.content['application/json']
  const statuses = Object.entries(responses)
  const limits = new Set((operation['x-rate-limits'] ?? []).map(limitName))
  const placed = (place: string) => parameters.filter((parameter) => parameter.in === place).map(({ name }) => html`<code>${name}</code> `)
  const parameterLine = (place: string) => placed(place).length > 0 && html`<p>In the ${place}: ${placed(place)}</p>`
  return html`
    <article id="${operationId}" aria-labelledby="${operationId}-title">
      <h3 id="${operationId}-title"><a href="#${operationId}">${summary}</a></h3>
      <p><span class="badge badge-solid">${method.toUpperCase()}</span> <code>${path}</code></p>
      <p>${description}</p>
      <p>${accessText(security)}</p>
      ${['path', 'query'].map(parameterLine)}
      ${media ? fieldTable('Request', rowsOf(media.schema, schemas), true) : null}
      ${snippet('curl', curlSnippet(origin, path, method, operation), summary)}
      ${snippet('JavaScript', fetchSnippet(origin, path, method, operation), summary)}
      ${statuses
        .filter(([status]) => Number(status) < 300)
        .map(([status, { content }]) => success(document, status, content?.['application/json'], summary))}
      <table>
        <caption>Other responses</caption>
        <tbody>
          ${statuses.filter(([status]) => Number(status) >= 300).map(([status, response]) => otherResponse(status, response.description))}
        </tbody>
      </table>
      ${limits.size > 0 && html`<p><a href="#rate-limits">Limited</a> by ${[...limits].join(', ')}.</p>`}
    </article>
  `
}

const otherResponse = (status: string, description: string) => html`
  <tr>
    <th scope="row">${Number(status) >= 400 ? html`<a href="#error-${status}">${status}</a>` : status}</th>
    <td>${description}</td>
  </tr>
`

function success(document: ApiDocument, status: string, media: MediaType | undefined, summary: string): Markup {
  const rows = media ? rowsOf(media.schema, document.components.schemas) : []
  if (rows.length === 0) return html`<p>Responds <code>${status}</code> ${media ? 'with an empty object.' : 'without a body.'}</p>`
  const example = snippet(`Example response ${status}`, JSON.stringify(media?.example, null, 2), summary)
  return html`${fieldTable(`Response ${status}`, rows, false)}${example}`
}

const fieldTable = (caption: string, rows: SchemaRow[], input: boolean) => html`
  <table>
    <caption>${caption}</caption>
    <thead>
      <tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">${input ? 'What is accepted' : 'What it is'}</th></tr>
    </thead>
    <tbody>${rows.map((row) => fieldRow(row, input))}</tbody>
  </table>
`

function fieldRow({ name, type, required, notes }: SchemaRow, input: boolean): Markup {
  const words = [input && required ? 'required' : !required && 'optional', ...notes].filter(Boolean).join('; ')
  return html`<tr><th scope="row"><code>${name}</code></th><td><code>${type}</code></td><td>${words}</td></tr>`
}

/** Code with a button that copies it. */
const snippet = (title: string, code: string, summary: string) => html`
  <figure class="snippet">
    <figcaption>
      ${title}
      <span role="status" class="copied"></span>
      <button type="button" class="button button-secondary button-small" hidden>Copy <span class="visually-hidden">${title} of “${summary}”</span></button>
    </figcaption>
    <pre><code>${code}</code></pre>
  </figure>
`

const errors = () => html`
  <section aria-labelledby="errors">
    <h2 id="errors">Errors</h2>
    <table>
      <caption>What errors look like</caption>
      <thead>
        <tr><th scope="col">Status</th><th scope="col">When</th><th scope="col">Body</th></tr>
      </thead>
      <tbody>${Object.entries(ERRORS).map(([status, { description, example }]) => errorRow(status, description, example))}</tbody>
    </table>
  </section>
`

const errorRow = (status: string, description: string, example: unknown) => html`
  <tr id="error-${status}">
    <th scope="row">${status}</th>
    <td>${description}</td>
    <td><code>${JSON.stringify(example)}</code></td>
  </tr>
`

const limitName = ({ name }: ListedLimit) => name.replaceAll('"', '')

function rateLimits(entries: Entry[]): Markup {
  const limits = new Map(entries.flatMap(({ operation }) => (operation['x-rate-limits'] ?? []).map((limit) => [limit.name, limit])))
  return html`
    <section aria-labelledby="rate-limits">
      <h2 id="rate-limits">Rate limits</h2>
      <p>Responses name the limits in <code>RateLimit-Policy</code> and what is left of your own in <code>RateLimit</code>. A caller over a limit gets <a href="#error-429">429</a> with <code>Retry-After</code>. For logins only failures count, except for their pace.</p>
      <table>
        <caption>What is limited</caption>
        <thead>
          <tr><th scope="col">Name</th><th scope="col">Counted together</th><th scope="col">Requests</th><th scope="col">Seconds</th></tr>
        </thead>
        <tbody>${[...limits.values()].map(limitRow)}</tbody>
      </table>
    </section>
  `
}

const limitRow = (listed: ListedLimit) => html`
  <tr>
    <th scope="row"><code>${limitName(listed)}</code></th>
    <td>${SCOPES[listed.scope]}</td>
    <td>${listed.limit}</td>
    <td>${listed.window}</td>
  </tr>
`
