import type { AuditSource } from '../audit/audit.ts'
import type { LetterContent } from '../mail/letter.ts'
import { timeWords } from '../mail/letter.ts'
import { describeDevice } from './describe-device.ts'

/** When and from where something was asked for, as a letter tells its reader (what the client claims of itself, and its address). */
export const requestFacts = ({ now, clientAddress, userAgent }: AuditSource): NonNullable<LetterContent['facts']> => [
  ['Time', timeWords(now)],
  ['Address', clientAddress ?? 'Not known'],
  ['Device', describeDevice(userAgent)],
]
