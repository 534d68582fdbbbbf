/** For tests: a session that nothing but itself tells of, as a sign-up begins one. */
import type { Transaction, User } from '../../db/client.ts'
import { type CompletedLogin, completeSignUp, type LoginContext } from '../complete-login.ts'

export async function signIn(tx: Transaction, user: User, context: LoginContext): Promise<CompletedLogin> {
  const login = await completeSignUp(tx, user, context)
  if (login.status === 'pending') throw new Error('The login is pending')
  return login
}
