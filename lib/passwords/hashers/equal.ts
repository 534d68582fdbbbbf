import { timingSafeEqual } from 'node:crypto'

/** Compares two byte strings given as base64, in constant time. */
export function equalBytes(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')]
  return a.length === b.length && timingSafeEqual(a, b)
}
