import { createClient } from '@redis/client'
import type { Count, CounterStore, LimitRequest, OpenCounter, Reservation, ReservationResult } from './counters.ts'

/**
 * Hashes of the count (n), the window's end (e), how many are under way (p) and until when they may be (u). Redis runs a script
 * as one step, and deletes a counter when its window ends. ARGV: now, then limit, window and hold of each key.
 */
const TAKE_ALL = `
local now, counters = tonumber(ARGV[1]), {}
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local stored = redis.call('HMGET', key, 'n', 'e', 'p', 'u')
  local n, e, p, u = tonumber(stored[1] or '0'), tonumber(stored[2] or '0'), tonumber(stored[3] or '0'), tonumber(stored[4] or '0')
  if e <= now then n, e, p = 0, math.ceil(now + window), 0 end
  if u <= now then p = 0 end
  if n >= limit then return { 0, i - 1, e, (n - p < limit) and 1 or 0, n } end
  counters[i] = { n + 1, e, p, u }
end
local reply = { 1 }
for i, key in ipairs(KEYS) do
  local window, hold = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local n, e, p, u = unpack(counters[i])
  if hold > 0 then p, u = p + 1, now + hold end
  redis.call('HSET', key, 'n', n, 'e', string.format('%d', e), 'p', p, 'u', string.format('%d', u))
  redis.call('EXPIRE', key, math.ceil(window) + 1)
  reply[#reply + 1] = n
  reply[#reply + 1] = e
end
return reply`

/** ARGV: whether the units stay counted, then the window's end and whether it is held for each key. */
const SETTLE = `
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'e') or '0') == tonumber(ARGV[2 * i]) then
    if ARGV[1] == '0' and tonumber(redis.call('HGET', key, 'n')) > 0 then redis.call('HINCRBY', key, 'n', -1) end
    if ARGV[2 * i + 1] == '1' and tonumber(redis.call('HGET', key, 'p') or '0') > 0 then redis.call('HINCRBY', key, 'p', -1) end
  end
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
      // A command that can't be sent fails immediately instead of waiting for a reconnect.
      disableOfflineQueue: true,
      socket: { connectTimeout: CONNECT_TIMEOUT, reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, LONGEST_PAUSE) },
    })
    // Without a listener a lost connection would end the process; each command reports it anyway.
    this.#client.on('error', () => {})
  }

  async take(key: string, limit: number, window: number, now: number): Promise<Count> {
    const reply = await this.#run(TAKE_ALL, [key], [Math.floor(now), limit, window, 0])
    if (reply[0] === 1) return { admitted: true, count: Number(reply[1]), expiresAt: Number(reply[2]) }
    return { admitted: false, count: Number(reply[4]), expiresAt: Number(reply[2]) }
  }

  async takeAll(wanted: LimitRequest[], now: number): Promise<ReservationResult> {
    const values = wanted.flatMap(({ limit, window, hold }) => [limit, window, hold])
    const [admitted, ...rest] = await this.#run(
      TAKE_ALL,
      wanted.map(({ key }) => key),
      [Math.floor(now), ...values],
    )
    if (admitted !== 1) return { admitted: false, full: Number(rest[0]), expiresAt: Number(rest[1]), underWay: rest[2] === 1 }
    return {
      admitted: true,
      counts: wanted.map((_, index) => ({ count: Number(rest[2 * index]), expiresAt: Number(rest[2 * index + 1]) })),
    }
  }

  async settle(units: Reservation[], counted: boolean): Promise<void> {
    const values = units.flatMap(({ expiresAt, held }) => [expiresAt, held ? 1 : 0])
    const keys = units.map(({ key }) => key)
    if (units.length > 0) await this.#run(SETTLE, keys, [counted ? 1 : 0, ...values])
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

  async #run(script: string, keys: string[], values: number[]): Promise<unknown[]> {
    const client = await this.#connected()
    return (await client.eval(script, { keys: keys.map((key) => PREFIX + key), arguments: values.map(String) })) as unknown[]
  }

  async #connected() {
    // The first connection is waited for; afterwards the client mends it by itself.
    this.#connecting ??= this.#client.connect().catch(() => {})
    if (!this.#client.isReady) await this.#connecting
    return this.#client
  }
}
