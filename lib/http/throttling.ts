/** How much a client may ask: limits of its endpoint's throttle policy, and one long answer at a time. */
import { isUnchecked, loginSubjects, type Refused, recordThrottled } from '../authentication/login-limits.ts'
import type { User } from '../db/client.ts'
import { Throttled } from '../errors.ts'
import { canonicalEmail } from '../fields/credentials.ts'
import type { FieldValues } from '../fields/text.ts'
import {
  type Admission,
  admit,
  type LimitStatus,
  lease,
  releaseReservations,
  type ScopedReservation,
  type Subjects,
  settle,
} from '../throttle/admit.ts'
import { type EffectivePolicy, effectivePolicy, ipPrefix, limitName, type Scope } from '../throttle/policies.ts'
import type { Context, Endpoint, Result } from './endpoint.ts'
import { logServerError } from './request-context.ts'

/** Holds a request against its endpoint's throttle policy: once before its body is read, once when its account is known. */
export class Throttling {
  readonly #endpoint: Endpoint
  readonly #context: Context
  readonly #policy
  #units: ScopedReservation[] = []
  /** The limits whose standing the caller may know: their own address's and account's, and the one that refused them. */
  #shown: LimitStatus[] = []

  constructor(endpoint: Endpoint, context: Context) {
    this.#endpoint = endpoint
    this.#context = context
    this.#policy = endpoint.policy.throttle ? effectivePolicy(endpoint.policy.throttle.policy) : null
  }

