/** A bounded pool of worker threads for password hashing, fair by client. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { ServiceUnavailable } from '../errors.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import type { Derivation } from './hashers.ts'

interface Job {
  request: Derivation
  client: string
  resolve: (result: unknown) => void
  reject: (error: Error) => void
  /** Ends the wait for a thread. */
  timer?: NodeJS.Timeout
  /** When its thread began, in milliseconds of performance.now(). */
  started?: number
}

interface Slot {
  worker: Worker
  job: Job | null
}

/** What a client is told to wait when the queue is full, in seconds. */
const RETRY_AFTER = 5

/** Longest wait for a thread, in milliseconds: people give up at about ten seconds, and proxies after thirty. */
const LONGEST_WAIT = 10_000

/** How much the latest job counts in the average time of one. */
const SMOOTHING = 0.2

const overloaded = () => new ServiceUnavailable('overloaded', RETRY_AFTER)

export class HashingPool {
  private readonly slots: Slot[] = []
  private readonly queue: FairQueue<Job>
  /** What a job takes on average, in milliseconds; 0 before the first one is done. */
  private average = 0

  /**
   * @param size most threads at a time; each is started when first needed
   * @param queueLimit most jobs waiting for a thread; one client has half of them at most
   * @param longestWait most that a job waits for a thread, in milliseconds
   */
  constructor(
    private readonly size: number,
    queueLimit: number,
    private readonly longestWait = LONGEST_WAIT,
  ) {
    this.queue = new FairQueue(queueLimit, Math.ceil(queueLimit / 2))
  }

  /** How many jobs wait for a thread. */
  get waiting() {
    return this.queue.size
  }

  /**
   * Runs one derivation in a thread, for the client that hashingFor() names.
   * @throws ServiceUnavailable (503, `overloaded`) when the queue is full, or the turn would come, or has not come, after
   * `longestWait`; Error when the input cannot be derived
   */
  async run(request: Derivation): Promise<unknown> {
    // No client in commands.
    const client = hashingClients.getStore() ?? ''
    if (!this.hasRoom() && this.expectedWait(client) > this.longestWait) throw overloaded()
    return new Promise((resolve, reject) => {
      const job: Job = { request, client, resolve, reject }
      const { accepted, putOut } = this.queue.push(client, job)
      if (putOut) this.refuse(putOut)
      if (!accepted) return reject(overloaded())
      this.next()
      // Those that came later from others may have gone before it.
      if (job.started === undefined) job.timer = setTimeout(() => this.refuse(job), this.longestWait)
    })
  }

  /** Ends the threads; jobs under way fail. */
  async close() {
    const workers = this.slots.splice(0).map((slot) => slot.worker.terminate())
    await Promise.all(workers)
  }

  private hasRoom() {
    return this.slots.length < this.size || this.slots.some((slot) => slot.job === null)
  }

  /** Until a job of this client had its turn, in milliseconds: those before it, and half of those under way. */
  private expectedWait(client: string): number {
    return (this.queue.ahead(client) / this.size + 0.5) * this.average
  }

  private refuse(job: Job) {
    clearTimeout(job.timer)
    this.queue.remove(job.client, job)
    job.reject(overloaded())
  }

  private next() {
    const slot = this.slots.find((candidate) => candidate.job === null) ?? (this.slots.length < this.size ? this.start() : undefined)
    const job = slot && this.queue.shift()?.item
    if (!slot || !job) return
    clearTimeout(job.timer)
    job.started = performance.now()
    slot.job = job
    // While it works it keeps the process alive; idle it does not.
    slot.worker.ref()
    slot.worker.postMessage(job.request)
  }

  private done({ started = performance.now() }: Job) {
    const took = performance.now() - started
    this.average = this.average === 0 ? took : this.average + SMOOTHING * (took - this.average)
  }

  private start(): Slot {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { execArgv: [] })
    const slot: Slot = { worker, job: null }
    worker.unref()
    worker.on('message', ({ result, failed }: { result?: unknown; failed?: boolean }) => {
      const { job } = slot
      slot.job = null
      worker.unref()
      if (job) this.done(job)
      if (failed) job?.reject(new Error('the password could not be hashed'))
      else job?.resolve(result)
      this.next()
    })
    worker.on('error', () => this.lose(slot))
    worker.on('exit', () => this.lose(slot))
    this.slots.push(slot)
    return slot
  }

  /** A thread that ended takes its job with it; the next job starts another. */
  private lose(slot: Slot) {
    const index = this.slots.indexOf(slot)
    if (index >= 0) this.slots.splice(index, 1)
    slot.job?.reject(new Error('the hashing thread ended'))
    slot.job = null
    if (this.queue.size > 0) this.next()
  }
}

