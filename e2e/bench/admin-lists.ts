/**
 * How long the admin area's list of accounts takes among a thousand and among many, in milliseconds (medians, by turns): its
 * page and the API's answer, each as the production server gives it, and the list's statements alone.
 * `npm run build && tsx e2e/bench/admin-lists.ts [--plans] [--keep] [words of cases…]`. `--plans` prints how the databases do
 * it; `--keep` leaves the databases for the next time.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PERIODS } from '../../lib/admin/core/declaration.ts'
import { userAdmin } from '../../lib/admin/models/users/declaration.ts'
import { migrate } from '../../lib/db/migrate.ts'
import { type DatabaseKind, findPostgresql, sqlOf, type TestDatabase } from '../../lib/db/testing/databases.ts'
import { logInByForm } from '../../lib/http/testing/cookies.ts'
import { type SendOptions, send } from '../../lib/http/testing/send.ts'
import { as, superuser } from '../../lib/http/testing/staff.ts'
import { databaseTarget } from '../../lib/settings-values.ts'
import { startServer } from '../server.ts'
import type { Done, Task } from './admin-lists-worker.ts'
import { addPeople } from './admin-people.ts'
import { median } from './median.ts'

/** Timed runs of each case on each database. */
const RUNS = Number(process.env.RUNS ?? 15)
const FEW = 1000
const MANY = { postgresql: 1_000_000, sqlite: 200_000 }

const given = process.argv.slice(2)
const [plans, keep] = [given.includes('--plans'), given.includes('--keep')]
const wanted = given.filter((word) => !word.startsWith('--'))

async function openBench(kind: DatabaseKind, people: number): Promise<TestDatabase> {
  const name = `latchkey_bench_lists_${people}`
  if (kind === 'sqlite') {
    const file = join(tmpdir(), `${name}.sqlite3`)
    const url = `file:${file}`
    const drop = async () => {
      for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true })
    }
    if (!existsSync(file)) await fill(kind, url, people)
    return { kind, url, sql: sqlOf(kind, url), drop }
  }
  const server = (await findPostgresql()) as string
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const administer = sqlOf('postgresql', server)
  const [found] = await administer('SELECT 1 AS there FROM pg_database WHERE datname = ?', [name])
  if (!found) {
    await administer(`CREATE DATABASE ${name}`)
    // Half full, it would be taken for one that was left.
    await fill(kind, url, people).catch(async (error: unknown) => {
      await administer(`DROP DATABASE ${name} WITH (FORCE)`)
      throw error
    })
  }
  const drop = async () => {
    await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { kind, url, sql: sqlOf(kind, url), drop }
}

async function fill(kind: DatabaseKind, url: string, people: number): Promise<void> {
  // The bench's own process reads settings, too.
  process.env.SECRET_KEY ??= randomBytes(48).toString('base64url')
  process.stdout.write(`making ${people} people in ${kind} …\n`)
  await migrate(databaseTarget(url))
  await addPeople({ kind, sql: sqlOf(kind, url) }, people)
}

type Query = Record<string, string>

/** What is asked of the list. @param people in the database @param turn how often it was asked for before */
const casesFor = (people: number, turn: number): [what: string, query: Query, part?: 'facets'][] => [
  ['first page', {}],
  ['page 5,000 (of few: 10)', { page: String(Math.min(5000, people / 100)) }],
  // Each time a page that was not read before, nor the one before it.
  ['another far one each time', { page: String(people === FEW ? 1 + (turn % 10) : Math.min(5000, people / 200) + 3 * turn) }],
  ...userAdmin.sortableBy.flatMap((field): [string, Query][] => [
    [`by ${field}`, { ordering: field }],
    [`by -${field}`, { ordering: `-${field}` }],
  ]),
  ...['is_staff', 'is_active', 'is_superuser', 'email_verified', 'second_factor'].flatMap((field): [string, Query][] => [
    [`${field}: yes`, { [field]: 'true' }],
    [`${field}: no`, { [field]: 'false' }],
  ]),
  ...PERIODS.map((joined): [string, Query] => [`joined ${joined}`, { joined }]),
  ['unconfirmed staff', { email_verified: 'false', is_staff: 'true' }],
  ['closed, by name', { is_active: 'false', ordering: 'name' }],
  ['a large group', { groups: '1' }],
  ['a group', { groups: '2' }],
  ['a small group', { groups: '3' }],
  ['start of an address', { search: 'marquinlov.d' }],
  ['an address', { search: 'marquinlov.dagny1@example.com' }],
  ['a whole name', { search: 'Dagny Marquinlov' }],
  ['a name of one in ten', { search: 'ada' }],
  ['the same, by -name', { search: 'ada', ordering: '-name' }],
  ['the same, staff', { search: 'ada', is_staff: 'true' }],
  ['the same, closed', { search: 'ada', is_active: 'false' }],
  ['two letters', { search: 'qu' }],
  ['no match', { search: 'no-one-is-called-this' }],
  ['counts of all', {}, 'facets'],
  ['counts of staff', { is_staff: 'true' }, 'facets'],
  ['counts of closed in a group', { is_active: 'false', groups: '2' }, 'facets'],
  ['counts of one in ten', { search: 'ada' }, 'facets'],
  ['counts of a whole name', { search: 'Dagny Marquinlov' }, 'facets'],
  ['counts of no match', { search: 'no-one-is-called-this' }, 'facets'],
]

