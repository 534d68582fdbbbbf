/** Staff for tests of the admin area. */
import { type Account, bearer, signUp, unique } from './accounts.ts'
import type { Answer, SendOptions } from './http.ts'
import type { TestServer } from './server.ts'

type Call = (path: string, options?: SendOptions) => Promise<Answer>
type Sql = TestServer['sql']

/** An account that staff rights are given to. @param permissions by their codenames */
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

export const as = (account: Account) => ({ headers: bearer(account.access) })
