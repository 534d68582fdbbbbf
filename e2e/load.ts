/** People who keep using several servers at once: what a change underneath must not let them notice. */
import { type Account, openProtected, readPair, refreshWith } from '../lib/http/testing/accounts.ts'
import { me, sessionCookieOf } from '../lib/http/testing/cookies.ts'
import { type Answer, send } from '../lib/http/testing/send.ts'

export interface Visitor extends Pick<Account, 'access' | 'refresh'> {
  /** A browser session's Cookie header. */
  cookie: string
}

export interface Load {
  /** What was not answered with 200, in words. */
  failures: string[]
  /** How many requests were answered. */
  requests: number
  /** The kid of each visitor's newest access token. */
  kids: () => string[]
  /** Lets each finish its round. */
  stop: () => Promise<void>
}

/** Most rounds of one visitor, so that a test that forgets to stop ends all the same. */
const MAX_ROUNDS = 2000

export const kidOf = (token: string) =>
  String((JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid?: unknown }).kid)

/** Each visitor, one request after the other, at each server in turn: opens a page with each credential, and refreshes. */
export function startLoad(visitors: Visitor[], urls: string[]): Load {
  let stopped = false
  const load: Load = {
    failures: [],
    requests: 0,
    kids: () => visitors.map(({ access }) => kidOf(access)),
    stop: async () => {
      stopped = true
      await all
    },
  }
  const visit = async (visitor: Visitor, index: number) => {
    for (let round = 0; round < MAX_ROUNDS && !stopped; round++) {
      const url = urls[(round + index) % urls.length] as string
      const call = (path: string, options = {}) => send(url, path, options)
      const ask = async (what: string, request: Promise<Answer>) => {
        const answer = await request.catch((error: Error) => ({ status: 0, text: error.message, cookies: [] as string[] }) as Answer)
        load.requests++
        if (answer.status !== 200) load.failures.push(`${what}: ${answer.status} ${answer.text.slice(0, 200)}`)
        return answer
      }
      await ask('access token', openProtected(call, visitor.access))
      const renewed = sessionCookieOf(await ask('cookie', me(call, visitor.cookie)))
      if (renewed) visitor.cookie = `${renewed.name}=${renewed.value}`
      const refreshed = await ask('refresh', refreshWith(call, visitor.refresh))
      if (refreshed.status === 200) Object.assign(visitor, readPair(refreshed))
    }
  }
  const all = Promise.all(visitors.map(visit))
  return load
}
