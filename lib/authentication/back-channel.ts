/** Requests of this server to an identity provider: to known addresses alone, without redirects, bounded in time and size (OI-5). */
import type { CustomFetch } from 'openid-client'

/** Longest that a provider may take for one response, its body included, in milliseconds. */
const TIMEOUT = 5000

/** Longest body that is read, in bytes, after decompression. */
const MAX_BODY = 256 * 1024

/** A request that was not sent, or got no usable response in time. */
export class BackChannelFailure extends Error {
  constructor(
    readonly reason: 'address_not_allowed' | 'unreachable' | 'too_slow' | 'too_large',
    options?: ErrorOptions,
  ) {
    super(`The identity provider could not be asked: ${reason}`, options)
    this.name = 'BackChannelFailure'
  }
}

/** @param isAllowed whether a request may go to an address */
export const backChannel =
  (isAllowed: (url: string) => boolean): CustomFetch =>
  async (url, { body, headers, method }) => {
    if (!isAllowed(url)) throw new BackChannelFailure('address_not_allowed')
    const signal = AbortSignal.timeout(TIMEOUT)
    try {
      const request = {
        headers,
        method,
        body: body as BodyInit,
        signal,
        redirect: 'manual',
        cache: 'no-store',
        credentials: 'omit',
      } as const
      const response = await fetch(url, request)
      const bytes = await readBounded(response)
      const { status, statusText } = response
      const isEmpty = [204, 205, 304].includes(status)
      return new Response(isEmpty ? null : bytes, { status, statusText, headers: response.headers })
    } catch (error) {
      if (error instanceof BackChannelFailure) throw error
      throw new BackChannelFailure(signal.aborted ? 'too_slow' : 'unreachable', { cause: error })
    }
  }

async function readBounded({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream, and closes the connection.
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > MAX_BODY) throw new BackChannelFailure('too_large')
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
