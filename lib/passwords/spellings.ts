/** The spellings of one entered password that a stored hash may have been made of. */
import { strip } from '../fields/text.ts'

export interface Spelling {
  text: string
  /** Tried only on hashes that were not made here: Django REST framework trims what it is sent, we take what was entered. */
  foreignOnly: boolean
}

/**
 * As it was entered first, then in NFC (a keyboard of another system composes letters differently), then without outer
 * blanks. How many there are depends on the text alone, so the work of a failed login tells nothing of the account.
 */
export function spellingsOf(password: string): Spelling[] {
  const spellings: Spelling[] = [{ text: password, foreignOnly: false }]
  const add = (text: string, foreignOnly: boolean) => {
    if (text !== '' && spellings.every((known) => known.text !== text)) spellings.push({ text, foreignOnly })
  }
  add(password.normalize('NFC'), false)
  add(strip(password), true)
  return spellings
}
