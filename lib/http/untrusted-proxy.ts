import type { IncomingHttpHeaders } from 'node:http'
import { log } from '../log.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'

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
