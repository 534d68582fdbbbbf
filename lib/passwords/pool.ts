/** A bounded pool of worker threads for password hashing. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { ServiceUnavailable } from '../errors.ts'
import { settings } from '../settings.ts'

/** What worker.mjs can derive. Byte strings travel as base64. */
export type Derivation =
  | { derivation: 'bcryptHash'; input: { input: string; cost: number } }
  | { derivation: 'bcryptCompare'; input: { input: string; hash: string } }
  | { derivation: 'pbkdf2'; input: { password: string; salt: string; iterations: number; length: number; digest: string } }
  | { derivation: 'scrypt'; input: { password: string; salt: string; length: number; N: number; r: number; p: number } }
  | {
      derivation: 'argon2'
      input: { type: string; password: string; salt: string; memory: number; iterations: number; parallelism: number; length: number }
    }

interface Job {
  request: Derivation
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

interface Slot {
  worker: Worker
  job: Job | null
}

/** What a client is told to wait when the queue is full, in seconds. */
const RETRY_AFTER = 5

export class HashingPool {
  private readonly slots: Slot[] = []
  private readonly queue: Job[] = []

  /**
   * @param size most threads at a time; each is started when first needed
   * @param queueLimit most jobs waiting for a thread
   */
  constructor(
    private readonly size: number,
    private readonly queueLimit: number,
  ) {}

  /** How many jobs wait for a thread. */
  get waiting() {
    return this.queue.length
  }

  /**
   * Runs one derivation in a thread.
   * @throws ServiceUnavailable (503, `overloaded`) when the queue is full; Error when the input cannot be derived
   */
  run(request: Derivation): Promise<unknown> {
    if (this.queue.length >= this.queueLimit && !this.hasRoom()) throw new ServiceUnavailable('overloaded', RETRY_AFTER)
    return new Promise((resolve, reject) => {
      this.queue.push({ request, resolve, reject })
      this.next()
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

  private next() {
    const slot = this.slots.find((candidate) => candidate.job === null) ?? (this.slots.length < this.size ? this.start() : undefined)
    const job = slot && this.queue.shift()
    if (!slot || !job) return
    slot.job = job
    // While it works it keeps the process alive; idle it does not.
    slot.worker.ref()
    slot.worker.postMessage(job.request)
  }

  private start(): Slot {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { execArgv: [] })
    const slot: Slot = { worker, job: null }
    worker.unref()
    worker.on('message', ({ result, failed }: { result?: unknown; failed?: boolean }) => {
      const { job } = slot
      slot.job = null
      worker.unref()
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
    if (this.queue.length > 0) this.next()
  }
}

const store = globalThis as typeof globalThis & { latchkeyHashingPool?: HashingPool }

/** The pool of this process; as many threads as there are cores unless PASSWORD_HASH_WORKERS says otherwise. */
export function hashingPool(): HashingPool {
  const { PASSWORD_HASH_WORKERS, PASSWORD_HASH_QUEUE } = settings()
  store.latchkeyHashingPool ??= new HashingPool(PASSWORD_HASH_WORKERS || availableParallelism(), PASSWORD_HASH_QUEUE)
  return store.latchkeyHashingPool
}
