import { database, type User } from '../db/client.ts'
import { phoneProblem, spellingsOf } from './phone.ts'

/**
 * Whether a phone number is another account's.
 * @param read as a number, in whatever spelling; otherwise as the text that it is (Django REST framework's UniqueValidator)
 * @param ownId the account that may have it
 */
export async function isPhoneTaken(phone: string, read: boolean, ownId = 0): Promise<boolean> {
  const among = read ? spellingsOf(phone) : [phone]
  return (await database().user.count({ where: { phone: { in: among }, id: { not: ownId } } })) > 0
}

/**
 * The error of a phone number that is entered for an account; null for none.
 * @param ownPage whether one of our own pages asks for it: there it must be a number, and another's in no spelling
 * @param own the account itself, where there is one: what it has it may keep, whatever that is
 */
export async function phoneFault(phone: string, ownPage: boolean, own: Pick<User, 'id' | 'phone'> | null = null) {
  if (phone === own?.phone) return null
  const problem = ownPage ? phoneProblem(phone) : null
  return problem ?? ((await isPhoneTaken(phone, ownPage, own?.id)) ? 'unique:phone' : null)
}
