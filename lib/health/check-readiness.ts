/** Whether this process can serve: what a load balancer asks before it sends requests here. */
import { setTimeout } from 'node:timers/promises'
import { database, probeWriting, provider } from '../db/client.ts'
import { migrationStatus } from '../db/migrate.ts'
import type { Result } from '../http/endpoint.ts'
import { settings } from '../settings.ts'

/** When to ask again, in seconds. */
const RETRY_AFTER = 2

type Outcome = 'ok' | 'failed' | 'unknown'

/** What each check found; those that could not be made are unknown. */
interface Checks {
  database: Outcome
  migrations: Outcome
}

/** How long an outcome is cached, in milliseconds. The database is queried at most once in that time. */
const KEPT = 1000

let latest: { asked: number; checks: Promise<Checks> } | null = null

/** 503 with the check that failed, and nothing of why: the log of what asks the database knows. Within DATABASE_TIMEOUT. */
export async function checkReadiness(clock: () => number = () => performance.now()): Promise<Result> {
  if (latest === null || clock() - latest.asked >= KEPT) latest = { asked: clock(), checks: check() }
  const checks = await latest.checks
  if (checks.database === 'ok' && checks.migrations === 'ok') return { body: { status: 'ok', checks: { ...checks } } }
  const body = { detail: 'The service is not ready.', code: 'not_ready', checks: { ...checks } }
  return { status: 503, body, headers: { 'Retry-After': String(RETRY_AFTER) } }
}

async function check(): Promise<Checks> {
  const late = new AbortController()
  const checks: Checks = { database: 'failed', migrations: 'unknown' }
  await Promise.race([
    fill(checks).catch(() => {}),
    setTimeout(settings().DATABASE_TIMEOUT * 1000, undefined, { signal: late.signal }).catch(() => {}),
  ])
  late.abort()
  return { ...checks }
}

async function fill(checks: Checks): Promise<void> {
  await database().$queryRaw`SELECT 1`
  checks.database = 'ok'
  checks.migrations = 'failed'
  const rows = (sql: string) => database().$queryRawUnsafe<Record<string, unknown>[]>(sql)
  const { pending, missing } = await migrationStatus(rows, provider())
  if (pending.length > 0 || missing.length > 0) return
  checks.migrations = 'ok'
  checks.database = 'failed'
  await probeWriting()
  checks.database = 'ok'
}
