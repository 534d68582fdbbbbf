/** The kinds of requests that are counted, each with its own limits: the one table of them. */

import { isIPv6 } from 'node:net'
import { settings } from '../settings.ts'
import { type Rate, readRate, type ThrottlePolicy } from '../settings-values.ts'

/** Names of policies, as THROTTLE_RATES writes them. */
export type PolicyName = ThrottlePolicy

/**
 * What is counted together: one account from one known device; one account from one address; one address (IPv6 by /64);
 * one account wherever it is asked for; everything. `pace` is an address, or a device known by its cookie, with its successes.
 */
export type Scope = 'device' | 'pair' | 'address' | 'account' | 'global' | 'pace'

interface Limit {
  /** All of them hold. */
  rates: string[]
  /** How many times as wide as the others it is where THROTTLE_RATES names a rate for the policy. */
  times?: number
}

interface Policy {
  /** Asked in this order: who is refused by one is not counted by those after it. */
  limits: Partial<Record<Scope, Limit>>
  /** Whether a success gives back what it was counted as, so that only failures use up the limits; that of `pace` stays. */
  countsFailuresOnly?: true
}

/**
 * login: ten wrong passwords before the first delay (GOV.UK), 30 in an hour from one place; the account- and address-wide
 * limits are wider, so that one attacker's address does not use up what others have (ASVS 6.1.1), and fewer than the 100 of SP 800-63B.
 * Known devices have a counter of their own instead. Successes cost a hash, too: hence the pace. Those that send mail are limited as a whole, too.
 * What anyone may ask about an address counts it together with the network: no one elsewhere uses up what its owner has. How
 * many emails it gets is `email`'s, and how often a code is tried the code's own.
 */
const POLICIES: Record<PolicyName, Policy> = {
  login: {
    limits: {
      device: { rates: ['10/m', '30/h'] },
      pair: { rates: ['10/m', '30/h'] },
      address: { rates: ['50/h'], times: 5 },
      account: { rates: ['50/h'], times: 5 },
      pace: { rates: ['60/m'], times: 20 },
    },
    countsFailuresOnly: true,
  },
  // Ten in an hour, as a code of six digits asks for; from a device that the account knows they are counted apart.
  second_factor: {
    limits: { address: { rates: ['50/h'], times: 5 }, device: { rates: ['10/h'] }, account: { rates: ['10/h', '30/d'] } },
    countsFailuresOnly: true,
  },
  // Codes that are mailed have six digits, too, but no password goes before them: one network alone does not use up what the
  // account has. How often an email is asked for is limited as a reset is.
  email_login: {
    limits: {
      device: { rates: ['10/h'] },
      pair: { rates: ['10/h'] },
      address: { rates: ['50/h'], times: 5 },
      account: { rates: ['20/h', '50/d'], times: 2 },
    },
    countsFailuresOnly: true,
  },
  signup: { limits: { address: { rates: ['100/h'] }, pair: { rates: ['10/h'] }, global: { rates: ['5000/h'], times: 100 } } },
  refresh: { limits: { address: { rates: ['600/m'] } } },
  confirm: { limits: { address: { rates: ['100/h'] }, pair: { rates: ['20/h'] } } },
  resend: { limits: { address: { rates: ['50/h'] }, pair: { rates: ['5/h'] }, global: { rates: ['5000/h'], times: 100 } } },
  reset: { limits: { address: { rates: ['50/h'] }, pair: { rates: ['5/h'] }, global: { rates: ['5000/h'], times: 100 } } },
  change: { limits: { address: { rates: ['100/h'] }, account: { rates: ['20/h'] }, global: { rates: ['5000/h'], times: 100 } } },
  export: { limits: { address: { rates: ['50/h'] }, account: { rates: ['5/h'] } } },
  preferences: { limits: { address: { rates: ['300/m'] } } },
  // A passkey cannot be guessed: this bounds what asking costs. Each view of the sign-in page asks for a challenge.
  passkey: { limits: { address: { rates: ['120/m'] } } },
  // Each asks the provider.
  oidc: { limits: { address: { rates: ['60/m'] } } },
  admin: { limits: { address: { rates: ['600/m'] } } },
  // Counted where emails are queued, whatever asked for them (lib/mail/outbox.ts).
  email: { limits: { account: { rates: ['5/h'] } } },
}

/** More than any counter's column holds is as good as no limit. */
const HIGHEST_LIMIT = 1_000_000_000

/** A policy as it is in force. */
export interface EffectivePolicy {
  limits: Partial<Record<Scope, Rate[]>>
  countsFailuresOnly: boolean
}

/**
 * The limits of a policy with what THROTTLE_RATES says of it; null where it is switched off.
 * @param overrides rates by policy, `*` for those that are not named
 */
export function effectivePolicy(name: PolicyName, overrides = settings().THROTTLE_RATES): EffectivePolicy | null {
  const { limits, countsFailuresOnly = false } = POLICIES[name]
  const override = name in overrides ? overrides[name] : overrides['*']
  if (override === null) return null
  const rates = ({ rates, times = 1 }: Limit) =>
    override ? [{ ...override, limit: Math.min(override.limit * times, HIGHEST_LIMIT) }] : rates.map((rate) => readRate(rate) as Rate)
  const entries = Object.entries(limits).map(([scope, limit]) => [scope, rates(limit)])
  return { limits: Object.fromEntries(entries), countsFailuresOnly }
}

/** Whether a success releases its reservation in a scope. */
export const releasesOnSuccess = (policy: EffectivePolicy, scope: Scope): boolean => policy.countsFailuresOnly && scope !== 'pace'

const PERIODS: Record<number, string> = { 1: 'second', 60: 'minute', 3600: 'hour', 86400: 'day' }

/** A device that the account knows is limited like any other, and looks so: that it is known would tell that there is an account. */
const shownScope = (scope: Scope) => (scope === 'device' ? 'pair' : scope)

/** What a limit is called; `window` in seconds. */
export const limitName = (policy: string, { scope, window }: { scope: Scope; window: number }) =>
  `${policy}-${shownScope(scope)}-${PERIODS[window] ?? window}`

/**
 * The part of an IP address that identifies one customer: all of IPv4, the first 64 bits of IPv6, where each has 2⁶⁴ addresses.
 * @param address null when unknown; unknown addresses are counted together
 */
export function ipPrefix(address: string | null): string {
  if (address === null) return 'unknown'
  if (!isIPv6(address)) return address
  // The URL parser writes the canonical short form: groups without leading zeros, one :: at most.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')]
  return `${all.slice(0, 4).join(':')}::/64`
}
