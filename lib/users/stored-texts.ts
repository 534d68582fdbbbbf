import type { User } from '../db/client.ts'

/** An account's texts, by the names that the API and its forms have for them. */
export const storedTexts = ({ email, name, phone, firstName, lastName, username }: User): Record<string, string> => ({
  email,
  name,
  phone,
  first_name: firstName,
  last_name: lastName,
  username,
})
