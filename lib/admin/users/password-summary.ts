import { readHash } from '../../passwords/hash.ts'

export interface PasswordSummary {
  /** Whether any password may match. */
  usable: boolean
  /** Django's summary in one line: "algorithm: bcrypt_sha256  work factor: 12  …". */
  text: string
  parts: { label: string; value: string }[]
}

/** Characters shown of salt and hash (Django's mask_hash); enough to see whether two are the same, too little to try passwords on. */
const SHOWN = { salt: 2, hash: 3 }

const mask = (value: string, shown: number) => `${value.slice(0, shown)}***`

/** What may be said of a stored hash: algorithm and cost, and the first characters of salt and hash. */
export function passwordSummary(encoded: string): PasswordSummary {
  const parts = readHash(encoded) ? partsOf(encoded) : null
  if (parts === null) {
    const text = encoded.startsWith('!') || encoded === '' ? 'No password set.' : 'Invalid password format or unknown hashing algorithm.'
    return { usable: false, text, parts: [] }
  }
  return { usable: true, text: parts.map(({ label, value }) => `${label}: ${value}`).join(' '), parts }
}

function partsOf(encoded: string): PasswordSummary['parts'] {
  const [algorithm = '', ...rest] = encoded.split('$')
  const labelled = (...pairs: [string, string | undefined][]) =>
    [['algorithm', algorithm] as [string, string], ...pairs].map(([label, value]) => ({ label, value: value ?? '' }))
  const hidden = (salt: string | undefined, hash: string | undefined): [string, string][] => [
    ['salt', mask(salt ?? '', SHOWN.salt)],
    ['hash', mask(hash ?? '', SHOWN.hash)],
  ]
  if (algorithm.startsWith('bcrypt')) {
    // bcrypt_sha256$$2b$12$ and then 22 characters of salt and 31 of hash.
    const data = rest.at(-1) ?? ''
    return labelled(['work factor', rest.at(-2)], ...hidden(data.slice(0, 22), data.slice(22)))
  }
  if (algorithm.startsWith('pbkdf2')) return labelled(['iterations', rest[0]], ...hidden(rest[1], rest[2]))
  if (algorithm === 'argon2') return labelled(['variety', rest[0]], ['cost', rest[2]], ...hidden(rest[3], rest[4]))
  if (algorithm === 'scrypt') return labelled(['work factor', rest[0]], ...hidden(rest[1], rest.at(-1)))
  return encoded.includes('$')
    ? labelled(...hidden(rest[0], rest[1]))
    : [
        { label: 'algorithm', value: 'md5' },
        { label: 'hash', value: mask(encoded, SHOWN.hash) },
      ]
}
