/**
 * Where pages far into a list begin. A database counts its way to such a page row by row; whoever leafs on from there goes on
 * after the row that was shown last, which is as quick as the first page, and shows no row twice and leaves none out because
 * others were added or deleted before it.
 */
import type { Place } from './list-order.ts'

/** Rows before a page from which on its beginning is remembered. */
export const FAR = 10_000

/** How long a beginning counts, in milliseconds: meanwhile a page's number may be wrong by what was added before it. */
const FRESH = 30_000
const MOST = 1000

/** The place of the row before the page, by list and by how many rows come before. */
const beginnings = new Map<string, { place: Place; until: number }>()

/** @param list a table and its order @param now milliseconds since 1970 */
export function rememberBeginning(list: string, skipped: number, place: Place, now = Date.now()): void {
  const page = `${list} ${skipped}`
  beginnings.delete(page)
  beginnings.set(page, { place, until: now + FRESH })
  const [oldest] = beginnings.keys()
  if (beginnings.size > MOST && oldest !== undefined) beginnings.delete(oldest)
}

/** The place after which a page begins; null where nobody was there lately. */
export function beginningOf(list: string, skipped: number, now = Date.now()): Place | null {
  const known = beginnings.get(`${list} ${skipped}`)
  return known !== undefined && now < known.until ? known.place : null
}
