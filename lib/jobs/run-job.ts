import type { Job, OnFailure } from './job.ts'

export interface JobOutcome {
  /** Rows that were handled. */
  handled: number
  /** Rows that could not be; each was reported. */
  failed: number
  /** Why the job could not go on, where it could not. */
  error?: unknown
}

/** Runs a job until nothing is due. It never throws: one job that fails holds up no other. */
export async function runJob({ run }: Job, now: () => Date, onFailure: OnFailure): Promise<JobOutcome> {
  const outcome: JobOutcome = { handled: 0, failed: 0 }
  const countFailure: OnFailure = (row, error) => {
    outcome.failed += 1
    onFailure(row, error)
  }
  try {
    for await (const handled of run({ now, onFailure: countFailure })) outcome.handled += handled
  } catch (error) {
    outcome.error = error
  }
  return outcome
}
