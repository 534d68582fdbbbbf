import { Fragment } from 'react'
import type { ApiDocument, MediaType, Operation as OperationObject } from '#lib/openapi/document'
import { rowsOf, type SchemaRow } from '#lib/openapi/schema-rows'
import { curlSnippet, fetchSnippet } from '#lib/openapi/snippets'
import { CopyButton } from './copy-button.tsx'

interface OperationProps {
  document: ApiDocument
  path: string
  method: string
  operation: OperationObject
}

function accessText(security: OperationObject['security']): string {
  if (security.length === 0) return 'Needs no login.'
  const isOptional = security.some((scheme) => Object.keys(scheme).length === 0)
  return isOptional ? 'Takes an access token, but does not need one.' : 'Needs an access token, or a browser’s session.'
}

/** One operation: what it takes, what it answers, how often it may be called, and calls to copy. */
export function Operation({ document, path, method, operation }: OperationProps) {
  const { operationId, summary, description, security, requestBody, parameters = [], responses } = operation
  const origin = document.servers[0]?.url ?? ''
  const media = requestBody?.content['application/json']
  const limits = operation['x-rate-limits'] ?? []
  return (
    <article id={operationId} aria-labelledby={`${operationId}-title`}>
      <h3 id={`${operationId}-title`}>
        <a href={`#${operationId}`}>{summary}</a>
      </h3>
      <p className="endpoint">
        <span className="method">{method.toUpperCase()}</span> <code>{path}</code>
      </p>
      <p>{description}</p>
      <p>{accessText(security)}</p>
      {(['path', 'query'] as const).map((place) => {
        const names = parameters.filter((parameter) => parameter.in === place).map(({ name }) => name)
        return (
          names.length > 0 && (
            <p key={place}>
              In the {place}:{' '}
              {names.map((name) => (
                <Fragment key={name}>
                  <code>{name}</code>{' '}
                </Fragment>
              ))}
            </p>
          )
        )
      })}
      {media && <Fields caption="Request" rows={rowsOf(media.schema, document.components.schemas)} input />}
      <Snippet title="curl" code={curlSnippet(origin, path, method, operation)} of={summary} />
      <Snippet title="JavaScript" code={fetchSnippet(origin, path, method, operation)} of={summary} />
      {Object.entries(responses)
        .filter(([status]) => Number(status) < 300)
        .map(([status, { content }]) => (
          <Success key={status} status={status} media={content?.['application/json']} document={document} of={summary} />
        ))}
      <table>
        <caption>Other answers</caption>
        <tbody>
          {Object.entries(responses)
            .filter(([status]) => Number(status) >= 300)
            .map(([status, response]) => (
              <tr key={status}>
                <th scope="row">{Number(status) >= 400 ? <a href={`#error-${status}`}>{status}</a> : status}</th>
                <td>{response.description}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {limits.length > 0 && (
        <p>
          <a href="#rate-limits">Limited</a> by {[...new Set(limits.map(({ name }) => name.replaceAll('"', '')))].join(', ')}.
        </p>
      )}
    </article>
  )
}

interface SuccessProps {
  status: string
  media: MediaType | undefined
  document: ApiDocument
  of: string
}

function Success({ status, media, document, of }: SuccessProps) {
  const rows = media ? rowsOf(media.schema, document.components.schemas) : []
  const example = media?.example
  return (
    <>
      {rows.length === 0 ? (
        <p>
          Answers <code>{status}</code> {media ? 'with an empty object.' : 'without a body.'}
        </p>
      ) : (
        <Fields caption={`Answer ${status}`} rows={rows} />
      )}
      {rows.length > 0 && <Snippet title={`Example of answer ${status}`} code={JSON.stringify(example, null, 2)} of={of} />}
    </>
  )
}

function Fields({ caption, rows, input = false }: { caption: string; rows: SchemaRow[]; input?: boolean }) {
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">{input ? 'What is accepted' : 'What it is'}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, type, required, notes }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <code>{type}</code>
            </td>
            <td>{[input && required ? 'required' : !required && 'optional', ...notes].filter(Boolean).join('; ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Snippet({ title, code, of }: { title: string; code: string; of: string }) {
  return (
    <figure className="snippet">
      <figcaption>
        {title}
        <CopyButton what={`${title} of “${of}”`} />
      </figcaption>
      <pre>
        <code>{code}</code>
      </pre>
    </figure>
  )
}
