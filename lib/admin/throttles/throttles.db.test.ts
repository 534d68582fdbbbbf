import { expect, it } from 'vitest'
import type { Result } from '../../http/endpoint.ts'
import { contextOf } from '../../http/testing/context.ts'
import { admit, settle } from '../../throttle/admit.ts'
import { effectivePolicy } from '../../throttle/policies.ts'
import { superuser } from '../testing/staff.ts'
import { releaseThrottle } from './endpoints.ts'
import { listThrottles, type ThrottleItem, throttlesResult } from './list-throttles.ts'

const START = Date.now()
const MINUTE = 60_000

/** A login from one network. */
const tryAt = async (email: string, now: Date) => {
  const policy = effectivePolicy('login')
  const outcome = policy && (await admit('login', policy, { pair: `${email}\x00192.0.2.7` }, now))
  if (outcome?.admitted) await settle(outcome.units, true)
  return outcome
}

/** Tries as often as the minute and the hour allow. @returns when */
async function exhaust(email: string): Promise<Date> {
  const times = [0, 1, 2].map((minute) => new Date(START + minute * (MINUTE + 1000)))
  for (const now of times) for (let n = 0; n < 10; n++) expect(await tryAt(email, now)).toMatchObject({ admitted: true })
  const last = times[2] as Date
  expect(await tryAt(email, last)).toMatchObject({ admitted: false })
  return last
}

const limitsOf = async (email: string, now: Date) =>
  (await listThrottles(`${email} 192.0.2.7`, now)).filter(({ scope }) => scope === 'pair')

it('a user who is let through again is let through by every window of the limit, and no one else is', async () => {
  const [email, other] = ['both@throttle.example', 'other@throttle.example']
  const [now, root] = [await exhaust(email), await superuser()]
  await exhaust(other)
  const limits = await limitsOf(email, now)
  expect(limits.map(({ window, throttled }) => [window, throttled]).toSorted()).toEqual([
    [3600, true],
    [60, true],
  ])
  const minute = limits.find(({ window }) => window === 60) as ThrottleItem
  await releaseThrottle({}, { ...contextOf(root, now), params: { id: minute.id } })
  expect(await tryAt(email, now)).toMatchObject({ admitted: true })
  expect(await tryAt(other, now)).toMatchObject({ admitted: false })
})

it('pages name those beside them in the body and as a Link', async () => {
  const email = 'pages@throttle.example'
  const [now, root] = [await exhaust(email), await superuser()]
  const page = (query: Record<string, number>): Promise<Result> =>
    throttlesResult({ ...contextOf(root, now), query: { search: `${email} 192.0.2.7`, page_size: 1, ...query } })
  const first = await page({})
  const { next } = first.body as { next: string }
  expect(first.headers).toEqual({ Link: `<${next}>; rel="next"` })
  expect((await page({ page: 2 })).headers?.Link).toContain('rel="prev"')
  expect((await page({ page_size: 100 })).headers).toEqual({})
})
