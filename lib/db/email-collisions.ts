/** Finds accounts of one email address in different spellings: capitals, or the two forms of an international domain. */
import { canonicalEmail } from '../fields/credentials.ts'
import type { SettingsProblem } from '../settings-problems.ts'
import type { Connection } from './migration-connection.ts'

interface Account {
  id: number
  email: string
}

/** How many addresses one query asks for. */
const BATCH = 500

const FOLDED = { sqlite: 'lower("email")', postgresql: 'lower("email" COLLATE "C")' }
const NOT_ASCII = {
  sqlite: 'length(CAST("email" AS BLOB)) <> length("email")',
  postgresql: 'octet_length("email") <> length("email")',
}

/**
 * One problem that lists every account concerned; none without collisions.
 * @param capitalsOnly only what the unique index on `lower(email)` refuses; the two forms of a domain may coexist
 */
export async function emailCollisions(
  rows: Connection['rows'],
  provider: 'sqlite' | 'postgresql',
  capitalsOnly: boolean,
): Promise<SettingsProblem[]> {
  const groups = await accountsByAddress(rows, provider, capitalsOnly)
  const shared = [...groups].filter(([, accounts]) => accounts.size > 1).sort(([a], [b]) => (a < b ? -1 : 1))
  if (shared.length === 0) return []
  const lines = shared.map(([address, accounts]) => {
    const list = [...accounts.values()].sort((a, b) => a.id - b.id).map(({ id, email }) => `account ${id} (${printable(email)})`)
    return `\n\t${printable(address)}: ${list.join(', ')}`
  })
  return [
    {
      id: 'database.E007',
      level: 'error',
      setting: 'accounts_user.email',
      message: `${shared.length === 1 ? 'One email address is' : `${shared.length} email addresses are`} spelt differently by several accounts:${lines.join('')}`,
      hint: 'Keep one account of each address: change the address of the others in Django, or delete them. This lists what is left: npm run manage -- check',
    },
  ]
}

async function accountsByAddress(
  rows: Connection['rows'],
  provider: 'sqlite' | 'postgresql',
  capitalsOnly: boolean,
): Promise<Map<string, Map<number, Account>>> {
  const folded = FOLDED[provider]
  const groups = new Map<string, Map<number, Account>>()
  const add = (address: string, account: Account) => {
    const accounts = groups.get(address) ?? new Map<number, Account>()
    groups.set(address, accounts.set(account.id, account))
  }
  const select = async (condition: string): Promise<Account[]> =>
    (await rows(`SELECT "id", "email" FROM "accounts_user" WHERE ${condition}`)).map(({ id, email }) => ({
      id: Number(id),
      email: String(email),
    }))
  // SQL's lower() folds ASCII alone, as the unique index does.
  const fold = (email: string) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  for (const account of await select(`${folded} IN (SELECT ${folded} FROM "accounts_user" GROUP BY 1 HAVING count(*) > 1)`)) {
    add(capitalsOnly ? fold(account.email) : (canonicalEmail(account.email) ?? fold(account.email)), account)
  }
  if (capitalsOnly) return groups
  const international = await select(NOT_ASCII[provider])
  for (const account of international) add(canonicalEmail(account.email) ?? fold(account.email), account)
  const addresses = [...new Set(international.flatMap(({ email }) => canonicalEmail(email) ?? []))]
  for (let start = 0; start < addresses.length; start += BATCH) {
    const list = addresses.slice(start, start + BATCH).map((address) => `'${address.replaceAll("'", "''")}'`)
    for (const account of await select(`${folded} IN (${list.join(', ')})`)) add(fold(account.email), account)
  }
  return groups
}

/** Quoted, with control characters escaped: terminals obey those. */
const printable = (text: string) =>
  JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
