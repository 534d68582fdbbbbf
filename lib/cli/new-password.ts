/** Asks for a new password twice, as Django's commands do. */
import { passwordsMatch } from '../fields/new-password.ts'
import { strip } from '../fields/text.ts'
import { message } from '../http/messages.ts'
import { type PersonalAttributes, passwordProblems } from '../passwords/policy.ts'
import type { Prompt } from './prompt.ts'

/** One try. @returns null with the reason printed when the two differ, are blank or break the rules */
export async function askNewPassword(prompt: Prompt, personal: PersonalAttributes, mayBypass: boolean): Promise<string | null> {
  const password = await prompt.askSecret('Password: ')
  const again = await prompt.askSecret('Password (again): ')
  if (!passwordsMatch({ password, confirm_password: again })) return refuse("Error: Your passwords didn't match.")
  if (strip(password) === '') return refuse("Error: Blank passwords aren't allowed.")
  const problems = passwordProblems(password, personal)
  if (problems.length === 0) return password
  for (const problem of problems) refuse(message(problem))
  const tooLong = problems.some((problem) => problem.startsWith('max_length'))
  if (!mayBypass || tooLong) return null
  const answer = await prompt.ask('Bypass password validation and create user anyway? [y/N]: ')
  return answer.trim().toLowerCase() === 'y' ? password : null
}

function refuse(reason: string): null {
  process.stderr.write(`${reason}\n`)
  return null
}
