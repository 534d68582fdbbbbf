/** The ways in to an account: its password, its connected providers, its passkeys. One of them always stays. */
import { worksHere } from '../credentials/second-factors.ts'
import { type Database, database, type ExternalAccount, type Transaction, type User } from '../db/client.ts'
import { ApiError } from '../errors.ts'
import { isUsablePassword } from '../passwords/hash.ts'
import { readyProviders } from './identity-provider.ts'

/** Whether an account is still signed in to with this one. */
const isUsable = ({ issuer }: Pick<ExternalAccount, 'issuer'>) => readyProviders().some(({ client }) => client.issuer === issuer)

/** What is to be removed. */
interface Leaving {
  externalAccounts?: readonly number[]
  passkeys?: readonly number[]
}

/**
 * Whether an account can be signed in to without what is leaving. A passkey that does not verify its user is no way in: it stands
 * for one factor.
 */
export async function hasOtherWayIn(
  user: Pick<User, 'id' | 'password'>,
  { externalAccounts = [], passkeys = [] }: Leaving,
  db: Transaction | Database = database(),
): Promise<boolean> {
  if (isUsablePassword(user.password)) return true
  const linked = await db.externalAccount.findMany({ where: { userId: user.id, id: { notIn: [...externalAccounts] } } })
  if (linked.some(isUsable)) return true
  const others = { userId: user.id, id: { notIn: [...passkeys] }, uvInitialized: true, ...worksHere() }
  return (await db.passkey.count({ where: others })) > 0
}

/**
 * Keeps the last way in to an account from being removed.
 * @param tx a transaction that has locked the account (lockUser()): two removals at once see what the other has left
 * @throws ApiError 409 `last_sign_in_method`
 */
export async function requireOtherWayIn(tx: Transaction, user: Pick<User, 'id' | 'password'>, leaving: Leaving): Promise<void> {
  if (await hasOtherWayIn(user, leaving, tx)) return
  const detail = 'This is the only way to sign in to the account. Set a password first.'
  throw new ApiError(409, { detail, code: 'last_sign_in_method' })
}
