/** Long answers: an account is sent one at a time, whatever process it asks. */
import { Throttled } from '../errors.ts'
import { lease } from '../throttle/admit.ts'
import type { Context, Endpoint, Result } from './endpoint.ts'

/** How long an answer may take before the next may begin all the same, as its process may be gone, in seconds. */
const LEASE = 600

/** When to ask again, in seconds. */
const RETRY_AFTER = 10

/**
 * Answers, unless another long answer to the same account is not at its end yet.
 * @param signal aborted when the client has gone: an answer that has not begun then is never read, and nothing cancels it
 * @throws Throttled; what `run` throws
 */
export async function oneAtATime(
  { policy: { oneAtATime } }: Endpoint,
  { principal, now }: Context,
  signal: AbortSignal,
  run: () => Promise<Result>,
): Promise<Result> {
  if (!oneAtATime || principal === null) return run()
  const release = await lease('answer', `user ${principal.user.id}`, LEASE, now)
  if (release === null) throw new Throttled(RETRY_AFTER)
  try {
    const answer = await run()
    if (answer.body instanceof ReadableStream)
      return { ...answer, body: whenRead(answer.body as ReadableStream<Uint8Array>, signal, release) }
    await release()
    return answer
  } catch (error) {
    await release()
    throw error
  }
}

/** The same stream; `release` is called once, when it has been read, has failed or is not wanted any more. */
function whenRead(stream: ReadableStream<Uint8Array>, signal: AbortSignal, release: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  let released: Promise<void> | undefined
  const done = () => {
    signal.removeEventListener('abort', stop)
    released ??= release()
    return released
  }
  const cancel = async (reason: unknown) => {
    await reader.cancel(reason).catch(() => {})
    await done()
  }
  // Not awaited: if the store does not answer, the lease expires.
  const stop = () => void cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const chunk = await reader.read()
        if (!chunk.done) return controller.enqueue(chunk.value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      await done()
    },
    cancel,
  })
}
