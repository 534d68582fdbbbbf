/** Django's UserAttributeSimilarityValidator. */

/** From this ratio on a password counts as too similar. */
const MAX_SIMILARITY = 0.7

/**
 * The first attribute that the password is too similar to, by its name; null when there is none. Each value is compared
 * whole and in its parts between non-word characters, without regard to case.
 */
export function tooSimilarAttribute(password: string, attributes: Record<string, string>): string | null {
  const given = [...password.toLowerCase()]
  for (const [name, value] of Object.entries(attributes)) {
    if (value === '') continue
    const lower = value.toLowerCase()
    const parts = [...lower.split(/[^\p{L}\p{N}_]+/u), lower].map((part) => [...part])
    if (parts.some((part) => !isFarShorter(part, given) && quickRatio(given, part) >= MAX_SIMILARITY)) return name
  }
  return null
}

/** Spares the comparison with values so much shorter that they cannot be similar (CVE-2021-45115). */
const isFarShorter = (value: string[], password: string[]) =>
  password.length >= 10 * value.length && value.length < (MAX_SIMILARITY / 2) * password.length

/** difflib.SequenceMatcher.quick_ratio(): shared characters, counted, of both lengths. */
function quickRatio(a: string[], b: string[]): number {
  if (a.length + b.length === 0) return 1
  const available = new Map<string, number>()
  for (const character of b) available.set(character, (available.get(character) ?? 0) + 1)
  let shared = 0
  for (const character of a) {
    const left = available.get(character) ?? 0
    if (left > 0) {
      shared++
      available.set(character, left - 1)
    }
  }
  return (2 * shared) / (a.length + b.length)
}
