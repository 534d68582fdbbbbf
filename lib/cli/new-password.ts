/** New passwords for the commands: asked for twice, as Django's do, or from the environment. */
import { passwordsMatch } from '../fields/credentials.ts'
import { strip } from '../fields/text.ts'
import { message } from '../http/messages.ts'
import { type PersonalAttributes, passwordProblems } from '../passwords/policy.ts'
import type { Prompt } from './prompt.ts'
import { CommandError, type Terminal, warn } from './terminal.ts'

/** One try. @returns null with the reason printed when the two differ, are blank or break the rules */
export async function askNewPassword(
  prompt: Prompt,
  personal: PersonalAttributes,
  terminal: Terminal,
  mayBypass: boolean,
): Promise<string | null> {
  const refuse = (reason: string): null => {
    warn(terminal, reason)
    return null
  }
  const password = await prompt.askSecret('Password: ')
  const again = await prompt.askSecret('Password (again): ')
  if (!passwordsMatch({ password, confirm_password: again })) return refuse("Error: Your passwords didn't match.")
  if (strip(password) === '') return refuse("Error: Blank passwords aren't allowed.")
  const problems = await passwordProblems(password, personal)
  if (problems.length === 0) return password
  for (const problem of problems) refuse(message(problem))
  const tooLong = problems.some((problem) => problem.startsWith('max_length'))
  if (!mayBypass || tooLong) return null
  const answer = await prompt.ask('Bypass password validation and create user anyway? [y/N]: ')
  return answer.trim().toLowerCase() === 'y' ? password : null
}

/**
 * The password of a variable, without its last line break.
 * @throws CommandError naming the variable, or what the password lacks
 */
export async function givenPassword(variable: string, value: string | undefined, personal: PersonalAttributes): Promise<string> {
  // What writes secrets into files ends them with a line break.
  const password = value?.replace(/\r?\n$/, '')
  if (!password) throw new CommandError(`You must set ${variable} with --no-input.`, 2)
  if (/\p{Cc}/u.test(password)) throw new CommandError(`${variable} has control characters, which no sign-in form can send.`)
  const problems = await passwordProblems(password, personal)
  if (problems.length > 0) throw new CommandError(problems.map(message).join(' '))
  return password
}
