/** A stored hash that a hasher has read: its cost is within bounds, so checking it is safe. */
export interface StoredHash {
  /** Django's name of the algorithm, the part before the first `$`. */
  algorithm: string
  /** Whether the password is the one the hash was made of. Throws 503 when the hashing pool is full. */
  matches(password: string): Promise<boolean>
}

/**
 * Reads what Django stored behind `algorithm$`.
 * @returns null when malformed, or when its cost parameters are beyond what this server is willing to spend
 */
export type HashReader = (rest: string) => Omit<StoredHash, 'algorithm'> | null
