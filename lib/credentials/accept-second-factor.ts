import type { Transaction } from '../db/client.ts'
import { acceptRecoveryCode } from './recovery-codes.ts'
import type { SecondFactorMethod } from './second-factors.ts'
import { acceptTotpCode } from './totp.ts'

/**
 * Uses a code up: of the authenticator app, or a recovery code.
 * @param tx a transaction, or the database where the code is to stay used whatever comes of it
 * @returns which of the two it was; null for neither, and for one that was used before or at the same time
 */
export async function acceptSecondFactor(tx: Transaction, userId: number, entered: string, now: Date): Promise<SecondFactorMethod | null> {
  const device = await tx.totpDevice.findUnique({ where: { userId } })
  if (!device?.confirmedAt) return null
  if (await acceptTotpCode(tx, device, entered, now)) return 'totp'
  return (await acceptRecoveryCode(tx, userId, entered, now)) ? 'recovery_code' : null
}
