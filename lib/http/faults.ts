/** Reports faults of the server: one line of JSON on standard error, with nothing in it that a client sent. */

/** Messages of database drivers and parsers may quote values, so a fault is told by its kind and its place alone. */
export function reportFault(requestId: string, method: string, path: string, error: unknown): void {
  const { name, code, stack } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { name: typeof error, code: undefined, stack: '' }
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const line = {
    level: 'error',
    time: new Date().toISOString(),
    event: 'fault',
    requestId,
    method,
    path,
    error: name,
    code,
    at: frames.slice(0, 8).map((frame) => frame.trim()),
  }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
