/** What an account has besides its password, and whether it must have something. */
import { type Database, database, type TotpDevice, type Transaction, type User, type UserWhere } from '../db/client.ts'
import { settings } from '../settings.ts'

/** As API clients and the audit log name them. */
export type SecondFactorMethod = 'passkey' | 'totp' | 'recovery_code'

export interface SecondFactors {
  /** Confirmed or not. */
  device: TotpDevice | null
  recoveryCodes: { userId: number; sealed: string | null; createdAt: Date; usedAt: Date | null }[]
}

export async function secondFactorsOf(userId: number, db: Transaction | Database = database()): Promise<SecondFactors> {
  const device = await db.totpDevice.findUnique({ where: { userId } })
  const recoveryCodes = await db.recoveryCode.findMany({
    where: { userId },
    orderBy: { id: 'asc' },
    select: { userId: true, sealed: true, createdAt: true, usedAt: true },
  })
  return { device, recoveryCodes }
}

/** How many recovery codes have not been used. */
export const codesLeft = ({ recoveryCodes }: Pick<SecondFactors, 'recoveryCodes'>): number =>
  recoveryCodes.filter(({ usedAt }) => usedAt === null).length

/** Of passkeys: those that work on this site. */
export const worksHere = () => ({ rpId: settings().PASSKEY_RP_ID ?? '' })

/** Whether a login of the account asks for a second factor: an authenticator app does, passkeys alone do not. */
export const hasSecondFactor = async (userId: number, db: Transaction | Database = database()): Promise<boolean> =>
  (await db.totpDevice.count({ where: { userId, confirmedAt: { not: null } } })) > 0

/** All of them, also those that work on another site. */
export const countPasskeys = (userId: number): Promise<number> => database().passkey.count({ where: { userId } })

/** By what a login of the account that asks for a second factor can be finished; none where it has no second factor. */
export async function secondFactorMethods(userId: number, db: Transaction | Database = database()): Promise<SecondFactorMethod[]> {
  const passkeys = await db.passkey.count({ where: { userId, ...worksHere() } })
  const factors = await secondFactorsOf(userId, db)
  const codes: SecondFactorMethod[] = codesLeft(factors) > 0 ? ['totp', 'recovery_code'] : ['totp']
  return [...(passkeys > 0 ? (['passkey'] as const) : []), ...(factors.device?.confirmedAt ? codes : [])]
}

/** Removes the account's authenticator app and recovery codes. @returns whether there was one that counted */
export async function removeSecondFactors(tx: Transaction, userId: number): Promise<boolean> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  const { count } = await tx.totpDevice.deleteMany({ where: { userId, confirmedAt: { not: null } } })
  await tx.totpDevice.deleteMany({ where: { userId } })
  return count > 0
}

/** Whether MFA_REQUIRED obliges an account to have a second factor (ASVS 6.3.3). */
export function isSecondFactorRequired({ isStaff, isSuperuser }: Pick<User, 'isStaff' | 'isSuperuser'>): boolean {
  const { MFA_REQUIRED: whom } = settings()
  return whom === 'everyone' || (whom === 'staff' && (isStaff || isSuperuser)) || (whom === 'superusers' && isSuperuser)
}

/** The active accounts that a value of MFA_REQUIRED obliges to have one, and that have none yet. */
export function lackingSecondFactorWhere(whom: 'superusers' | 'staff' | 'everyone'): UserWhere {
  return {
    isActive: true,
    ...(whom === 'superusers' && { isSuperuser: true }),
    ...(whom === 'staff' && { OR: [{ isStaff: true }, { isSuperuser: true }] }),
    NOT: { OR: [{ totpDevice: { is: { confirmedAt: { not: null } } } }, { passkeys: { some: worksHere() } }] },
  }
}
