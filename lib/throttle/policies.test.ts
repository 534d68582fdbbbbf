import { describe, expect, it } from 'vitest'
import { readRate, THROTTLE_POLICIES } from '../settings-values.ts'
import { effectivePolicy, ipPrefix } from './policies.ts'

describe('rates are written as Django REST framework writes them', () => {
  it.each([
    ['10/m', 10, 60],
    ['5/min', 5, 60],
    ['100/hour', 100, 3600],
    ['3/d', 3, 86_400],
    ['1/s', 1, 1],
    [' 20 / day ', 20, 86_400],
  ])('%s', (text, limit, window) => {
    expect(readRate(text)).toEqual({ limit, window })
  })

  it.each(['', '10', '/m', '10/', '10/w', '-1/m', '1.5/m', '0/m', 'ten/m', '10/m/h', '10000000000/m'])('%j is not a rate', (text) => {
    expect(readRate(text)).toBeNull()
  })
})

describe('the table of policies', () => {
  it('ordinary people meet none of its limits: five to ten tries before the first delay (LI-6)', () => {
    const rates = effectivePolicy('login', {})?.limits.pair ?? []
    expect(Math.min(...rates.map(({ limit }) => limit))).toBe(10)
  })

  it('fewer than 100 failures of one account in an hour, from any source (SP 800-63B §3.2.2)', () => {
    expect(effectivePolicy('login', {})?.limits.account).toEqual([{ limit: 50, window: 3600 }])
  })

  it('one attacker’s address uses up neither the account’s limit nor the IP address’s limit with one account (RL-4)', () => {
    const { pair = [], account = [], address = [] } = effectivePolicy('login', {})?.limits ?? {}
    const most = Math.max(...pair.map(({ limit }) => limit))
    expect(most).toBeLessThan(account[0]?.limit ?? 0)
    expect(most).toBeLessThan(address[0]?.limit ?? 0)
  })

  it('every policy counts IP addresses; those that send email also have a global limit and one per pair (RL-7)', () => {
    // `email` counts emails, not requests (lib/mail/outbox.ts).
    for (const name of THROTTLE_POLICIES) if (name !== 'email') expect(effectivePolicy(name, {})?.limits.address, name).toBeDefined()
    for (const name of ['signup', 'resend', 'reset'] as const) {
      expect(Object.keys(effectivePolicy(name, {})?.limits ?? {}), name).toEqual(['address', 'pair', 'global'])
    }
    expect(Object.keys(effectivePolicy('change', {})?.limits ?? {})).toEqual(['address', 'account', 'global'])
    expect(effectivePolicy('reset', {})?.limits.pair).toEqual([{ limit: 5, window: 3600 }])
  })
})

describe('THROTTLE_RATES', () => {
  const rate = { limit: 4, window: 60 }

  it('sets a policy’s limits to one rate, the wide ones to a multiple of it', () => {
    expect(effectivePolicy('login', { login: rate })?.limits).toEqual({
      device: [rate],
      pair: [rate],
      address: [{ limit: 20, window: 60 }],
      account: [{ limit: 20, window: 60 }],
      pace: [{ limit: 80, window: 60 }],
    })
  })

  it('* is for all that are not named, none switches off', () => {
    const overrides = { signup: null, login: rate, '*': { limit: 9, window: 1 } }
    expect(effectivePolicy('signup', overrides)).toBeNull()
    expect(effectivePolicy('login', overrides)?.limits.pair).toEqual([rate])
    expect(effectivePolicy('refresh', overrides)?.limits.address).toEqual([{ limit: 9, window: 1 }])
    expect(effectivePolicy('refresh', { '*': null })).toBeNull()
  })
})

describe('addresses are counted by customer', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ])('%s', (address, prefix) => {
    expect(ipPrefix(address)).toBe(prefix)
  })

  it('unknown ones are counted together, never not at all (RL-3)', () => {
    expect(ipPrefix(null)).toBe('unknown')
  })
})
