/**
 * How long the admin area's list of accounts takes among a thousand and among many, in milliseconds (medians, by turns):
 * `tsx e2e/bench/admin-lists.ts [--plans] [--keep] [words of cases…]`. `--plans` prints how the databases do it; `--keep` leaves
 * the databases for the next time.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PERIODS } from '../../lib/admin/declaration.ts'
import { userAdmin } from '../../lib/admin/users/declaration.ts'
import { databaseTarget } from '../../lib/db/database-url.ts'
import { migrate } from '../../lib/db/migrate.ts'
import { type DatabaseKind, sqlOf } from '../databases.ts'
import { findPostgresql } from '../places.ts'
import type { Done, Task } from './admin-lists-worker.ts'
import { addPeople } from './admin-people.ts'

/** Timed runs of each case on each database. */
const RUNS = Number(process.env.RUNS ?? 15)
const FEW = 1000
const MANY = { postgresql: 1_000_000, sqlite: 200_000 }

const given = process.argv.slice(2)
const [plans, keep] = [given.includes('--plans'), given.includes('--keep')]
const wanted = given.filter((word) => !word.startsWith('--'))

interface Bench {
  url: string
  drop: () => Promise<void>
}

async function openBench(kind: DatabaseKind, people: number): Promise<Bench> {
  const name = `latchkey_bench_lists_${people}`
  if (kind === 'sqlite') {
    const file = join(tmpdir(), `${name}.sqlite3`)
    const url = `file:${file}`
    const drop = async () => {
      for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true })
    }
    if (!existsSync(file)) await fill(kind, url, people)
    return { url, drop }
  }
  const server = (await findPostgresql()) as string
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href
  const administer = sqlOf('postgresql', server)
  const [found] = await administer('SELECT 1 AS there FROM pg_database WHERE datname = ?', [name])
  if (!found) {
    await administer(`CREATE DATABASE ${name}`)
    await fill(kind, url, people)
  }
  const drop = async () => {
    await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { url, drop }
}

async function fill(kind: DatabaseKind, url: string, people: number): Promise<void> {
  process.stdout.write(`making ${people} people in ${kind} …\n`)
  await migrate(databaseTarget(url))
  await addPeople({ kind, sql: sqlOf(kind, url) }, people)
}

/** What is asked of the list. @param people in the database */
const casesFor = (people: number): [what: string, query: Record<string, string>, part?: 'facets'][] => [
  ['first page', {}],
  ['page 5,000 (of few: 10)', { page: String(Math.min(5000, people / 100)) }],
  ...userAdmin.sortableBy.flatMap((field): [string, Record<string, string>][] => [
    [`by ${field}`, { ordering: field }],
    [`by -${field}`, { ordering: `-${field}` }],
  ]),
  ...['is_staff', 'is_active', 'is_superuser', 'email_verified'].flatMap((field): [string, Record<string, string>][] => [
    [`${field}: yes`, { [field]: 'true' }],
    [`${field}: no`, { [field]: 'false' }],
  ]),
  ...PERIODS.map((joined): [string, Record<string, string>] => [`joined ${joined}`, { joined }]),
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
  ['nobody', { search: 'nobody-is-called-this' }],
  ['counts of all', {}, 'facets'],
  ['counts of staff', { is_staff: 'true' }, 'facets'],
  ['counts of closed in a group', { is_active: 'false', groups: '2' }, 'facets'],
  ['counts of one in ten', { search: 'ada' }, 'facets'],
  ['counts of a whole name', { search: 'Dagny Marquinlov' }, 'facets'],
  ['counts of nobody', { search: 'nobody-is-called-this' }, 'facets'],
]

async function ask(worker: ChildProcess, task: Task): Promise<Done> {
  worker.send(task)
  const [done] = (await once(worker, 'message')) as [Done]
  return done
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] as number

for (const kind of ['postgresql', 'sqlite'] as const) {
  if (kind === 'postgresql' && (await findPostgresql()) === null) continue
  const sizes = [FEW, MANY[kind]]
  const benches = await Promise.all(sizes.map((people) => openBench(kind, people)))
  const workers = benches.map(({ url }) =>
    fork(new URL('./admin-lists-worker.ts', import.meta.url), { env: { ...process.env, DATABASE_URL: url, DATABASE_TIMEOUT: '60s' } }),
  )
  process.stdout.write(`\n${kind.padEnd(28)}${sizes.map((people) => people.toLocaleString('en').padStart(10)).join('')}\n`)
  for (const [index, [what]] of casesFor(FEW).entries()) {
    if (wanted.length > 0 && !wanted.some((word) => what.includes(word))) continue
    const tasks = sizes.map((people) => casesFor(people)[index])
    const times: number[][] = sizes.map(() => [])
    let last: Done[] = []
    for (let run = 0; run < RUNS + 2; run++) {
      last = []
      for (const [side, worker] of workers.entries()) {
        const done = await ask(worker, {
          query: tasks[side]?.[1] ?? {},
          part: tasks[side]?.[2] ?? 'page',
          plans: plans && run === RUNS + 1 && side === 1,
        })
        last.push(done)
        // The first two only warm up.
        if (run > 1) times[side]?.push(done.took)
      }
    }
    const [few = 0, many = 0] = times.map(median)
    const ratio = many / few
    process.stdout.write(
      `${what.padEnd(28)}${few.toFixed(1).padStart(10)}${many.toFixed(1).padStart(10)}  ${ratio.toFixed(1)}${ratio > 3 ? ' !' : '  '}  of ${last.map(({ count }) => count).join(', ')}\n`,
    )
    for (const plan of last[1]?.plans ?? []) process.stdout.write(`  ${plan.replaceAll('\n', '\n  ')}\n`)
  }
  for (const worker of workers) worker.kill()
  if (!keep) for (const { drop } of benches) await drop()
}
