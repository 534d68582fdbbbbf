/** Accounts of staff for tests, each its own. */
import { createHash } from 'node:crypto'
import type { Sql } from '../../db/testing/databases.ts'
import { type Account, bearer, signUp, unique } from './accounts.ts'
import type { Call } from './send.ts'

/** An account that staff permissions are given to. @param permissions code names, like `view_user` */
export async function staff(call: Call, sql: Sql, permissions: string[] = [], more = ''): Promise<Account> {
  const account = await signUp(call, { name: `Staff ${unique()}` })
  await sql(`UPDATE accounts_user SET is_staff = TRUE ${more} WHERE id = ?`, [account.id])
  for (const codename of permissions) {
    await sql('INSERT INTO accounts_user_user_permissions (user_id, permission_id) SELECT ?, id FROM auth_permission WHERE codename = ?', [
      account.id,
      codename,
    ])
  }
  return account
}

export const superuser = (call: Call, sql: Sql) => staff(call, sql, [], ', is_superuser = TRUE')

/** A request's options with an account's token. */
export const as = (account: Account) => ({ headers: bearer(account.access) })

/** Makes the account's owner enter the password again before what a stolen session must not do. */
export const forgetProof = (sql: Sql, account: Pick<Account, 'id'>) =>
  sql('UPDATE accounts_session SET authenticated_at = NULL WHERE user_id = ?', [account.id])

const UNUSABLE = '!unusable'

/** Takes an account's password away, as one that was made at an identity provider has none; its sessions go on. */
export async function removePassword(sql: Sql, { id }: Pick<Account, 'id'>): Promise<void> {
  await sql('UPDATE accounts_user SET password = ? WHERE id = ?', [UNUSABLE, id])
  await sql('UPDATE accounts_session SET password_digest = ? WHERE user_id = ?', [createHash('sha256').update(UNUSABLE).digest('hex'), id])
}
