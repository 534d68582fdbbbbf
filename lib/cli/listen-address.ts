/** Which address `npm run dev` listens on, and what people type to reach it. */
import { hostname } from 'node:os'

const LOOPBACK = '127.0.0.1'

export interface ListenAddress {
  /** What Next listens on. */
  host: string
  /** In decimal digits; undefined for the default. */
  port: string | undefined
  /** The arguments for `next dev`, with the host among them. */
  args: string[]
  /** The origin that people type, where it is not `http://localhost:PORT`. */
  origin: string | null
}

/**
 * Development listens on this machine alone unless `-H` or HOSTNAME says otherwise: its outbox shows working links.
 * @param args those of `next dev`
 * @param machine the machine's name: shells and containers set HOSTNAME to it, which is not meant as an address
 */
export function listenAddress(args: string[], env: Record<string, string | undefined>, machine = hostname()): ListenAddress {
  const port = optionValue(args, '-p', '--port') ?? env.PORT
  const given = optionValue(args, '-H', '--hostname')
  const named = env.HOSTNAME && env.HOSTNAME !== machine ? env.HOSTNAME : undefined
  const host = given ?? named ?? LOOPBACK
  const isLocal = ['localhost', LOOPBACK, '0.0.0.0', '::', '::0'].includes(host)
  const authority = host.includes(':') ? `[${host}]` : host
  return {
    host,
    port,
    args: given === undefined ? ['--hostname', host, ...args] : args,
    origin: isLocal ? null : `http://${authority}:${port ?? '3000'}`,
  }
}

/** The value of a command-line option in any of the spellings `-p 80`, `-p80`, `--port 80` and `--port=80`; the last one wins. */
function optionValue(args: string[], short: string, long: string): string | undefined {
  let value: string | undefined
  args.forEach((arg, at) => {
    if (arg === short || arg === long) value = args[at + 1]
    else if (arg.startsWith(`${long}=`)) value = arg.slice(long.length + 1)
    else if (arg.startsWith(short) && !arg.startsWith('--')) value = arg.slice(short.length)
  })
  return value
}
