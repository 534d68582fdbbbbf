/**
 * Who may stand behind the counters, which are anonymous: the accounts and addresses that the audit log and the outbox name of
 * late, and those who are searched for. What is counted for one of them is found by computing its counter's key.
 */
import { isIP } from 'node:net'
import { database, type User } from '../../db/client.ts'
import { canonicalEmail } from '../../fields/credentials.ts'
import type { Subjects } from '../../throttle/admit.ts'
import { ipPrefix } from '../../throttle/policies.ts'

export interface KnownSubject {
  subjects: Subjects
  /** What it is called. */
  words: string
}

const DAY = 86_400_000
/** Events and emails looked at, the newest: each window's first refusal is an event. */
const MAX_EVENTS = 1000
const MAX_EMAILS = 500

type Account = Pick<User, 'id' | 'email'>

const pairOf = (email: string, prefix: string): KnownSubject => ({
  subjects: { pair: `${email}\0${prefix}` },
  words: `${email} from ${prefix}`,
})

const addressOf = (prefix: string): KnownSubject => ({
  subjects: { address: prefix, pace: prefix },
  words: prefix === 'unknown' ? 'Addresses that are not known' : prefix,
})

/** An account by its address, and where there is one signed in, and its devices. */
async function accountsOf(emails: string[], users: Account[]): Promise<KnownSubject[]> {
  const devices = await database().knownDevice.findMany({ where: { userId: { in: users.map(({ id }) => id) } } })
  const emailOf = new Map(users.map(({ id, email }) => [id, email]))
  return [
    ...emails.map((email) => ({ subjects: { account: email }, words: email })),
    ...users.map(({ id, email }) => ({ subjects: { account: `user ${id}` }, words: email })),
    ...devices.map(({ userId, fingerprint }) => ({
      subjects: { device: fingerprint, pace: fingerprint },
      words: `A known device of ${emailOf.get(userId)}`,
    })),
  ]
}

const usersOf = (where: { id: { in: number[] } } | { email: { in: string[] } }): Promise<Account[]> =>
  database().user.findMany({ where, select: { id: true, email: true } })

/** Those that were turned away since yesterday, and those that mail was written to last. */
export async function recentSubjects(now: Date): Promise<{ subjects: KnownSubject[]; prefixes: string[] }> {
  const [events, messages] = await Promise.all([
    database().auditEvent.findMany({
      where: { event: { in: ['request_throttled', 'login_failed'] }, at: { gte: new Date(now.getTime() - DAY) } },
      select: { actorId: true, subjectId: true, ipAddress: true },
      orderBy: { at: 'desc' },
      take: MAX_EVENTS,
    }),
    database().outboxMail.findMany({ select: { recipient: true }, orderBy: { id: 'desc' }, take: MAX_EMAILS }),
  ])
  const ids = [...new Set(events.flatMap(({ actorId, subjectId }) => [actorId, subjectId]).filter((id) => id !== null))]
  const users = await usersOf({ id: { in: ids } })
  const emailOf = new Map(users.map(({ id, email }) => [id, email]))
  const pairs = events.flatMap(({ subjectId, ipAddress }) => {
    const email = emailOf.get(subjectId ?? 0)
    return email === undefined ? [] : [pairOf(email, ipPrefix(ipAddress))]
  })
  const prefixes = [...new Set(events.map(({ ipAddress }) => ipPrefix(ipAddress)))]
  const emails = [...new Set([...users.map(({ email }) => email), ...messages.map(({ recipient }) => recipient)])]
  const all = { subjects: { global: 'all' }, words: 'All clients together' }
  return { subjects: [all, ...prefixes.map(addressOf), ...pairs, ...(await accountsOf(emails, users))], prefixes }
}

/** `2001:db8:1:2::/64` as the lists show it, or one address of it. */
const readAddress = (word: string) => (isIP(word.replace(/\/64$/, '')) === 0 ? null : ipPrefix(word.replace(/\/64$/, '')))

/**
 * Whom a search names: network addresses, and whatever else someone may have tried to log in as.
 * @param prefixes the networks seen of late, from which someone may have tried
 */
export async function searchedSubjects(search: string, prefixes: string[]): Promise<KnownSubject[]> {
  const words = search.split(/\s+/).filter((word) => word !== '')
  const named = words.map(readAddress).filter((prefix) => prefix !== null)
  const others = words.filter((word) => readAddress(word) === null)
  const known = others.map(canonicalEmail).filter((email) => email !== null)
  const emails = others.map((word) => canonicalEmail(word) ?? word)
  const from = named.length > 0 ? named : prefixes
  return [
    ...named.map(addressOf),
    ...(await accountsOf(emails, await usersOf({ email: { in: known } }))),
    ...emails.flatMap((email) => from.map((prefix) => pairOf(email, prefix))),
  ]
}
