/** `changepassword EMAIL`: Django's, which also ends the account's sessions and tells its owner. */

import { replacePassword } from '../accounts/password-change/replace-password.ts'
import { commandSource, recordEvent } from '../audit/audit.ts'
import { database } from '../db/client.ts'
import { lockUser } from '../db/lock-user.ts'
import { makePassword } from '../passwords/hash.ts'
import { findUserByEmail } from '../users/find-user.ts'
import { similarityAttributes } from '../users/similarity-attributes.ts'
import { CommandError } from './errors.ts'
import { askNewPassword, givenPassword } from './new-password.ts'
import { openPrompt } from './prompt.ts'

const MAX_TRIES = 3

/** @param given NEW_PASSWORD, used with --no-input only */
export async function changePassword(address: string, { input }: { input: boolean }, given: string | undefined): Promise<void> {
  const user = await findUserByEmail(address)
  if (!user) throw new CommandError(`user "${address}" does not exist`)
  process.stderr.write(`Changing password for user '${user.email}'\n`)
  if (!input) {
    await setPassword(user.id, await makePassword(givenPassword('NEW_PASSWORD', given, similarityAttributes(user))))
    process.stdout.write(`Password changed successfully for user '${user.email}'\n`)
    return
  }
  const prompt = openPrompt()
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const password = await askNewPassword(prompt, similarityAttributes(user), false)
      if (password === null) continue
      await setPassword(user.id, await makePassword(password))
      process.stdout.write(`Password changed successfully for user '${user.email}'\n`)
      return
    }
  } finally {
    prompt.close()
  }
  throw new CommandError(`Aborting password change for user '${user.email}' after ${MAX_TRIES} attempts`)
}

async function setPassword(userId: number, passwordHash: string): Promise<void> {
  const source = commandSource('changepassword', new Date())
  await database().$transaction(async (tx) => {
    // Whatever the password is by now: this is the administrator's word.
    const user = await lockUser(tx, userId)
    if (!user) throw new CommandError('the user does not exist any more')
    const sessionsEnded = await replacePassword(tx, user, passwordHash, { reason: 'password_change' }, source)
    await recordEvent(tx, 'password_changed', { actorId: null, subjectId: userId, detail: { sessionsEnded, by: 'command' } }, source)
  })
}
