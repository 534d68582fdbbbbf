import type { User } from '../db/client.ts'
import type { PersonalAttributes } from '../passwords/policy.ts'

/** An account's own words, which its password must not resemble, by the names that the messages call them. */
export function similarityAttributes({ email, username, name, firstName, lastName, phone }: User): PersonalAttributes {
  const words = { email, name, phone, username, first_name: firstName, last_name: lastName }
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== ''))
}
