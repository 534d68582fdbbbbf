import { describe, expect, it } from 'vitest'
import { clientIp, PEER_ADDRESS_HEADER } from './request-context.ts'

const PEER = '192.0.2.1'
const address = (hops: number, forwarded: string | null, more: Record<string, string> = {}) =>
  clientIp(new Headers({ [PEER_ADDRESS_HEADER]: PEER, ...(forwarded !== null && { 'X-Forwarded-For': forwarded }), ...more }), hops)

describe('without trusted proxies', () => {
  it.each(['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'CF-Connecting-IP', 'X-Client-IP', 'True-Client-IP', 'X-Cluster-Client-IP'])(
    '%s says nothing',
    (name) => {
      expect(address(0, null, { [name]: name === 'Forwarded' ? 'for=198.51.100.7' : '198.51.100.7' })).toBe(PEER)
    },
  )
})

describe('behind trusted proxies', () => {
  it.each([
    ['one proxy: the last entry', 1, '198.51.100.7', '198.51.100.7'],
    ['what the client wrote stands left of it', 1, '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['two proxies: the last but one', 2, '203.0.113.9, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['no header: the socket', 1, null, PEER],
    ['an empty header: the socket', 1, '', PEER],
    ['fewer entries than proxies: the socket', 3, '198.51.100.7, 10.0.0.2', PEER],
    ['an empty entry: the socket', 1, '198.51.100.7, ', PEER],
    ['blanks do not matter', 1, ' 203.0.113.9 ,\t198.51.100.7 ', '198.51.100.7'],
  ])('%s', (_title, hops, forwarded, expected) => {
    expect(address(hops, forwarded)).toBe(expected)
  })

  it('several headers count as one, in their order', () => {
    const headers = new Headers({ [PEER_ADDRESS_HEADER]: PEER })
    headers.append('X-Forwarded-For', '203.0.113.9')
    headers.append('X-Forwarded-For', '198.51.100.7')
    expect(clientIp(headers, 1)).toBe('198.51.100.7')
  })
})

describe('every spelling of an address is one', () => {
  it.each([
    ['198.51.100.7:4711', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['::FFFF:c633:6407', '198.51.100.7'],
    ['[::ffff:198.51.100.7]:443', '198.51.100.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
  ])('%s', (written, expected) => {
    expect(address(1, written)).toBe(expected)
  })

  it.each([
    'unknown',
    '_hidden',
    'for=198.51.100.7',
    '[198.51.100.7]',
    '198.51.100',
    '198.51.100.7.8',
    '1.2.3.4:x',
    '"',
    '[',
    '[]',
    '%',
    '::ffff:1.2.3',
  ])('%s is none', (written) => {
    expect(address(1, written)).toBeNull()
  })
})
