/** Long answers: an account is sent one at a time, whatever process it asks. */
import { Throttled } from '../errors.ts'
import { lease } from '../throttle/admit.ts'
import type { Answer, Context, Endpoint } from './endpoint.ts'

/** How long an answer may take before the next may begin all the same, as its process may be gone, in seconds. */
const LEASE = 600

/** When to ask again, in seconds. */
const RETRY_AFTER = 10

/**
 * Answers, unless another long answer to the same account is not at its end yet.
 * @throws Throttled; what `run` throws
 */
export async function oneAtATime({ oneAtATime }: Endpoint, { principal, now }: Context, run: () => Promise<Answer>): Promise<Answer> {
  if (!oneAtATime || principal === null) return run()
  const release = await lease('answer', `user ${principal.user.id}`, LEASE, now)
  if (release === null) throw new Throttled(RETRY_AFTER)
  try {
    const answer = await run()
    if (answer.body instanceof ReadableStream) return { ...answer, body: whenRead(answer.body as ReadableStream<Uint8Array>, release) }
    await release()
    return answer
  } catch (error) {
    await release()
    throw error
  }
}

/** The same stream; `done` when it has been read, has failed or is not wanted any more. */
function whenRead(stream: ReadableStream<Uint8Array>, done: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
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
    cancel: async (reason) => {
      await reader.cancel(reason).catch(() => {})
      await done()
    },
  })
}
