/** Reports faults of the server in the log, with nothing in them that a client sent. */
import { errorFields, log } from '../log.ts'

export function logServerError(requestId: string, method: string, path: string, error: unknown): void {
  log().error({ requestId, method, path, ...errorFields(error) }, 'fault')
}
