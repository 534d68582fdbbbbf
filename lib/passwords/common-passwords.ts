/** The list of common passwords, from @zxcvbn-ts/language-common. */
import { dictionary } from '@zxcvbn-ts/language-common'
import { strip } from '../fields/text.ts'
import { settings } from '../settings.ts'

/** The most common ones of the package's 49,000: about as many as Django's own list has, so that both accept alike. */
const LENGTH = 25_000

let list: Set<string> | undefined

/**
 * Whether a password is a common one, without regard to case and outer blanks (Django's CommonPasswordValidator), or the
 * application's own name with digits or signs behind it (ASVS 6.2.11).
 */
export function isCommonPassword(password: string): boolean {
  list ??= new Set((dictionary['passwords-common'] as string[]).slice(0, LENGTH))
  const lower = strip(password.toLowerCase())
  const applicationName = settings().APP_NAME.toLowerCase().replace(/\P{L}/gu, '')
  return list.has(lower) || (applicationName !== '' && lower.replace(/^\P{L}+|\P{L}+$/gu, '') === applicationName)
}
