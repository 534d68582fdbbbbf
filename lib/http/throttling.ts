/** Holds a request against its endpoint's throttle policy: once before its body is read, once when its account is known. */
import { recordEvent } from '../audit/audit.ts'
import { database, type User } from '../db/client.ts'
import { ServiceUnavailable, Throttled } from '../errors.ts'
import { canonicalEmail } from '../fields/email.ts'
import { postLetter } from '../mail/outbox.ts'
import { recogniseDevice } from '../sessions/known-device.ts'
import { loginAttemptsLetter } from '../sessions/login-letters.ts'
import { addressPrefix } from '../throttle/address-prefix.ts'
import { type Admission, admit, giveBack, isDue, type Standing, type Subjects } from '../throttle/admit.ts'
import type { Unit } from '../throttle/counters.ts'
import { effectivePolicy } from '../throttle/policies.ts'
import { findUserByEmail } from '../users/find-user.ts'
import type { Context, Endpoint } from './endpoint.ts'
import { reportFault } from './faults.ts'
import { limitName, listLimits, rateLimit, rateLimitPolicy } from './rate-limit-headers.ts'

/** The owner is told of many failures this often at most, in seconds. */
const NOTICE_INTERVAL = 86_400

type Refused = Extract<Admission, { admitted: false }>

export class Throttling {
  readonly #endpoint: Endpoint
  readonly #context: Context
  readonly #policy
  #units: Unit[] = []
  /** The limits whose standing the caller may know: their own address's and account's, and the one that refused them. */
  #shown: Standing[] = []

  constructor(endpoint: Endpoint, context: Context) {
    this.#endpoint = endpoint
    this.#context = context
    this.#policy = endpoint.throttle ? effectivePolicy(endpoint.throttle.policy) : null
  }

  /** Counts the caller's address and account. @throws Throttled */
  async caller(): Promise<void> {
    // Where known devices have counters of their own, the address waits until the account says whether this is one.
    if (this.#policy === null || this.#policy.limits.device) return
    const { clientAddress, principal } = this.#context
    const subjects: Subjects = { address: addressPrefix(clientAddress), ...(principal && { account: `user ${principal.user.id}` }) }
    const outcome = await this.#admit(subjects)
    if (!outcome.admitted) throw await this.#refusal(outcome, principal?.user ?? null)
    this.#shown = outcome.standings
  }

  /**
   * Counts the account that the input is about, before anything is done for it; unknown ones are counted alike.
   * @throws Throttled, unless the endpoint is to be silent about it
   */
  async account(input: Record<string, string>): Promise<void> {
    const declared = this.#endpoint.throttle
    if (this.#policy === null || !declared) return
    const named = declared.account?.(input, this.#context) ?? null
    const { subjects, user } = await this.#subjects(named)
    const outcome = await this.#admit({ ...subjects, global: 'all' })
    if (outcome.admitted) {
      // How often others asked about an account is nobody's business, and how it is counted tells whether there is one.
      this.#shown.push(...outcome.standings.filter(({ scope }) => scope === 'address'))
      return
    }
    if (!declared.silent) throw await this.#refusal(outcome, user)
    await this.#note(outcome, user)
    this.#context.silenced = true
  }

  /** What the request was counted as is given back where only failures count, and where nothing was checked at all. */
  async ended(error: unknown): Promise<void> {
    const unchecked = error instanceof ServiceUnavailable && error.body.code === 'overloaded'
    if (this.#policy?.sparesSuccess && (error === null || unchecked)) {
      await giveBack(this.#units)
      for (const standing of this.#shown) standing.remaining += 1
    }
  }

  /** What an API client is told of its limits, with any answer. */
  headers(): Record<string, string> {
    const { throttle } = this.#endpoint
    if (!throttle || !this.#policy || this.#context.client === 'browser') return {}
    const policies = rateLimitPolicy(listLimits(throttle.policy, this.#policy, throttle.silent === true))
    return {
      ...(policies !== '' && { 'RateLimit-Policy': policies }),
      ...(this.#shown.length > 0 && { RateLimit: rateLimit(throttle.policy, this.#shown) }),
    }
  }

  async #subjects(named: string | null): Promise<{ subjects: Subjects; user: User | null }> {
    if (named === null) return { subjects: {}, user: null }
    const email = canonicalEmail(named) ?? named
    if (!this.#policy?.limits.device) return { subjects: { account: email }, user: null }
    const address = addressPrefix(this.#context.clientAddress)
    const user = await findUserByEmail(named)
    const device = await recogniseDevice(user?.id ?? 0, this.#context)
    if (device?.by === 'cookie') return { subjects: { device: device.fingerprint }, user }
    // A neighbour may look the same: the address that they share is counted as ever.
    if (device) return { subjects: { device: device.fingerprint, address }, user }
    return { subjects: { pair: `${email}\0${address}`, address, account: email }, user }
  }

  async #admit(subjects: Subjects): Promise<Admission> {
    const { throttle } = this.#endpoint
    if (!throttle || !this.#policy) return { admitted: true, units: [], standings: [] }
    const outcome = await admit(throttle.policy, this.#policy, subjects, this.#context.now)
    if (outcome.admitted) this.#units.push(...outcome.units)
    return outcome
  }

  async #refusal(outcome: Refused, user: User | null): Promise<Throttled> {
    await this.#note(outcome, user)
    this.#shown = [{ ...outcome, remaining: 0, resetsIn: outcome.retryAfter }]
    return new Throttled(outcome.retryAfter, [limitName(this.#endpoint.throttle?.policy ?? '', outcome)])
  }

  async #note(outcome: Refused, user: User | null): Promise<void> {
    try {
      if (outcome.first) await this.#record(outcome.scope, user)
    } catch (error) {
      // That a request is refused must not hang on whether it can be written down.
      reportFault(this.#context.requestId, this.#endpoint.method, this.#endpoint.path, error)
    }
  }

  /** One row for each window, however many are refused; and a letter to the owner when it takes many addresses. */
  async #record(limit: string, user: User | null): Promise<void> {
    const { now, principal } = this.#context
    const policy = this.#endpoint.throttle?.policy ?? ''
    const subject = { actorId: principal?.user.id ?? null, subjectId: user?.id ?? null }
    const tell = user !== null && policy === 'login' && limit === 'account' && (await isDue('notice', `${user.id}`, NOTICE_INTERVAL, now))
    await database().$transaction(async (tx) => {
      await recordEvent(tx, 'request_throttled', { ...subject, outcome: 'failure', detail: { policy, limit } }, this.#context)
      if (!tell) return
      const content = loginAttemptsLetter(this.#context)
      await postLetter(tx, { kind: 'login_attempts', recipient: user.email, userId: user.id, content }, now)
      await recordEvent(tx, 'login_attempts_reported', { actorId: null, subjectId: user.id, detail: {} }, this.#context)
    })
  }
}
