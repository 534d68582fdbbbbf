/** Keeps the log to lines of JSON: what the framework, and the runtime, print by themselves become entries of it. */
import { truncate } from '../fields/text.ts'
import { log } from '../log.ts'

/** An entry as lib/log.ts writes it. */
const ENTRY = /^\{"level":"[a-z]+",[^\n]*\}\n$/

/** Colours and other commands for terminals. */
const ESCAPES = /\x1b\[[\d;]*[A-Za-z]/g

/** As much of a message as is kept, in code points. */
const MAX_LENGTH = 300
const MAX_FRAMES = 8

interface Stream {
  write: (...args: never[]) => boolean
}

/**
 * Makes an entry `output` of whatever else is written to these streams: its first line without the query of any address, and the
 * places of a stack. What follows is left out, because errors quote what clients sent.
 * @param record takes an entry: its level, and what it says
 */
export function writeAsJson(
  streams: { stream: Stream; level: 'info' | 'error' }[],
  record = (level: 'info' | 'error', entry: { text: string; at?: string[] }) => log()[level](entry, 'output'),
): void {
  for (const { stream, level } of streams) {
    const write = stream.write as (...args: unknown[]) => boolean
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
      if (ENTRY.test(text)) return Reflect.apply(write, stream, [chunk, ...rest])
      const entry = describeOutput(text)
      if (entry) record(level, entry)
      const done = rest.at(-1)
      if (typeof done === 'function') queueMicrotask(done as () => void)
      return true
    }) as Stream['write']
  }
}

/** @returns null for blank lines */
function describeOutput(text: string): { text: string; at?: string[] } | null {
  const lines = text
    .replace(ESCAPES, '')
    .split('\n')
    .map((line) => line.trim())
  const first = lines.find((line) => line !== '')
  if (first === undefined) return null
  const at = lines.filter((line) => line.startsWith('at ')).slice(0, MAX_FRAMES)
  const said = truncate(first.replace(/\?\S*/g, '?…'), MAX_LENGTH)
  return at.length > 0 ? { text: said, at } : { text: said }
}
