/** HTTP that no client library would write. */
import { connect } from 'node:net'

/** How long to wait for the server to answer or hang up, in milliseconds. */
const TIMEOUT = 15_000

/**
 * Writes bytes to the server and reads until it hangs up, or until an answer has come and the client hangs up itself.
 * @param last whether the client ends its side after the bytes
 * @returns everything that came back
 */
export function exchange(port: number, chunks: (string | Uint8Array)[], last = true): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk)
      if (last) socket.end()
    })
    socket.setEncoding('latin1').setTimeout(TIMEOUT, () => socket.destroy(new Error(`no answer in ${TIMEOUT} ms`)))
    socket.on('data', (text) => {
      received += text
      if (!last) socket.end()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may hang up while the client is still writing; what it said before that counts.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(received)
      else reject(error)
    })
    socket.on('close', () => resolve(received))
  })
}

/** The status of each answer in what came back. */
export const statusesIn = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))
