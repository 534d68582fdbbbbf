import { describe, expect, it } from 'vitest'
import { listenAddress } from './listen-address.ts'

const MACHINE = 'build-7'
const listen = (args: string[] = [], env: Record<string, string> = {}) => listenAddress(args, env, MACHINE)

describe('the development server listens on loopback unless told otherwise', () => {
  it.each<[string, string[], Record<string, string>, string, string | null]>([
    ['nothing set', [], {}, '127.0.0.1', null],
    ['-H', ['-H', '0.0.0.0'], {}, '0.0.0.0', null],
    ['-H without a blank', ['-H0.0.0.0'], {}, '0.0.0.0', null],
    ['--hostname', ['--hostname', '192.168.1.5'], {}, '192.168.1.5', 'http://192.168.1.5:3000'],
    ['--hostname=', ['--hostname=dev.test', '--port=4000'], {}, 'dev.test', 'http://dev.test:4000'],
    ['HOSTNAME', [], { HOSTNAME: '0.0.0.0' }, '0.0.0.0', null],
    ['HOSTNAME and -H: the option wins', ['-H', 'localhost'], { HOSTNAME: '0.0.0.0' }, 'localhost', null],
    ["HOSTNAME as the shell sets it, the machine's name", [], { HOSTNAME: MACHINE }, '127.0.0.1', null],
    ['an IPv6 address', ['-H', 'fd00::5'], { PORT: '4001' }, 'fd00::5', 'http://[fd00::5]:4001'],
    ['--help, which begins with the emails of no short option', ['--help'], {}, '127.0.0.1', null],
  ])('%s', (_title, args, env, host, origin) => {
    expect(listen(args, env)).toMatchObject({ host, origin })
    expect(listen(args, env).args.join(' ')).toContain(host)
  })

  it.each([
    [['-p', '4000'], '4000'],
    [['-p4000'], '4000'],
    [['--port=4000'], '4000'],
    [['--port', '4000'], '4000'],
    [[], undefined],
  ])('%j listens on port %s', (args, port) => {
    expect(listen(args).port).toBe(port)
  })
})
