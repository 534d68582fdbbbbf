import type { Transaction } from '../db/client.ts'
import { acceptRecoveryCode } from './recovery-codes.ts'
import type { SecondFactorMethod } from './second-factors.ts'
import { acceptTotpCode } from './totp.ts'

/** What uses a code up, and says which method it was of; null for none. */
export type AcceptCode = (tx: Transaction, userId: number, entered: string, now: Date) => Promise<SecondFactorMethod | null>

/**
 * Uses a code of the account's authenticator app up.
 * @param tx a transaction, or the database where the code is to stay used whatever comes of it
 * @returns null for what is none, and for one that was used before or at the same time
 */
export const acceptAppCode: AcceptCode = async (tx, userId, entered, now) => {
  const device = await tx.totpDevice.findUnique({ where: { userId } })
  return device?.confirmedAt && (await acceptTotpCode(tx, device, entered, now)) ? 'totp' : null
}

/** Uses a code of the app up, or a recovery code; otherwise as acceptAppCode(). */
export const acceptSecondFactor: AcceptCode = async (tx, userId, entered, now) =>
  (await acceptAppCode(tx, userId, entered, now)) ?? ((await acceptRecoveryCode(tx, userId, entered, now)) ? 'recovery_code' : null)
