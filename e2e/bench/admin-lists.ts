/**
 * How long the admin area's list of accounts takes on the database of DATABASE_URL, in milliseconds (median of seven):
 * `DATABASE_URL=… tsx e2e/bench/admin-lists.ts`. Compare a database of a thousand accounts with one of a million.
 */
import { listObjects } from '../../lib/admin/list-objects.ts'
import { userAdmin } from '../../lib/admin/users/declaration.ts'
import { database, disconnectDatabase } from '../../lib/db/client.ts'

const RUNS = 7

const total = await database().user.count()
const some = await database().user.findFirstOrThrow({ orderBy: { id: 'desc' } })
const lastPage = Math.max(Math.min(5000, Math.floor(total / 100)), 1)

const queries: [what: string, query: Record<string, string>][] = [
  ['first page', {}],
  [`page ${lastPage}`, { page: String(lastPage) }],
  ...userAdmin.sortableBy.flatMap((field): [string, Record<string, string>][] => [
    [`by ${field}`, { ordering: field }],
    [`by -${field}`, { ordering: `-${field}` }],
  ]),
  ['staff', { is_staff: 'true' }],
  ['inactive', { is_active: 'false' }],
  ['superusers', { is_superuser: 'true' }],
  ['confirmed', { email_verified: 'true' }],
  ['unconfirmed staff', { email_verified: 'false', is_staff: 'true' }],
  ['start of an address', { search: some.email.slice(0, 10) }],
  ['whole name', { search: some.name }],
  ['common name', { search: 'ada' }],
  ['nobody', { search: 'nobody-is-called-this' }],
]

for (const [what, query] of queries) {
  const times: number[] = []
  let count = 0
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    count = (await listObjects(userAdmin, query)).count
    times.push(performance.now() - started)
  }
  const median = times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number
  process.stdout.write(`${what.padEnd(22)} ${median.toFixed(1).padStart(9)}  of ${count}\n`)
}
await disconnectDatabase()
