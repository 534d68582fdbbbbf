/** Edits by two people at once: the second gets a conflict that says what the first changed (AF-8). */
import { createHash } from 'node:crypto'
import { type Database, database, type Transaction } from '../../db/client.ts'
import { ApiError } from '../../errors.ts'
import { MAX_INTEGER } from '../../fields/choice.ts'
import type { FieldValue } from '../../fields/text.ts'
import { type HistoryEntry, historyOf, type Model } from './history.ts'

/** The last log entry about an object; 0 where there is none. */
async function lastEntry({ appLabel, model }: Model, id: number, tx: Transaction | Database): Promise<number> {
  const where = { contentType: { appLabel, model }, objectId: String(id) }
  return (await tx.logEntry.findFirst({ where, orderBy: { id: 'desc' }, select: { id: true } }))?.id ?? 0
}

/**
 * Of what a form was filled with: a digest of its fields, and the last log entry by then, `digest.entry`.
 * @param state all that the form can change
 */
export async function versionOf(model: Model, id: number, state: unknown, tx: Transaction | Database = database()): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 16)
  return `${digest}.${await lastEntry(model, id, tx)}`
}

const digestOf = (version: string) => version.split('.')[0]

/** A version once a log entry about its object was written. */
export const versionAfter = (version: string, entry: number): string => `${digestOf(version)}.${entry}`

/** What was done to an object after a version of it was read, the newest first; nothing for what is no version. */
export async function changesSince(model: Model, id: number, version: string | undefined): Promise<HistoryEntry[]> {
  const [, entry = ''] = (version ?? '').split('.')
  if (!/^\d{1,16}$/.test(entry) || Number(entry) > MAX_INTEGER) return []
  return historyOf(model, id, { after: Number(entry) })
}

/**
 * @param given what the form, or the client, has read; undefined where it does not care
 * @throws ApiError 409 `changed_meanwhile` with the present version, and once the transaction is over who did what since
 */
export function requireUnchanged(given: FieldValue | undefined, present: string): void {
  if (typeof given !== 'string' || digestOf(given) === digestOf(present)) return
  throw new EditConflict(given, present)
}

class EditConflict extends ApiError {
  constructor(
    readonly given: string,
    readonly version: string,
  ) {
    super(409, {
      detail: 'Someone else has changed this since you read it. Read it again before you change it.',
      code: 'changed_meanwhile',
      version,
    })
  }
}

/** The conflict with what was done since, asked outside of the transaction that it ended; any other error itself. */
export async function describeConflict(error: unknown, model: Model, id: number): Promise<unknown> {
  if (!(error instanceof EditConflict)) return error
  const changes = (await changesSince(model, id, error.given)).map(({ at, actor, words, changes: made }) => ({
    at,
    by: actor?.email ?? null,
    words,
    changes: made,
  }))
  return new ApiError(409, { ...error.body, changes })
}
