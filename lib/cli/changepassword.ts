/** `changepassword EMAIL`: Django's, which also ends the account's sessions and tells its owner. */

import { replacePassword } from '../accounts/password-change/replace-password.ts'
import { commandSource, recordEvent } from '../audit/audit.ts'
import { database, lockUser } from '../db/client.ts'
import { makePassword } from '../passwords/hash.ts'
import { similarityAttributes } from '../passwords/policy.ts'
import { findUserByEmail } from '../users/user.ts'
import { askNewPassword, givenPassword } from './new-password.ts'
import { openPrompt } from './prompt.ts'
import { CommandError, processTerminal, say, warn } from './terminal.ts'

const MAX_TRIES = 3

/** @param given NEW_PASSWORD, used with --no-input only */
export async function changePassword(
  address: string,
  { input }: { input: boolean },
  given: string | undefined,
  terminal = processTerminal(),
): Promise<void> {
  const user = await findUserByEmail(address)
  if (!user) throw new CommandError(`user "${address}" does not exist`)
  warn(terminal, `Changing password for user '${user.email}'`)
  if (!input) {
    await setPassword(user.id, await makePassword(await givenPassword('NEW_PASSWORD', given, similarityAttributes(user))))
    say(terminal, `Password changed successfully for user '${user.email}'`)
    return
  }
  const prompt = openPrompt(terminal)
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const password = await askNewPassword(prompt, similarityAttributes(user), terminal, false)
      if (password === null) continue
      await setPassword(user.id, await makePassword(password))
      say(terminal, `Password changed successfully for user '${user.email}'`)
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
