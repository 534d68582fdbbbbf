/** Deletes accounts past their grace period: those that their owners closed, and sign-ups whose email address was never verified. */
import { type AuditSource, commandSource, recordEvent } from '../audit/audit.ts'
import { database, type Transaction, type User, type UserWhere } from '../db/client.ts'
import { lockUserForDeletion } from '../db/references.ts'
import { CLOCK_SKEW } from '../jwt/tokens.ts'
import { settings } from '../settings.ts'
import { unverifiedRetention } from '../settings-problems.ts'
import { extendOneTimeTokens } from '../tokens/one-time-token.ts'
import { deleteAccount, deletePermanently } from '../users/delete-account.ts'
import { type JobContext, type OnFailure, rowFailures } from './job.ts'

/** Accounts looked up per query. Each is deleted in a transaction of its own. */
const BATCH = 100
/** When the deletion of an account is tried again that could not be deleted, in seconds. */
const RETRY_AFTER = 3600

/**
 * Deletes the accounts that their owners deleted ACCOUNT_DELETION_GRACE ago, and tells their owners. Django opens a closed account
 * without knowing of the date: it is taken off such an account, which would otherwise be deleted when staff next deactivate it.
 */
export function deleteClosedAccounts({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  const due = () => ({ deletionDueAt: { not: null }, OR: [{ isActive: true }, { deletionDueAt: { lte: now() } }] })
  return eachAccount(
    { where: due, choose: async (ids) => ids },
    (id) =>
      database()
        .$transaction(async (tx) => {
          await lockUserForDeletion(tx, id)
          // Asked again: the account may have been restored or deleted since it was found.
          const user = await tx.user.findFirst({ where: { ...due(), id } })
          if (!user) return false
          const source = commandSource('run-jobs delete-closed-accounts', now())
          const calledOff = user.isActive || isUsedSinceClosing(user)
          await (calledOff ? callOff(tx, id, source) : deletePermanently(tx, user, null, source))
          return !calledOff
        })
        .catch(async (error: unknown) => {
          // Where the database is away this fails, too; the first error says why.
          await postpone(id, now()).catch(() => {})
          throw error
        }),
    onFailure,
  )
}

/**
 * An account that cannot be deleted, since rows of other tables hold it or it takes too long, is as it was before it was due: its
 * owner can restore it, and the next rounds begin with others.
 */
async function postpone(id: number, now: Date): Promise<void> {
  const due = new Date(now.getTime() + RETRY_AFTER * 1000)
  await database().$transaction(async (tx) => {
    const held = { id, isActive: false, deletionDueAt: { lte: now } }
    const { count } = await tx.user.updateMany({ where: held, data: { deletionDueAt: due } })
    if (count > 0) await extendOneTimeTokens(tx, id, 'account_deletion_undo', due)
  })
}

/** Closing ends all sessions, so a login after that was let in by staff. Logins are stamped by servers with clocks of their own. */
const isUsedSinceClosing = ({ lastLogin, tokensNotBefore }: User) =>
  lastLogin !== null && tokensNotBefore !== null && lastLogin.getTime() > tokensNotBefore.getTime() + CLOCK_SKEW * 1000

async function callOff(tx: Transaction, id: number, source: AuditSource): Promise<void> {
  await tx.user.update({ where: { id }, data: { deletionDueAt: null } })
  await recordEvent(tx, 'account_deletion_undone', { actorId: null, subjectId: id, detail: {} }, source)
}

/**
 * Where an account needs a verified email address: deletes those that were signed up here and never used. Accounts that came
 * from elsewhere or were ever used stay, even if their address is unverified.
 */
export async function* deleteUnverifiedAccounts({ now, onFailure }: JobContext): AsyncGenerator<number, void> {
  if (settings().EMAIL_VERIFICATION !== 'mandatory') return
  const due = () => {
    const cutoff = new Date(now().getTime() - unverifiedRetention(settings()) * 1000)
    const unverified = { emailVerifiedAt: null, lastLogin: null, isStaff: false, isSuperuser: false, dateJoined: { lte: cutoff } }
    return { ...unverified, sessions: { none: {} }, knownDevices: { none: {} }, outstandingTokens: { none: {} } }
  }
  yield* eachAccount(
    { where: due, choose: signedUpHere },
    (id) =>
      database().$transaction(async (tx) => {
        await lockUserForDeletion(tx, id)
        if ((await tx.user.count({ where: { ...due(), id } })) === 0) return false
        await deleteAccount(tx, id, now())
        const source = commandSource('run-jobs delete-unverified-accounts', now())
        await recordEvent(tx, 'account_deleted', { actorId: null, subjectId: id, detail: {} }, source)
        return true
      }),
    onFailure,
  )
}

async function signedUpHere(ids: number[]): Promise<number[]> {
  const where = { event: 'signed_up', subjectId: { in: ids } }
  const events = await database().auditEvent.findMany({ where, select: { subjectId: true } })
  return ids.filter((id) => events.some(({ subjectId }) => subjectId === id))
}

interface Candidates {
  where: () => UserWhere
  /** Which of them are really to be deleted, where the account's own row does not say. */
  choose: (ids: number[]) => Promise<number[]>
}

/** Deletes accounts one by one. One that fails is reported, holds up no other, and is tried again in the next round. */
async function* eachAccount(
  { where, choose }: Candidates,
  remove: (id: number) => Promise<boolean>,
  onFailure: OnFailure,
): AsyncGenerator<number, void> {
  const failures = rowFailures(onFailure)
  let after = 0
  for (;;) {
    const page = { select: { id: true }, orderBy: { id: 'asc' }, take: BATCH } as const
    const found = (await database().user.findMany({ where: { ...where(), id: { gt: after } }, ...page })).map(({ id }) => id)
    let deleted = 0
    for (const id of await choose(found)) {
      try {
        if (await remove(id)) deleted += 1
        failures.handled()
      } catch (error) {
        failures.add(`account ${id}`, error)
      }
    }
    yield deleted
    if (found.length < BATCH) return
    after = found.at(-1) ?? after
  }
}
