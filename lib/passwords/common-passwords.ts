/** The list of common passwords: 49,000 of them, from @zxcvbn-ts/language-common. */
import { dictionary } from '@zxcvbn-ts/language-common'
import { strip } from '../fields/text.ts'
import { settings } from '../settings.ts'

let list: Set<string> | undefined

/**
 * Whether a password is a common one, without regard to case and outer blanks (Django's CommonPasswordValidator), or the
 * application's own name with digits or signs behind it (ASVS 6.2.11).
 */
export function isCommonPassword(password: string): boolean {
  list ??= new Set(dictionary['passwords-common'] as string[])
  const lower = strip(password.toLowerCase())
  const applicationName = settings().APP_NAME.toLowerCase().replace(/\P{L}/gu, '')
  return list.has(lower) || (applicationName !== '' && lower.replace(/^\P{L}+|\P{L}+$/gu, '') === applicationName)
}
