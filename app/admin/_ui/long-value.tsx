import { Fragment } from 'react'

/** An email or IP address, which a narrow column breaks after its punctuation and only then within a word. */
export function LongValue({ text }: { text: string }) {
  const parts = text.split(/(?<=[@.:_+-])/)
  return (
    <span className="long-value" dir="ltr">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts never change places
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}
