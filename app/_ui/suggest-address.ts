/** Finds the slip of the finger in an address whose domain is almost one that many people have. */

const DOMAINS = [
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'hotmail.co.uk',
  'outlook.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'yahoo.co.uk',
  'icloud.com',
  'me.com',
  'mail.com',
  'ymail.com',
  'aol.com',
  'proton.me',
  'protonmail.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'btinternet.com',
  'comcast.net',
]

/** Fewer emails than this and every domain is near every other. */
const SHORTEST = 7

/** Whether one insertion, deletion, replacement or swap of neighbours, or two of them in a longer word, separates two texts. */
function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, row) => [row, ...Array.from({ length: to.length }, () => 0)])
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0
  rows[0] = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const costs = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same]
      if (swapped) costs.push(at(row - 2, column - 2) + 1)
      ;(rows[row] as number[])[column] = Math.min(...costs)
    }
  }
  return at(from.length, to.length)
}

/** The address that was probably meant; null when the domain is known, or near none that is. */
export function suggestAddress(address: string): string | null {
  const at = address.lastIndexOf('@')
  const domain = address
    .slice(at + 1)
    .trim()
    .toLowerCase()
  if (at < 1 || domain.length < SHORTEST - 1 || DOMAINS.includes(domain)) return null
  const nearest = DOMAINS.filter((known) => known.length >= SHORTEST)
    .map((known) => ({ known, steps: distance(domain, known) }))
    .sort((one, other) => one.steps - other.steps)[0]
  if (!nearest || nearest.steps > (nearest.known.length > 8 ? 2 : 1)) return null
  return `${address.slice(0, at)}@${nearest.known}`
}
