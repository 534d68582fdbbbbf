/** Finds accounts by e-mail address. */
import { domainToUnicode } from 'node:url'
import { type Database, database, provider, type User } from '../db/client.ts'
import { canonicalEmail } from '../fields/credentials.ts'

/**
 * The account of an address: the one that spells it so, as Django finds it, and otherwise the one whose canonical form is
 * the same. Rows that Django wrote may be in capitals, or have an international domain or a form that new addresses may not
 * have: each is found by its own spelling at least, also beside another one of the same canonical form.
 */
export async function findUserByEmail(address: string, db: Database = database()): Promise<User | null> {
  const exact = await db.user.findUnique({ where: { email: address } })
  if (exact) return exact
  const canonical = canonicalEmail(address)
  if (canonical === null) return null
  const respelt = canonical === address ? null : await db.user.findUnique({ where: { email: canonical } })
  if (respelt) return respelt
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
