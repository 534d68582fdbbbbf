/** The lists of common passwords: Django's, and what @zxcvbn-ts/language-common has besides. */
import { dictionary } from '@zxcvbn-ts/language-common'
import { strip } from '../fields/text.ts'
import { settings } from '../settings.ts'
import djangoList from './django-common-passwords.json' with { type: 'json' }

/** The most common ones of the package's 49,000. */
const LENGTH = 25_000

let list: Set<string> | undefined

/**
 * Whether a password is a common one, without regard to case and outer blanks (Django's CommonPasswordValidator), or the
 * application's own name with digits or signs behind it (ASVS 6.2.11).
 */
export function isCommonPassword(password: string): boolean {
  // The list of Django's CommonPasswordValidator (BSD licence), by Royce Williams: what Django refuses is refused here.
  list ??= new Set([...djangoList.split('\n'), ...(dictionary['passwords-common'] as string[]).slice(0, LENGTH)])
  const lower = strip(password.toLowerCase())
  const applicationName = settings().APP_NAME.toLowerCase().replace(/\P{L}/gu, '')
  return list.has(lower) || (applicationName !== '' && lower.replace(/^\P{L}+|\P{L}+$/gu, '') === applicationName)
}
