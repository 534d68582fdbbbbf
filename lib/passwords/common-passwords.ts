/** The lists of common passwords: Django's, and the passwords and single words of @zxcvbn-ts/language-common. */
import { dictionary } from '@zxcvbn-ts/language-common'
import { strip } from '../fields/text.ts'
import { processValue } from '../process-state.ts'
import { settings } from '../settings.ts'
import djangoList from './django-common-passwords.json' with { type: 'json' }

interface CommonPasswords {
  /** Of Django's CommonPasswordValidator (BSD licence), by Royce Williams: what Django refuses is refused here. */
  django: Set<string>
  others: Set<string>
}
const known = processValue<CommonPasswords>('commonPasswords')

/** Every entry of the lists, in lower case; made at the first use. */
function commonPasswords(): CommonPasswords {
  known.current ??= {
    django: new Set(djangoList.split('\n')),
    others: new Set([...dictionary['passwords-common'], ...dictionary['diceware-common']]),
  }
  return known.current
}

/**
 * Whether a password is a common one, without regard to case (Django's CommonPasswordValidator), or the application's own name
 * with digits or signs behind it (ASVS 6.2.11). Outer blanks hide no entry of Django's list, as there; beside the other
 * entries they make another password (PW-4).
 */
export function isCommonPassword(password: string): boolean {
  const { django, others } = commonPasswords()
  const lower = password.toLowerCase()
  const bare = strip(lower)
  const applicationName = settings().APP_NAME.toLowerCase().replace(/\P{L}/gu, '')
  if (django.has(bare) || others.has(lower)) return true
  return applicationName !== '' && bare.replace(/^\P{L}+|\P{L}+$/gu, '') === applicationName
}
