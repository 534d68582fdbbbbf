/** Reports faults of the server in the log, with nothing in them that a client sent. */
import { log } from '../log.ts'

/** Messages of database drivers and parsers may quote values, so a fault is told by its kind and its place alone. */
export function reportFault(requestId: string, method: string, path: string, error: unknown): void {
  const { name, code, stack } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { name: typeof error, code: undefined, stack: '' }
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  log().error({ requestId, method, path, error: name, code, at: frames.slice(0, 8).map((frame) => frame.trim()) }, 'fault')
}
