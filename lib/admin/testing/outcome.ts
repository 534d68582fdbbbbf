import { ApiError, ValidationFailed } from '../../errors.ts'

/** For tests: how something ended, 200 or the status of its refusal, or what was wrong with each field. */
export const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 200,
    (error: unknown) => (error instanceof ApiError ? error.status : error instanceof ValidationFailed ? error.errors : error),
  )