/** The list's page, for a query of the API's. */
const pageHref = (query: Query, part: Task['part']): string =>
  `/admin/users?${new URLSearchParams({ ...query, ...(part === 'facets' && { facets: 'true' }) })}`

/** One database with a server and a process of the benchmark's own on it; what it does takes milliseconds. */
interface Side {
  page: (query: Query, part: Task['part']) => Promise<number>
  answer: (query: Query, part: Task['part']) => Promise<number>
  /** The list's own statements, and how they are done. */
  read: (task: Task) => Promise<Done>
  close: () => Promise<void>
}

async function openSide(database: TestDatabase): Promise<Side> {
  const server = await startServer({ database, env: { ACCESS_TOKEN_LIFETIME: '1d', DATABASE_TIMEOUT: '60s' } })
  const call = (path: string, options?: SendOptions) => send(server.url, path, options)
  const root = await superuser(call, server.sql)
  const cookie = await logInByForm(call, root)
  const worker: ChildProcess = fork(new URL('./admin-lists-worker.ts', import.meta.url), { env: { ...process.env, ...server.env } })
  const timed = async (path: string, options: SendOptions) => {
    const started = performance.now()
    const { status, text } = await call(path, options)
    const took = performance.now() - started
    if (status !== 200) throw new Error(`${path} was answered ${status} ${text.slice(0, 200)}`)
    return took
  }
  return {
    page: (query, part) => timed(pageHref(query, part), { headers: { cookie } }),
    answer: (query, part) => {
      const facets = part === 'facets' ? { page_size: '1', facets: 'true' } : {}
      return timed(`/api/admin/users/?${new URLSearchParams({ ...query, ...facets })}`, as(root))
    },
    read: async (task) => {
      worker.send(task)
      const [done] = (await once(worker, 'message')) as [Done]
      return done
    },
    close: async () => {
      worker.kill()
      await server.stop()
      if (!keep) await database.drop()
    },
  }
}

/** The medians among few and among many, and how many times as long it takes among many. */
function compare([few = [], many = []]: number[][]): string {
  const ratio = median(many) / median(few)
  return `${median(few).toFixed(1).padStart(10)}${median(many).toFixed(1).padStart(10)}${ratio.toFixed(1).padStart(11)}${ratio > 3 ? '!' : ' '}`
}

for (const kind of ['postgresql', 'sqlite'] as const) {
  if (kind === 'postgresql' && (await findPostgresql()) === null) continue
  const sizes = [FEW, MANY[kind]]
  const sides: Side[] = []
  for (const people of sizes) sides.push(await openSide(await openBench(kind, people)))
  const heads = sizes.map((people) => people.toLocaleString('en').padStart(10)).join('')
  process.stdout.write(`\n${kind.padEnd(28)}${['page', 'answer', 'statements'].map((part) => heads + part.padStart(12)).join('')}\n`)
  for (const [index, [what]] of casesFor(FEW, 0).entries()) {
    if (wanted.length > 0 && !wanted.some((word) => what.includes(word))) continue
    const times: Record<'page' | 'answer' | 'read', number[][]> = { page: [[], []], answer: [[], []], read: [[], []] }
    let last: Done[] = []
    for (let run = 0; run < RUNS + 2; run++) {
      last = []
      for (const [at, side] of sides.entries()) {
        const caseAt = (turn: number) => casesFor(sizes[at] as number, turn)[index] as ReturnType<typeof casesFor>[number]
        const [, query, part = 'page'] = caseAt(2 * run)
        const page = await side.page(query, part)
        const answer = await side.answer(caseAt(2 * run + 1)[1], part)
        const done = await side.read({ query, part, plans: plans && run === RUNS + 1 && at === 1 })
        last.push(done)
        // The first two only warm up.
        if (run < 2) continue
        for (const [measure, took] of [
          ['page', page],
          ['answer', answer],
          ['read', done.took],
        ] as const)
          times[measure][at]?.push(took)
      }
    }
    const columns = [times.page, times.answer, times.read].map(compare).join('')
    process.stdout.write(`${what.padEnd(28)}${columns}  of ${last.map(({ count }) => count).join(', ')}\n`)
    for (const plan of last[1]?.plans ?? []) process.stdout.write(`  ${plan.replaceAll('\n', '\n  ')}\n`)
  }
  for (const side of sides) await side.close()
}