  /** Counts the caller's address and account. @throws Throttled */
  async caller(): Promise<void> {
    // Where known devices have counters of their own, the address waits until the account says whether this is one.
    if (this.#policy === null || this.#policy.limits.device) return
    const { clientIp, principal } = this.#context
    const subjects: Subjects = { address: ipPrefix(clientIp), ...(principal && { account: `user ${principal.user.id}` }) }
    const outcome = await this.#admit(subjects)
    if (!outcome.admitted) throw await this.#refusal(outcome, principal?.user ?? null)
    this.#shown = outcome.standings
  }

  /**
   * Counts the account that the input is about, before anything is done for it; unknown ones are counted alike.
   * @throws Throttled
   */
  async account(input: FieldValues): Promise<void> {
    const declared = this.#endpoint.policy.throttle
    if (this.#policy === null || !declared) return
    const named = declared.account?.(input, this.#context) ?? null
    const { subjects, user } = await this.#subjects(named)
    const outcome = await this.#admit({ ...subjects, global: 'all' })
    if (outcome.admitted) {
      // The counts of an account are not shown: they would reveal others' requests, and whether the account exists.
      this.#shown.push(...outcome.standings.filter(({ scope }) => scope === 'address'))
      return
    }
    throw await this.#refusal(outcome, user)
  }

  /**
   * Says how the request ended. What it was counted as is given back where only failures count, where nothing was checked at
   * all, and where a limit refused it: a refused request is counted nowhere.
   */
  async ended(error: unknown): Promise<void> {
    if (error instanceof Throttled) return this.release()
    if (!this.#policy?.countsFailuresOnly) return
    const held = this.#units.filter((unit) => unit.held)
    const spared = error === null || isUnchecked(error)
    await settle(held, !spared)
    if (spared) for (const standing of this.#shown) standing.remaining += 1
  }

  /**
   * Takes back what a form was counted as that only asked what is wrong with it: nothing was done for any account. Its address
   * stays counted, which bounds what asking costs and tells.
   */
  async onlyChecked(): Promise<void> {
    const isKept = ({ scope }: ScopedReservation) => scope === 'address' || scope === 'pace'
    const others = this.#units.filter((unit) => !isKept(unit))
    this.#units = this.#units.filter(isKept)
    await releaseReservations(others)
  }

  /** Takes back all that the request was counted as. */
  release(): Promise<void> {
    return releaseReservations(this.#units.splice(0))
  }

  /** What an API client is told of its limits, with any answer. */
  headers(): Record<string, string> {
    const { throttle } = this.#endpoint.policy
    if (!throttle || !this.#policy || this.#context.client === 'browser') return {}
    const policies = rateLimitPolicy(listLimits(throttle.policy, this.#policy))
    return {
      ...(policies !== '' && { 'RateLimit-Policy': policies }),
      ...(this.#shown.length > 0 && { RateLimit: rateLimit(throttle.policy, this.#shown) }),
    }
  }

  async #subjects(named: string | null): Promise<{ subjects: Subjects; user: User | null }> {
    const hasDevices = this.#policy?.limits.device !== undefined
    // Where the address waited for the account, and there is none, it is counted alone.
    if (named === null) return { subjects: hasDevices ? { address: ipPrefix(this.#context.clientIp) } : {}, user: null }
    if (hasDevices) return loginSubjects(named, this.#context)
    const email = canonicalEmail(named) ?? named
    return { subjects: { account: email, pair: `${email}\0${ipPrefix(this.#context.clientIp)}` }, user: null }
  }

  async #admit(subjects: Subjects): Promise<Admission> {
    const { throttle } = this.#endpoint.policy
    if (!throttle || !this.#policy) return { admitted: true, units: [], standings: [] }
    const outcome = await admit(throttle.policy, this.#policy, subjects, this.#context.now)
    if (outcome.admitted) this.#units.push(...outcome.units)
    return outcome
  }

  async #refusal(outcome: Refused, user: User | null): Promise<Throttled> {
    await this.#note(outcome, user)
    this.#shown = [{ ...outcome, remaining: 0, resetsIn: outcome.retryAfter }]
    return new Throttled(outcome.retryAfter, [limitName(this.#endpoint.policy.throttle?.policy ?? '', outcome)])
  }

  async #note(outcome: Refused, user: User | null): Promise<void> {
    const { method, path } = this.#endpoint.contract
    const { throttle } = this.#endpoint.policy
    const { principal, requestId } = this.#context
    if (!outcome.first || !throttle) return
    try {
      await recordThrottled(throttle.policy, outcome.scope, { actorId: principal?.user.id ?? null, user }, this.#context)
    } catch (error) {
      // That a request is refused must not hang on whether it can be written down.
      logServerError(requestId, method, path, error)
    }
  }
}

const nameOf = (policy: string, limit: Pick<LimitStatus, 'scope' | 'window'>) => `"${limitName(policy, limit)}"`

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11) are lists of quoted names with `q` requests in `w`
 * seconds, and of the same names with `r` requests left for the next `t` seconds. This is a
 * limit as it is told: `name` in quotes, `window` in seconds.
 */
export interface ListedLimit {
  name: string
  scope: Scope
  limit: number
  window: number
}

/** A policy's limits: the same for every client, whatever has been counted. */
export function listLimits(policy: string, { limits }: EffectivePolicy): ListedLimit[] {
  const scopes = (Object.keys(limits) as Scope[]).filter((scope) => scope !== 'device')
  return scopes.flatMap((scope) =>
    (limits[scope] ?? []).map(({ limit, window }) => ({ name: nameOf(policy, { scope, window }), scope, limit, window })),
  )
}

export const rateLimitPolicy = (limits: ListedLimit[]): string =>
  limits.map(({ name, limit, window }) => `${name};q=${limit};w=${window}`).join(', ')

/** Where limits stand that the caller may know of. A window ends on a full second, which may be one later than its length. */
export const rateLimit = (policy: string, standings: LimitStatus[]): string =>
  standings
    .map((standing) => `${nameOf(policy, standing)};r=${standing.remaining};t=${Math.min(standing.resetsIn, standing.window)}`)
    .join(', ')

/** How long a long answer may take before the next may begin all the same, as its process may be gone, in seconds. */
const LEASE = 600

/** When to ask for another long answer, in seconds. */
const RETRY_AFTER = 10

/**
 * Answers, unless another long answer to the same account is not at its end yet, whatever process makes it.
 * @param signal aborted when the client has gone: an answer that has not begun then is never read, and nothing cancels it
 * @throws Throttled; what `run` throws
 */
export async function oneAtATime(
  { policy: { oneAtATime } }: Endpoint,
  { principal, now }: Context,
  signal: AbortSignal,
  run: () => Promise<Result>,
): Promise<Result> {
  if (!oneAtATime || principal === null) return run()
  const release = await lease('answer', `user ${principal.user.id}`, LEASE, now)
  if (release === null) throw new Throttled(RETRY_AFTER)
  try {
    const answer = await run()
    if (answer.body instanceof ReadableStream)
      return { ...answer, body: whenRead(answer.body as ReadableStream<Uint8Array>, signal, release) }
    await release()
    return answer
  } catch (error) {
    await release()
    throw error
  }
}

/** The same stream; `release` is called once, when it has been read, has failed or is not wanted any more. */
function whenRead(stream: ReadableStream<Uint8Array>, signal: AbortSignal, release: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  let released: Promise<void> | undefined
  const done = () => {
    signal.removeEventListener('abort', stop)
    released ??= release()
    return released
  }
  const cancel = async (reason: unknown) => {
    await reader.cancel(reason).catch(() => {})
    await done()
  }
  // Not awaited: if the store does not answer, the lease expires.
  const stop = () => void cancel(signal.reason).catch(() => {})
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const chunk = await reader.read()
        if (!chunk.done) return controller.enqueue(chunk.value)
        controller.close()
      } catch (error) {
        controller.error(error)
      }
      await done()
    },
    cancel,
  })
}
