/** The client's network address, which only the connection itself can tell. */

import type { IncomingHttpHeaders } from 'node:http'
import { isIP, isIPv6 } from 'node:net'
import { log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'

/** Set by instrumentation.ts from the socket on every request, over whatever a client sent under this name. */
export const PEER_ADDRESS_HEADER = 'x-latchkey-peer-address'

/**
 * The address of the client: the socket's, or with TRUSTED_PROXY_HOPS = n the n-th from the right of what proxies wrote
 * to X-Forwarded-For; the client may have written what is left of that (ASVS 4.1.3). A request with fewer entries bypassed a
 * proxy: its address is the socket's.
 * @returns in one canonical form; null when it is not known
 */
export function clientIp(headers: Headers, hops = settings().TRUSTED_PROXY_HOPS): string | null {
  const peer = headers.get(PEER_ADDRESS_HEADER)
  // Several headers of one name arrive as one, in their order, with commas between.
  const forwarded = (headers.get('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  return canonicalAddress((hops === 0 ? peer : forwarded.at(-hops) || peer) ?? '')
}

/** Without port, brackets and zone, in short form and lower case; IPv4 in IPv6 as IPv4. */
function canonicalAddress(written: string): string | null {
  const [, bracketed = '', bare = ''] = /^\[([^\]]+)\](?::\d+)?$|^(.*)$/.exec(written) ?? []
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(bare)?.[1]
  const address = (withPort ?? (bracketed || bare)).replace(/%[^%]*$/, '')
  if (isIP(address) === 0 || (bracketed !== '' && !isIPv6(address))) return null
  if (!isIPv6(address)) return address
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (!mapped) return short
  const bytes = [mapped[1], mapped[2]].map((group) => Number.parseInt(group as string, 16))
  return bytes.flatMap((group) => [group >> 8, group & 255]).join('.')
}

/** What proxies write the client's address into. */
const HEADERS = ['x-forwarded-for', 'forwarded']

const warned = processValue<boolean>('proxyWarned')

/**
 * Says once for the process that a request has come through a proxy, as it seems, while none is trusted: behind one all clients
 * would be counted as one. A client that is connected itself may have sent the header, too.
 * @param headers as they came, before Next adds its own
 */
export function warnOfUntrustedProxy(headers: IncomingHttpHeaders, hops = settings().TRUSTED_PROXY_HOPS): void {
  if (hops > 0 || warned.current) return
  const header = HEADERS.find((name) => headers[name] !== undefined)
  if (header === undefined) return
  warned.current = true
  const hint =
    'If a proxy is in front of this server, set TRUSTED_PROXY_HOPS to the number of proxies: all clients are limited together otherwise. If none is, a client sent the header itself, and it is ignored.'
  log().warn({ header, hint }, 'untrusted_proxy')
}
