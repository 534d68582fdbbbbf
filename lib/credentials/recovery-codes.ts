/** Recovery codes: each takes the place of the authenticator app once (ASVS 6.5.2, MF-5). */
import { randomBytes } from 'node:crypto'
import type { Transaction } from '../db/client.ts'
import { seal, unseal } from '../encryption.ts'
import { truncate } from '../fields/text.ts'
import { sha256 } from '../tokens/derived-secrets.ts'

const RECOVERY_CODES = 10

/** Without those that are taken for each other: l, o, 0 and 1. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'
/** Characters, of five bits each: 80 bits, so that a digest cannot be searched through. */
const LENGTH = 16
/** As much of what was entered as is looked at, in code points. */
const MAX_ENTERED = 256

const ownerOf = (userId: number) => `recovery-code\0${userId}`
const digestOf = (userId: number, code: string) => sha256(`${ownerOf(userId)}\0${code}`)

const newCode = () => [...randomBytes(LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('')
const inGroups = (code: string) => (code.match(/.{4}/g) ?? []).join('-')

/** The code as it was typed or pasted, whatever stands between its characters; null for what is none. */
function readRecoveryCode(entered: string): string | null {
  const code = truncate(entered, MAX_ENTERED)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  return code.length === LENGTH ? code : null
}

/**
 * Makes a new set; the old one stops counting.
 * @param shownLater whether its owner is yet to be shown it: until they have saved it, it is kept encrypted
 * @returns the codes, in groups of four characters
 */
export async function replaceRecoveryCodes(tx: Transaction, userId: number, shownLater: boolean, now: Date): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, newCode)
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({
    data: codes.map((code) => ({
      userId,
      digest: digestOf(userId, code),
      sealed: shownLater ? seal(inGroups(code), ownerOf(userId)) : null,
      createdAt: now,
    })),
  })
  return codes.map(inGroups)
}

/** @returns whether it is one of the account's, and this call was the one that used it */
export async function acceptRecoveryCode(tx: Transaction, userId: number, entered: string, now: Date): Promise<boolean> {
  const code = readRecoveryCode(entered)
  if (code === null) return false
  const { count } = await tx.recoveryCode.updateMany({
    where: { userId, digest: digestOf(userId, code), usedAt: null },
    data: { usedAt: now, sealed: null },
  })
  return count > 0
}

/** The codes that their owner has not saved yet, by the rows. */
export const unsavedRecoveryCodes = (rows: { userId: number; sealed: string | null }[]): string[] =>
  rows.flatMap(({ userId, sealed }) => (sealed === null ? [] : (unseal(sealed, ownerOf(userId)) ?? [])))

/** The owner has saved them: from now on there are digests alone. */
export async function forgetRecoveryCodes(tx: Transaction, userId: number): Promise<void> {
  await tx.recoveryCode.updateMany({ where: { userId, sealed: { not: null } }, data: { sealed: null } })
}
