/** The ways in to an account: its password, its connected providers, its passkeys. One of them always stays. */
import { worksHere } from '../credentials/second-factors.ts'
import type { ExternalAccount, Transaction, User } from '../db/client.ts'
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
 * Keeps the last way in to an account from being removed. A passkey that does not verify its user is none: it stands for one factor.
 * @param tx a transaction that has locked the account (lockUser()): two removals at once see what the other has left
 * @throws ApiError 409 `last_sign_in_method`
 */
export async function requireOtherWayIn(
  tx: Transaction,
  user: Pick<User, 'id' | 'password'>,
  { externalAccounts = [], passkeys = [] }: Leaving,
): Promise<void> {
  if (isUsablePassword(user.password)) return
  const linked = await tx.externalAccount.findMany({ where: { userId: user.id, id: { notIn: [...externalAccounts] } } })
  if (linked.some(isUsable)) return
  const others = { userId: user.id, id: { notIn: [...passkeys] }, uvInitialized: true, ...worksHere() }
  if ((await tx.passkey.count({ where: others })) > 0) return
  const detail = 'This is the only way to sign in to the account. Set a password first.'
  throw new ApiError(409, { detail, code: 'last_sign_in_method' })
}
