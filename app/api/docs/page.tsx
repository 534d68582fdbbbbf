import type { Metadata } from 'next'
import type { ApiDocument, Operation as OperationObject } from '#lib/openapi/document'
import { apiDescription } from '#lib/openapi/endpoints'
import { ERRORS } from '#lib/openapi/responses'
import { pageTitle } from '../../_ui/page-title.ts'
import { NavFilter } from './nav-filter.tsx'
import { Operation } from './operation.tsx'

export function generateMetadata(): Metadata {
  return { title: pageTitle('API') }
}

interface Entry {
  path: string
  method: string
  operation: OperationObject
}

const entriesOf = ({ paths }: ApiDocument): Entry[] =>
  Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))

const anchor = (tag: string) => tag.toLowerCase().replaceAll(' ', '-')

export default function ApiDocsPage() {
  const { document } = apiDescription()
  const entries = entriesOf(document)
  const tags = document.tags.map(({ name }) => ({ name, entries: entries.filter(({ operation }) => operation.tags.includes(name)) }))
  return (
    <div className="docs">
      <nav className="docs-nav" aria-label="API">
        <NavFilter />
        {tags.map(({ name, entries: own }) => (
          <div key={name}>
            <p>{name}</p>
            <ul>
              {own.map(({ path, method, operation: { operationId, summary } }) => (
                <li key={operationId} data-words={`${method} ${path} ${summary}`.toLowerCase()}>
                  <a href={`#${operationId}`}>{summary}</a>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <ul>
          <li>
            <a href="#errors">Errors</a>
          </li>
          <li>
            <a href="#rate-limits">Rate limits</a>
          </li>
        </ul>
      </nav>
      <div className="docs-body">
        <h1>{document.info.title} API</h1>
        <p className="lead">{document.info.summary}</p>
        <p>{document.info.description}</p>
        <p>
          The server is <code>{document.servers[0]?.url}</code>. The same as a document for programs, OpenAPI {document.openapi}:{' '}
          <a href="/api/schema/">/api/schema/</a>
        </p>
        {tags.map(({ name, entries: own }) => (
          <section key={name} aria-labelledby={anchor(name)}>
            <h2 id={anchor(name)}>{name}</h2>
            {own.map((entry) => (
              <Operation key={entry.operation.operationId} document={document} {...entry} />
            ))}
          </section>
        ))}
        <Errors />
        <RateLimits entries={entries} />
      </div>
    </div>
  )
}

function Errors() {
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">Errors</h2>
      <table>
        <caption>What errors look like</caption>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">When</th>
            <th scope="col">Body</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(ERRORS).map(([status, { description, example }]) => (
            <tr key={status} id={`error-${status}`}>
              <th scope="row">{status}</th>
              <td>{description}</td>
              <td>
                <code>{JSON.stringify(example)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function RateLimits({ entries }: { entries: Entry[] }) {
  const limits = new Map(entries.flatMap(({ operation }) => (operation['x-rate-limits'] ?? []).map((limit) => [limit.name, limit])))
  const scopes: Record<string, string> = {
    pair: 'one account from one address',
    address: 'one address',
    account: 'one account',
    global: 'everybody together',
    pace: 'one address, successes too',
  }
  return (
    <section aria-labelledby="rate-limits">
      <h2 id="rate-limits">Rate limits</h2>
      <p>
        Answers name the limits in <code>RateLimit-Policy</code> and what is left of your own in <code>RateLimit</code>. Who is over one is
        answered <a href="#error-429">429</a> with <code>Retry-After</code>. For logins only failures count, except for their pace.
      </p>
      <table>
        <caption>What is limited</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Counted together</th>
            <th scope="col">Requests</th>
            <th scope="col">Seconds</th>
          </tr>
        </thead>
        <tbody>
          {[...limits.values()].map(({ name, scope, limit, window }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name.replaceAll('"', '')}</code>
              </th>
              <td>{scopes[scope]}</td>
              <td>{limit}</td>
              <td>{window}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
