/** Lines of requests in this process that wait for others under way. */

/** How long until a counter is asked again, in milliseconds: what other processes settle is not told here. */
const POLL = 100

/** Most that wait for one counter: more would not have their turn in time. */
const LONGEST_LINE = 100

interface Line {
  length: number
  /** Done when the last one in it is. */
  last: Promise<unknown>
}

const lines = new Map<string, Line>()
const sleepers = new Map<string, Set<() => void>>()

export const hasLine = (key: string): boolean => lines.has(key)

/**
 * Does something when all who came before are done.
 * @returns null where the line is too long
 */
export async function inLine<Result>(key: string, work: () => Promise<Result>): Promise<Result | null> {
  const line = lines.get(key) ?? { length: 0, last: Promise.resolve() }
  if (line.length >= LONGEST_LINE) return null
  lines.set(key, line)
  line.length++
  const mine = line.last.then(work, work)
  line.last = mine.catch(() => {})
  try {
    return await mine
  } finally {
    line.length--
    if (line.length === 0) lines.delete(key)
  }
}

/** Waits until this process settles something of a counter, or another one may have. */
export function untilSettled(key: string): Promise<void> {
  return new Promise((resolve) => {
    const asleep = sleepers.get(key) ?? new Set()
    sleepers.set(key, asleep)
    const rise = () => {
      clearTimeout(timer)
      asleep.delete(rise)
      if (asleep.size === 0) sleepers.delete(key)
      resolve()
    }
    const timer = setTimeout(rise, POLL)
    asleep.add(rise)
  })
}

/** Says that something of a counter was settled. */
export function wake(key: string): void {
  for (const rise of sleepers.get(key) ?? []) rise()
}
