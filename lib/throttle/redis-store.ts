import { createClient } from '@redis/client'
import type { Count, CounterStore, OpenCounter } from './counter-store.ts'

/** A hash of the count and the window's end; Redis runs a script as one step. Redis forgets it when the window is over. */
const TAKE = `
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local count, ends = tonumber(redis.call('HGET', KEYS[1], 'n') or '0'), tonumber(redis.call('HGET', KEYS[1], 'e') or '0')
if ends <= now then
  count, ends = 0, math.ceil(now + window)
  redis.call('HSET', KEYS[1], 'n', 0, 'e', string.format('%d', ends))
  redis.call('EXPIRE', KEYS[1], math.ceil(window) + 1)
end
if count >= limit then return { 0, count, ends } end
return { 1, redis.call('HINCRBY', KEYS[1], 'n', 1), ends }`

const GIVE_BACK = `
if tonumber(redis.call('HGET', KEYS[1], 'e') or '0') == tonumber(ARGV[1]) and tonumber(redis.call('HGET', KEYS[1], 'n')) > 0 then
  redis.call('HINCRBY', KEYS[1], 'n', -1)
end
return 0`

const PREFIX = 'latchkey:throttle:'
/** Keys looked at in one step of a search, and how long it may take, in milliseconds: Redis may hold very many. */
const SCAN_STEP = 1000
const SCAN_TIME = 1000
/** How long to wait for a connection, and longest between two tries, in milliseconds. */
const CONNECT_TIMEOUT = 2000
const LONGEST_PAUSE = 2000

/** Counters in Redis, shared by all processes that name the same one. */
export class RedisStore implements CounterStore {
  readonly #client: ReturnType<typeof createClient>
  #connecting: Promise<unknown> | undefined

  constructor(url: string) {
    this.#client = createClient({
      url,
      // A command that cannot be sent fails at once instead of waiting for better times.
      disableOfflineQueue: true,
      socket: { connectTimeout: CONNECT_TIMEOUT, reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, LONGEST_PAUSE) },
    })
    // Without a listener a lost connection would end the process; each command reports it anyway.
    this.#client.on('error', () => {})
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const reply = (await this.#run(TAKE, key, [limit, window, Math.floor(now)])) as [number, number, number]
    return { admitted: reply[0] === 1, count: Number(reply[1]), expiresAt: Number(reply[2]) }
  }

  async giveBack(key: string, expiresAt: number): Promise<void> {
    await this.#run(GIVE_BACK, key, [expiresAt])
  }

  async read(keys: string[], now: number): Promise<OpenCounter[]> {
    const client = await this.#connected()
    const values = await Promise.all(keys.map((key) => client.hmGet(PREFIX + key, ['n', 'e'])))
    return keys.flatMap((key, index) => {
      const [count, expiresAt] = (values[index] ?? []).map(Number)
      return count !== undefined && expiresAt !== undefined && expiresAt > now ? [{ key, count, expiresAt }] : []
    })
  }

  async find(prefix: string, most: number, _now: number): Promise<string[]> {
    const client = await this.#connected()
    const until = performance.now() + SCAN_TIME
    // SCAN may name a key twice.
    const found = new Set<string>()
    let cursor = '0'
    do {
      const step = await client.scan(cursor, { MATCH: `${PREFIX}${prefix}*`, COUNT: SCAN_STEP })
      for (const key of step.keys) found.add(key.slice(PREFIX.length))
      cursor = step.cursor
    } while (cursor !== '0' && found.size < most && performance.now() < until)
    return [...found].slice(0, most)
  }

  async remove(keys: string[]): Promise<number> {
    return (await this.#connected()).del(keys.map((key) => PREFIX + key))
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }

  async #run(script: string, key: string, values: number[]): Promise<unknown> {
    const client = await this.#connected()
    return client.eval(script, { keys: [PREFIX + key], arguments: values.map(String) })
  }

  async #connected() {
    // The first connection is waited for; afterwards the client mends it by itself.
    this.#connecting ??= this.#client.connect().catch(() => {})
    if (!this.#client.isReady) await this.#connecting
    return this.#client
  }
}
