import { readHash } from '../../../passwords/hashers.ts'

export interface PasswordSummary {
  /** Whether any password may match. */
  usable: boolean
  /** Django's summary in one line: "algorithm: bcrypt_sha256  work factor: 12  …". */
  text: string
  parts: { label: string; value: string }[]
}

/** Characters shown of salt and hash, as Django's mask_hash() has it: enough to see whether two are the same. */
const SHOWN = 6
/** Of the short salts of its oldest hashes. */
const SHOWN_OF_SHORT = 2

const mask = (value = '', shown = SHOWN) => value.slice(0, shown) + '*'.repeat(Math.max(value.length - shown, 0))

/** What may be said of a stored hash: algorithm and cost, and the first characters of salt and hash. */
export function passwordSummary(encoded: string): PasswordSummary {
  const parts = readHash(encoded) ? partsOf(encoded) : null
  if (parts === null) {
    const text = encoded.startsWith('!') || encoded === '' ? 'No password set.' : 'Invalid password format or unknown hashing algorithm.'
    return { usable: false, text, parts: [] }
  }
  return { usable: true, text: parts.map(({ label, value }) => `${label}: ${value}`).join(' '), parts }
}

/** What Django's hashers call the parts of their hashes (safe_summary). */
function partsOf(encoded: string): PasswordSummary['parts'] {
  const [algorithm = '', ...rest] = encoded.split('$')
  const labelled = (...pairs: [label: string, value: string | undefined][]) =>
    pairs.map(([label, value]) => ({ label, value: value ?? '' }))
  const named: [string, string] = ['algorithm', algorithm]
  const hidden = (salt: string | undefined, hash: string | undefined, hashLabel = 'hash'): [string, string][] => [
    ['salt', mask(salt)],
    [hashLabel, mask(hash)],
  ]
  if (algorithm.startsWith('bcrypt')) {
    // bcrypt_sha256$$2b$12$ and then 22 characters of salt and 31 of hash.
    const data = rest.at(-1) ?? ''
    return labelled(named, ['work factor', rest.at(-2)], ...hidden(data.slice(0, 22), data.slice(22), 'checksum'))
  }
  if (algorithm.startsWith('pbkdf2')) return labelled(named, ['iterations', rest[0]], ...hidden(rest[1], rest[2]))
  if (algorithm === 'argon2') return labelled(named, ...argon2Costs(rest), ...hidden(rest.at(-2), rest.at(-1)))
  if (algorithm === 'scrypt') {
    const [factor, salt, blocks, threads, hash] = rest
    return labelled(named, ['work factor', factor], ['block size', blocks], ['parallelism', threads], ...hidden(salt, hash))
  }
  if (!encoded.includes('$')) return labelled(['algorithm', 'md5'], ['hash', mask(encoded)])
  return labelled(named, ['salt', mask(rest[0], SHOWN_OF_SHORT)], ['hash', mask(rest[1])])
}

/** `argon2id$v=19$m=102400,t=2,p=8$…` */
function argon2Costs([variety, version = '', costs = '']: string[]): [label: string, value: string | undefined][] {
  const [memory, time, threads] = costs.split(',').map((cost) => cost.slice(2))
  return [
    ['variety', variety],
    ['version', version.slice(2)],
    ['memory cost', memory],
    ['time cost', time],
    ['parallelism', threads],
  ]
}
