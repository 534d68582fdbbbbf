/** The client's network address, which only the connection itself can tell. */
import { isIP } from 'node:net'
import { settings } from '../settings.ts'

/** Set by instrumentation.ts from the socket on every request, over whatever a client sent under this name. */
export const PEER_ADDRESS_HEADER = 'x-latchkey-peer-address'

/**
 * The address of the client: the socket's, or with TRUSTED_PROXY_HOPS = n the n-th from the right of what proxies wrote
 * to X-Forwarded-For; what stands left of it the client may have written itself (ASVS 4.1.3).
 * @returns null when it is not known
 */
export function clientAddress(headers: Headers): string | null {
  const peer = headers.get(PEER_ADDRESS_HEADER)
  const hops = settings().TRUSTED_PROXY_HOPS
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  const address = hops === 0 ? peer : (forwarded.at(-hops) ?? peer)
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? ''
  return isIP(plain) === 0 ? null : plain
}
