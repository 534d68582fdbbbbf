/** A Redis server of a test's own, so that it can be taken away in the middle. */
import { spawn, spawnSync } from 'node:child_process'
import { createClient } from '@redis/client'
import { freePort } from '../../testing/free-port.ts'

export interface TestRedis {
  url: string
  port: number
  /** Every key that it holds. */
  keys: () => Promise<string[]>
  /** Ends it at once, as a crash does. */
  kill: () => Promise<void>
}

/** Whether there is a Redis server to start. */
export const redisServerExists = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0

/** How long it may take to answer, in milliseconds. */
const START_TIMEOUT = 10_000

/** @param port where a former one was, or any */
export async function startRedis(port?: number): Promise<TestRedis> {
  const own = port ?? (await freePort())
  const arguments_ = ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp']
  const child = spawn('redis-server', arguments_, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = `redis://127.0.0.1:${own}`
  const client = createClient({ url, socket: { reconnectStrategy: (tries) => (tries * 20 > START_TIMEOUT ? false : 20) } })
  client.on('error', () => {})
  await client.connect()
  return {
    url,
    port: own,
    keys: () => client.keys('*'),
    kill: async () => {
      client.destroy()
      child.kill('SIGKILL')
      await ended
    },
  }
}