const pool = processValue<HashingPool>('hashingPool')

/** The pool of this process; as many threads as there are cores unless PASSWORD_HASH_WORKERS says otherwise. */
export function hashingPool(): HashingPool {
  const { PASSWORD_HASH_WORKERS, PASSWORD_HASH_QUEUE } = settings()
  pool.current ??= new HashingPool(PASSWORD_HASH_WORKERS || availableParallelism(), PASSWORD_HASH_QUEUE)
  return pool.current
}

const sharedClients = processValue<AsyncLocalStorage<string>>('hashingClients')
sharedClients.current ??= new AsyncLocalStorage()
const hashingClients = sharedClients.current

/** Names the client for whom passwords are hashed: the pool takes turns by it. @param client the network that asks (lib/throttle/policies.ts) */
export const hashingFor = <Result>(client: string, work: () => Result): Result => hashingClients.run(client, work)

/** Clients whose last turn is remembered; more than are ever active at once, and little memory. */
const REMEMBERED = 10_000

/**
 * A queue that is fair by client, so one that sends many items delays only itself: of those that wait, the one whose last turn is the
 * longest ago is next. Who comes once goes before everyone who comes all the time. Each client's own items stay in their order.
 */
export class FairQueue<Item> {
  readonly #waiting = new Map<string, Item[]>()
  /** Clients that have had a turn, the longest ago first. */
  readonly #served = new Map<string, number>()
  #turns = 0
  #size = 0

  /**
   * @param limit most items in all
   * @param clientLimit most items of one client
   */
  constructor(
    private readonly limit: number,
    private readonly clientLimit: number,
  ) {}

  get size(): number {
    return this.#size
  }

  /**
   * Adds an item. A full queue makes room for a client that has fewer in it than another: that one's last is put out.
   * @returns `accepted`, and the item that was put out for it
   */
  push(client: string, item: Item): { accepted: boolean; putOut?: Item } {
    const own = this.#waiting.get(client) ?? []
    if (own.length >= this.clientLimit) return { accepted: false }
    let putOut: Item | undefined
    if (this.#size >= this.limit) {
      const [longest, items] = [...this.#waiting].reduce((most, entry) => (entry[1].length > most[1].length ? entry : most))
      if (items.length <= own.length + 1) return { accepted: false }
      putOut = items.at(-1)
      if (putOut !== undefined) this.remove(longest, putOut)
    }
    own.push(item)
    this.#waiting.set(client, own)
    this.#size++
    return { accepted: true, ...(putOut !== undefined && { putOut }) }
  }

  /** Takes the next item out; undefined when none waits. */
  shift(): { item: Item; client: string } | undefined {
    let next: string | undefined
    for (const client of this.#waiting.keys()) if (next === undefined || this.#lastTurn(client) < this.#lastTurn(next)) next = client
    const [item] = next === undefined ? [] : (this.#waiting.get(next) ?? [])
    if (next === undefined || item === undefined) return undefined
    this.remove(next, item)
    this.#served.delete(next)
    this.#served.set(next, ++this.#turns)
    if (this.#served.size > REMEMBERED) this.#served.delete(this.#served.keys().next().value as string)
    return { item, client: next }
  }

  /** Takes one item out before its turn. */
  remove(client: string, item: Item): void {
    const own = this.#waiting.get(client)
    const index = own?.indexOf(item) ?? -1
    if (!own || index < 0) return
    own.splice(index, 1)
    this.#size--
    if (own.length === 0) this.#waiting.delete(client)
  }

  /** How many items would have their turn before another one of this client, if no others arrived. */
  ahead(client: string): number {
    const own = this.#waiting.get(client)?.length ?? 0
    let before = own
    for (const [other, items] of this.#waiting) {
      if (other === client) continue
      // As many turns as this client takes; one more where the other's is due first.
      const first = this.#lastTurn(other) <= this.#lastTurn(client) ? 1 : 0
      before += Math.min(items.length, own + first)
    }
    return before
  }

  #lastTurn(client: string): number {
    return this.#served.get(client) ?? 0
  }
}
