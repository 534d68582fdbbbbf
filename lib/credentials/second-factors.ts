/** What an account has besides its password, and whether it must have something. */
import { type Database, database, type TotpDevice, type Transaction, type User, type UserWhere } from '../db/client.ts'
import { settings } from '../settings.ts'

/** As API clients and the audit log name them. */
export type SecondFactorMethod = 'passkey' | 'totp' | 'recovery_code'

export interface SecondFactors {
  /** Confirmed or not. */
  device: TotpDevice | null
  recoveryCodes: { userId: number; sealed: string | null; createdAt: Date; usedAt: Date | null }[]
  /** How many passkeys work on this site. */
  passkeys: number
}

export async function secondFactorsOf(userId: number, db: Transaction | Database = database()): Promise<SecondFactors> {
  const device = await db.totpDevice.findUnique({ where: { userId } })
  const recoveryCodes = await db.recoveryCode.findMany({
    where: { userId },
    orderBy: { id: 'asc' },
    select: { userId: true, sealed: true, createdAt: true, usedAt: true },
  })
  return { device, recoveryCodes, passkeys: await db.passkey.count({ where: { userId, ...worksHere() } }) }
}

/** How many recovery codes have not been used. */
export const codesLeft = ({ recoveryCodes }: Pick<SecondFactors, 'recoveryCodes'>): number =>
  recoveryCodes.filter(({ usedAt }) => usedAt === null).length

/** Of passkeys: those that work on this site. */
export const worksHere = () => ({ rpId: settings().PASSKEY_RP_ID ?? '' })

/** Matches accounts that have a second factor: a confirmed authenticator app, or a passkey. */
export const withSecondFactorWhere = (): UserWhere => ({
  OR: [{ totpDevice: { is: { confirmedAt: { not: null } } } }, { passkeys: { some: worksHere() } }],
})

/**
 * The ids of the accounts that have one, or of those that have none, at most so many. Where almost every account has one, the
 * others are found in the order of their ids: the tables are then read once, from the start.
 */
export async function idsBySecondFactor(has: boolean, take: number): Promise<number[]> {
  const db = database()
  if (!has) {
    const where = { NOT: withSecondFactorWhere() }
    return (await db.user.findMany({ where, orderBy: { id: 'asc' }, select: { id: true }, take })).map(({ id }) => id)
  }
  const apps = await db.totpDevice.findMany({ where: { confirmedAt: { not: null } }, select: { userId: true }, take })
  const passkeys = await db.passkey.findMany({ where: worksHere(), distinct: ['userId'], select: { userId: true }, take })
  return [...new Set([...apps, ...passkeys].map(({ userId }) => userId))].slice(0, take)
}

/** Whether a login of the account asks for a second factor: an authenticator app does, passkeys alone do not. */
export const hasSecondFactor = async (userId: number, db: Transaction | Database = database()): Promise<boolean> =>
  (await db.totpDevice.count({ where: { userId, confirmedAt: { not: null } } })) > 0

/** All of them, also those that work on another site. */
export const countPasskeys = (userId: number): Promise<number> => database().passkey.count({ where: { userId } })

/** By what a login of the account that asks for a second factor can be finished; none where it has no second factor. */
export async function secondFactorMethods(userId: number, db: Transaction | Database = database()): Promise<SecondFactorMethod[]> {
  const factors = await secondFactorsOf(userId, db)
  const codes: SecondFactorMethod[] = codesLeft(factors) > 0 ? ['totp', 'recovery_code'] : ['totp']
  return [...(factors.passkeys > 0 ? (['passkey'] as const) : []), ...(factors.device?.confirmedAt ? codes : [])]
}

/**
 * Ends what devices of the account are trusted for: they ask for the second factor again. For whatever ends its sessions or
 * changes its factors. @returns how many rows there were
 */
export async function forgetTrustedDevices(tx: Transaction, userId: number): Promise<number> {
  return (await tx.trustedDevice.deleteMany({ where: { userId } })).count
}

/** Removes the account's authenticator app and recovery codes, and the trust that rests on them. @returns whether there was one that counted */
export async function removeSecondFactors(tx: Transaction, userId: number): Promise<boolean> {
  await forgetTrustedDevices(tx, userId)
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
    NOT: withSecondFactorWhere(),
  }
}
