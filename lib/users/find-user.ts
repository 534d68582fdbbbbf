/** Finds accounts by e-mail address. */
import { domainToUnicode } from 'node:url'
import { type Database, database, provider, type User } from '../db/client.ts'
import { canonicalEmail } from '../fields/email.ts'

/**
 * The account of an address in canonical form. Rows that the original wrote may spell it in capitals or with an
 * international domain; they are found too, by the index over the lower-cased column.
 */
export async function findUserByEmail(canonical: string, db: Database = database()): Promise<User | null> {
  const exact = await db.user.findUnique({ where: { email: canonical } })
  if (exact) return exact
  const at = canonical.lastIndexOf('@')
  const unicode = `${canonical.slice(0, at)}@${domainToUnicode(canonical.slice(at + 1))}`
  // lower() of the C collation, like SQLite's, folds ASCII only: no look-alike becomes another's address (CVE-2019-19844).
  const rows =
    provider() === 'sqlite'
      ? await db.$queryRaw<{ id: unknown }[]>`SELECT id FROM accounts_user WHERE lower(email) IN (${canonical}, ${unicode})`
      : await db.$queryRaw<{ id: unknown }[]>`SELECT id FROM accounts_user WHERE lower(email COLLATE "C") IN (${canonical}, ${unicode})`
  for (const { id } of rows) {
    const user = await db.user.findUnique({ where: { id: Number(id) } })
    if (user && canonicalEmail(user.email) === canonical) return user
  }
  return null
}
