/** A long text as a response body, generated as it is read: a slow reader makes nothing accumulate. */
export function textStream(parts: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (stream) => {
        for (;;) {
          const { value, done } = await parts.next()
          if (done) return stream.close()
          if (value !== '') return stream.enqueue(encoder.encode(value))
        }
      },
      cancel: async () => {
        await parts.return()
      },
    },
    { highWaterMark: 0 },
  )
}
