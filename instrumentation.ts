import type { Instrumentation } from 'next'

let noteRequestError: typeof import('#lib/http/page-failure').noteRequestError | undefined

/** Next calls this once, before the server takes requests. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { prepareServer } = await import('#lib/cli/prepare-server')
    noteRequestError = (await import('#lib/http/page-failure')).noteRequestError
    await prepareServer()
  }
}

/** Next calls this for each error that a page or a route did not catch. */
export const onRequestError: Instrumentation.onRequestError = (error, { method }, { routePath }) =>
  noteRequestError?.(error, method, routePath)
