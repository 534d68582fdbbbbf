import { isIPv6 } from 'node:net'

/**
 * The part of an IP address that identifies one customer: all of IPv4, the first 64 bits of IPv6, where each has 2⁶⁴ addresses.
 * @param address null when unknown; unknown addresses are counted together
 */
export function ipPrefix(address: string | null): string {
  if (address === null) return 'unknown'
  if (!isIPv6(address)) return address
  // The URL parser writes the canonical short form: groups without leading zeros, one :: at most.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')]
  return `${all.slice(0, 4).join(':')}::/64`
}
