/** What a change made of each field, from old to new: kept in the audit log beside Django's log entry, which names fields alone. */

/** A text or a flag; of what is many, what came and what went, by its name. Never a secret. */
export type FieldChange = { from: string | boolean; to: string | boolean } | { added: string[]; removed: string[] }

/** By the field's name, as the API has it. */
export type FieldChanges = Record<string, FieldChange>

/** Between two sets of named things; null where they are the same. */
export function setChange<Thing extends { id: number }>(
  before: readonly Thing[],
  after: readonly Thing[],
  nameOf: (thing: Thing) => string,
): FieldChange | null {
  const without = (these: readonly Thing[], those: readonly Thing[]) => {
    const ids = new Set(those.map(({ id }) => id))
    return these.filter(({ id }) => !ids.has(id)).map(nameOf)
  }
  const [added, removed] = [without(after, before), without(before, after)]
  return added.length + removed.length === 0 ? null : { added, removed }
}

/** Between two values; null where they are the same. */
export const valueChange = (from: string | boolean, to: string | boolean): FieldChange | null => (from === to ? null : { from, to })
