/** `changepassword EMAIL`: Django's, which also ends the account's sessions. */
import { database } from '../db/client.ts'
import { canonicalEmail } from '../fields/email.ts'
import { makePassword } from '../passwords/hash.ts'
import { endAllSessions } from '../sessions/session.ts'
import { findUserByEmail } from '../users/find-user.ts'
import { CommandError } from './errors.ts'
import { askNewPassword } from './new-password.ts'
import { openPrompt } from './prompt.ts'

const MAX_TRIES = 3

export async function changePassword(address: string): Promise<void> {
  const email = canonicalEmail(address)
  const user = email === null ? null : await findUserByEmail(email)
  if (!user) throw new CommandError(`user "${address}" does not exist`)
  process.stderr.write(`Changing password for user '${user.email}'\n`)
  const prompt = openPrompt()
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const password = await askNewPassword(prompt, { email: user.email, name: user.name, phone: user.phone }, false)
      if (password === null) continue
      const passwordHash = await makePassword(password)
      await database().$transaction(async (tx) => {
        await tx.user.update({ where: { id: user.id }, data: { password: passwordHash } })
        await endAllSessions(tx, user.id, 'password_change', new Date())
      })
      process.stdout.write(`Password changed successfully for user '${user.email}'\n`)
      return
    }
  } finally {
    prompt.close()
  }
  throw new CommandError(`Aborting password change for user '${user.email}' after ${MAX_TRIES} attempts`)
}
