import { idsIn } from '../../fields/choice.ts'
import { type Choice, matching } from './choices.ts'

/** What a picker begins with. */
export interface PickerOptions {
  /** In the order of all of them. */
  chosen: Choice[]
  /** The first ones that are not chosen; where something was searched for, what was found, chosen or not. */
  offered: Choice[]
  /** How many there are besides, of the same kind. */
  more: number
  total: number
}

/** Choices written into the page before the rest is only counted. */
const MAX_OFFERED = 50
const MAX_FOUND = 200

/**
 * @param all in order
 * @param ids of those that are chosen; what is none, or none any more, is left out
 * @param search what was searched for without JavaScript
 */
export function pickerOptions(all: Choice[], ids: Iterable<number>, search: string): PickerOptions {
  const wanted = new Set(ids)
  const chosen = all.filter(({ id }) => wanted.has(id))
  const narrowed = search.trim() !== ''
  const candidates = narrowed ? matching(all, search) : all.filter(({ id }) => !wanted.has(id))
  const offered = candidates.slice(0, narrowed ? MAX_FOUND : MAX_OFFERED)
  const plain = ({ id, label, grantable }: Choice): Choice => ({ id, label, grantable })
  return { chosen: chosen.map(plain), offered: offered.map(plain), more: candidates.length - offered.length, total: all.length }
}

/** The ids that a form came back with; those that are stored where it did not. */
export const chosenIds = (typed: string | undefined, stored: readonly { id: number }[]): number[] =>
  typed === undefined ? stored.map(({ id }) => id) : idsIn(typed)
