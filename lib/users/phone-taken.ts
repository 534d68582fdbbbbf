import { database } from '../db/client.ts'
import { spellingsOf } from './phone.ts'

/**
 * Whether a phone number is another account's.
 * @param read as a number, in whatever spelling; otherwise as the text that it is (Django REST framework's UniqueValidator)
 * @param ownId the account that may have it
 */
export async function isPhoneTaken(phone: string, read: boolean, ownId = 0): Promise<boolean> {
  const among = read ? spellingsOf(phone) : [phone]
  return (await database().user.count({ where: { phone: { in: among }, id: { not: ownId } } })) > 0
}
